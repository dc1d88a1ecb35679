"""Recipe: the ordered steps that turn one table into another, kept as a file that people can review."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, PlainValidator, SerializeAsAny, WithJsonSchema

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.wrangling.rules.rule import AnyRule
from jupyter_mlstudio.wrangling.sources.types import Source
from jupyter_mlstudio.wrangling.step import Step, step_from

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.faces.languages import Dialect, Language
    from jupyter_mlstudio.wrangling.linting.types import Finding
    from jupyter_mlstudio.wrangling.rules.types import RuleReport
    from jupyter_mlstudio.wrangling.sources.head import Table

_ANY_STEP: dict[str, JsonValue] = {
    "type": "object",
    "title": "Step",
    "description": "One step: its op, its options by name, and what it has learned.",
    "properties": {
        "op": {"type": "string"},
        "on": {"type": "boolean"},
        "label": {"type": "string"},
        "note": {"type": "string"},
        "state": {"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}]},
    },
    "required": ["op"],
    "additionalProperties": True,
}

AnyStep = Annotated[SerializeAsAny[Step], PlainValidator(step_from), WithJsonSchema(_ANY_STEP)]
"""A step of any kind: which one, its `op` says."""


class Recipe(Struct):
    """Ordered steps that turn one table into another. Immutable: an edit makes another recipe."""

    version: Literal[1] = 1
    source: Source | None = Field(default=None, description="Which table it was made for.")
    steps: tuple[AnyStep, ...] = ()
    rules: tuple[AnyRule, ...] = Field(default=(), description="What the result must be like.")

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a recipe file.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It is no recipe; the message names what does not fit.
        """
        try:
            content = Path(path).read_bytes()
        except OSError:
            raise NotFoundError(f"There is no recipe {str(path)!r}.") from None
        return parse(cls, content)

    def write(self, path: str | Path) -> None:
        """Write a recipe file; options that are the default are left out."""
        write_atomically(Path(path), self.text())

    def text(self) -> str:
        """Return the content of the recipe file."""
        import json

        plain: dict[str, JsonValue] = {"version": self.version}
        if self.source is not None:
            plain["source"] = self.source.model_dump(mode="json", exclude_none=True)
        plain["steps"] = [_ordered(step) for step in self.steps]
        if self.rules:
            plain["rules"] = [
                {"kind": rule.kind, **rule.model_dump(mode="json", exclude_defaults=True)} for rule in self.rules
            ]
        return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"

    def active(self) -> tuple[Step, ...]:
        """Return the steps that are switched on."""
        return tuple(step for step in self.steps if step.on)

    def fit(self, table: "Table") -> "Recipe":
        """Return the same recipe with the values that its steps learn from a table.

        Raises:
            InvalidError: A step does not fit the table; the message names it.
        """
        from jupyter_mlstudio.wrangling.execute import fitted

        return fitted(self, table)

    def run(self, table: "Table | None" = None) -> "pl.DataFrame":
        """Apply all steps and return the result. Steps that have learned nothing yet learn from this table first.

        Args:
            table: A frame, a file, a folder of Parquet files or a source; the recipe's own source if left out.
        """
        from jupyter_mlstudio.wrangling.execute import run

        return run(self, table)

    def check(self, table: "Table | None" = None) -> "RuleReport":
        """Check a table against the rules of the recipe; its steps are not applied.

        Args:
            table: A frame or a file. Left out, the result of the recipe on its own source is checked.
        """
        from jupyter_mlstudio.wrangling.execute import checked

        return checked(self, table)

    def lint(self, target: str | None = None, leaks: Collection[str] = ()) -> "tuple[Finding, ...]":
        """Say what is odd about the steps: what leaks, what cannot travel in a model, what has no effect.

        Args:
            target: What is to be predicted.
            leaks: Columns that are known only after it.
        """
        from jupyter_mlstudio.wrangling.findings import findings
        from jupyter_mlstudio.wrangling.sources import project_folder

        return findings(self, target=target, leaks=leaks, exists=lambda path: (project_folder() / path).exists())

    def allow_code(self) -> Self:
        """Let the Python code in this recipe run, in this project; read it before."""
        from jupyter_mlstudio.wrangling.trusting import allow

        for step in self.steps:
            if step.foreign:
                allow(step.code)  # type: ignore[attr-defined]  # what makes a step foreign
        return self

    def run_on_spark(self, frame: Any) -> Any:
        """Apply all steps to a Spark DataFrame, through SQL, with what they have learned; the result is one too.

        Raises:
            InvalidError: A step has not learned what it needs, does not fit the columns, or cannot be said in SQL.
        """
        from jupyter_mlstudio.wrangling.spark import run

        return run(self, frame)

    def code(
        self,
        table: "Table | None" = None,
        name: str = "table",
        language: "Language" = "polars",
        dialect: "Dialect" = "duckdb",
    ) -> str:
        """Write the recipe as a program.

        Args:
            table: What the program begins with; the recipe's own source if left out.
            name: Variable that holds the table, if it is a frame.
            language: Polars, pandas, SQL, or a step of a scikit-learn pipeline.
            dialect: Of SQL.

        Raises:
            InvalidError: A step cannot be written in this language; the message names it.
        """
        from jupyter_mlstudio.wrangling.code import written

        return written(self, table, name, language, dialect)


def _ordered(step: Step) -> dict[str, JsonValue]:
    """Put what people read first: the op, the options, then what was learned."""
    options = step.model_dump(mode="json", exclude_defaults=True)
    state = options.pop("state", None)
    return {"op": step.op, **options, **({"state": state} if state else {})}
