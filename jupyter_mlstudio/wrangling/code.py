"""Writes recipes as programs: Polars as it ran, pandas, SQL in several dialects, a step of a scikit-learn pipeline."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.execute import Stage, head_of, stages
from jupyter_mlstudio.wrangling.faces.dialects import translated
from jupyter_mlstudio.wrangling.faces.languages import Dialect, Language
from jupyter_mlstudio.wrangling.faces.polars import walked
from jupyter_mlstudio.wrangling.faces.queries import Queries, needs_order
from jupyter_mlstudio.wrangling.faces.statements import Statements
from jupyter_mlstudio.wrangling.faces.writer import unsupported
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, project_folder
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.step import Incoming, Step
from jupyter_mlstudio.wrangling.verbs import Change

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


def program(head: Head, made: Sequence[Stage], name: str | None = None) -> str:
    """Write the Polars program for stages that ran on a table."""
    blocks = ["\n".join(["import polars as pl", *head.imports])]
    variables = {name: text for stage in made for name, text in stage.code.variables.items()}
    tables = {name: text for stage in made for name, text in stage.code.tables.items()}
    blocks += ["\n".join(head.setup)] if head.setup else []
    if tables:
        blocks.append("\n".join(f"{name} = {text}" for name, text in tables.items()))
    blocks += [f"{name} = {text}" for name, text in variables.items()]
    blocks += [f"\n{text}\n" for stage in made for text in stage.code.functions.values()]
    lines = [*head.lines]
    for stage in made:
        lines += [*_remark(stage), *stage.code.calls]
    blocks.append(f"{name or head.result} = (\n{_indented([*lines, *head.back])}\n)")
    return "\n\n".join(blocks) + "\n"


def pandas_program(head: Head, made: Sequence[Stage], files: Files, name: str | None = None) -> str:
    """Write the same as pandas statements.

    Raises:
        InvalidError: A step cannot be written in pandas; the message names it.
    """
    statements = Statements(_reader(files, lambda opened: _chained(opened.pandas)))
    lines = [f"df = {_chained(head.pandas)}"]
    for stage, before in zip(made, [head.table.collect_schema(), *(stage.columns for stage in made)], strict=False):
        lines += ["", *_remark(stage)] if _remark(stage) else []
        statements.lines = []
        for verb, schema, _ in walked(_change(stage), _incoming(before, files)):
            with _blamed(stage):
                statements.add(verb, schema)
        lines += statements.lines
    moved = any(stage.step is not None and stage.step.kind in {"rows", "shape"} for stage in made)
    lines.append(f"{name or head.result} = df{'.reset_index(drop=True)' if moved else ''}")
    tables = [f"{each} = {text}" for each, text in statements.tables.items()]
    body = "\n".join([*head.setup, *tables, *lines])
    numpy = ["import numpy as np"] if "np." in body else []
    return "\n".join([*numpy, "import pandas as pd", *head.pandas_imports, "", body]) + "\n"


def query(
    head: Head, made: Sequence[Stage], files: Files, dialect: Dialect = "duckdb", source: str | None = None
) -> str:
    """Write the same as one SQL query.

    Raises:
        InvalidError: A step cannot be written in SQL, or the dialect cannot say it; the message names it.
    """
    ordered = any(needs_order(stage.change or ()) for stage in made)
    # Other databases do not read our files: theirs are tables of the same names.
    reads = _reader(files, lambda opened: opened.sql if dialect == "duckdb" else f'"{opened.name}"')
    own = dialect == "duckdb" and head.sql
    given = head.table.collect_schema()
    queries = Queries(source or (own or head.relation or f'"{head.name}"'), given, dialect, reads, ordered=ordered)
    columns = list(given)
    for stage, before in zip(made, [given, *(stage.columns for stage in made)], strict=False):
        columns = list(stage.columns)
        for verb, schema, after in walked(_change(stage), _incoming(before, files)):
            with _blamed(stage):
                queries.add(verb, schema, after, _word(stage.step))
    return translated(queries.text(columns), dialect) + "\n"


def pipeline(recipe: Recipe, path: str | None, target: str = "target") -> str:
    """Write the recipe as the first step of a scikit-learn pipeline, by its file or with its steps."""
    given = repr(path) if path else "recipe"
    blocks = [
        "from sklearn.ensemble import HistGradientBoostingClassifier\nfrom sklearn.pipeline import Pipeline\n\n"
        f"from jupyter_mlstudio import {'' if path else 'Recipe, '}RecipeTransformer{'' if path else ', steps'}"
    ]
    if not path:
        made = "".join(f"        {_constructed(step)},\n" for step in recipe.active())
        blocks.append(f"recipe = Recipe(\n    steps=(\n{made}    )\n)" if made else "recipe = Recipe()")
    blocks.append(
        "model = Pipeline(\n    [\n"
        f'        ("recipe", RecipeTransformer({given})),\n'
        '        ("model", HistGradientBoostingClassifier()),\n    ]\n)'
    )
    return "\n\n".join(blocks) + "\n"


def written(
    recipe: Recipe,
    table: "pd.DataFrame | pl.DataFrame | pl.LazyFrame | str | None",
    name: str,
    language: Language = "polars",
    dialect: Dialect = "duckdb",
) -> str:
    """Write the program of a recipe for a table, or for the recipe's own source."""
    files = Files(project_folder())
    head = head_of(recipe, table, name)
    made = stages(recipe, head, files.text)[1:]
    return Programs(head, made, files, recipe).text(language, dialect)


class Programs(NamedTuple):
    """A recipe that ran on a table, ready to be written in any language."""

    head: Head
    made: Sequence[Stage]
    files: Files
    recipe: Recipe

    def text(self, language: Language, dialect: Dialect, name: str | None = None, path: str | None = None) -> str:
        """Write the program.

        Args:
            language: In which language.
            dialect: Of SQL.
            name: Variable for the result.
            path: Where the recipe is saved, for a pipeline that reads it there.

        Raises:
            InvalidError: A step cannot be written in this language; the message names it.
        """
        if language == "sql":
            return query(self.head, self.made, self.files, dialect)
        if language == "pandas":
            return pandas_program(self.head, self.made, self.files, name)
        return pipeline(self.recipe, path) if language == "sklearn" else program(self.head, self.made, name)


class _blamed:  # noqa: N801  # reads as a word after `with`
    """Names the step that cannot be written."""

    def __init__(self, stage: Stage) -> None:
        self._title = stage.step.title if stage.step else ""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Put the step's title before the message."""
        if isinstance(error, InvalidError) and not str(error).startswith("“"):
            raise InvalidError(f"“{self._title}”: {error}", code=error.code) from None


def _change(stage: Stage) -> Change:
    if stage.change is None:
        raise unsupported(f"“{stage.step.title if stage.step else ''}”", "this language")
    return stage.change


def _reader(files: Files, text: "Callable[[Head], str]") -> Callable[[str], str]:
    return lambda path: text(files.open(FileSource(path=path)))


def _chained(lines: Sequence[str]) -> str:
    return lines[0] if len(lines) == 1 else f"(\n{_indented(lines)}\n)"


def _incoming(columns: object, files: Files) -> Incoming:
    names: set[str] = set()

    def variable(wish: str) -> str:
        names.add(wish)
        return f"table_{len(names)}"

    return Incoming(dict(columns), variable, files.text)  # type: ignore[call-overload]  # a schema


def _word(step: Step | None) -> str:
    return step.op if step is not None else "source"


def _constructed(step: Step) -> str:
    given = step.model_dump(exclude={"op", "state"}, exclude_defaults=True)
    return f"steps.{type(step).__name__}({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def _remark(stage: Stage) -> list[str]:
    said = [stage.step.label, *stage.step.note.splitlines()] if stage.step else []
    parts = [line for line in said if line.strip()]
    if stage.step is not None and stage.step.learns() and stage.step.state is not None:
        parts.append(f"learned from {stage.step.state.rows:,} rows")
    return [f"# {part}" for part in parts]


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for text in lines for line in text.split("\n"))
