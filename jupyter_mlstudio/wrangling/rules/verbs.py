"""What a panel asks about rules."""

from functools import cache
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.rules.check import check
from jupyter_mlstudio.wrangling.rules.conditions import breaks
from jupyter_mlstudio.wrangling.rules.pandera import export
from jupyter_mlstudio.wrangling.rules.rule import KINDS, AnyRule, Rule
from jupyter_mlstudio.wrangling.rules.suggest import suggest
from jupyter_mlstudio.wrangling.rules.types import (
    FailingRows,
    RuleCode,
    RuleKind,
    RuleKinds,
    RuleReport,
    RuleSuggestions,
)
from jupyter_mlstudio.wrangling.windows import arrow

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.execute import Stage
    from jupyter_mlstudio.wrangling.session import Session

NUMBERS = "__row__"
_SAMPLE = 100_000


class RuleVerbs:
    """Checks the table of a session against rules, and finds new ones."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._failing: tuple[object, pl.Series] | None = None

    def kinds(self) -> RuleKinds:
        """List the rules that can be added, with their forms."""
        return RuleKinds(items=tuple(kind_of(kind) for kind in KINDS))

    def check(self, upto: int | None = None, rules: tuple[AnyRule, ...] | None = None) -> RuleReport:
        """Check the whole table after some steps against the recipe's rules, or against others."""
        stage = self._session.stage(upto)
        with blamed(self._session.trail.until(stage)):
            return check(self._session.windows.lazy(stage), self._session.recipe.rules if rules is None else rules)

    def failing(
        self, rule: AnyRule, start: int = 0, stop: int = 200, columns: tuple[str, ...] = (), upto: int | None = None
    ) -> tuple[FailingRows, bytes]:
        """Return rows that break a rule, with their numbers in a first column.

        Raises:
            InvalidError: The rule does not fit the columns, or is not about rows.
        """
        stage = self._session.stage(upto)
        with blamed(self._session.trail.until(stage)):
            numbers = self._numbers(rule, stage)
            shown = numbers.slice(start, stop - start)
            places = self._session.windows.places(stage).gather(shown)
            table = self._session.windows.gather(stage, places, columns or tuple(stage.columns))
        table = table.insert_column(0, shown.rename(NUMBERS))
        answer = FailingRows(start=start, rows=table.height, rows_total=numbers.len(), numbers=NUMBERS)
        return answer, arrow(table)

    def suggest(self, columns: tuple[str, ...] = (), upto: int | None = None) -> RuleSuggestions:
        """Find rules that may be worth having."""
        stage = self._session.stage(upto)
        names = [name for name in columns or stage.columns if name in stage.columns]
        with blamed(self._session.trail.until(stage)):
            table = self._session.windows.sample(stage, _SAMPLE)
            whole = table.height == self._session.windows.count(stage)
        return suggest(table, names, "exact" if whole else "sampled", self._session.recipe.rules)

    def export(self, name: str = "schema", upto: int | None = None) -> RuleCode:
        """Write the recipe's rules as a pandera schema."""
        return export(self._session.recipe.rules, self._session.stage(upto).columns, name)

    def _numbers(self, rule: Rule, stage: "Stage") -> "pl.Series":
        """Find the rows once, however far somebody scrolls."""
        import polars as pl

        key = (stage.key, rule)
        kept = self._failing
        if kept is not None and kept[0] == key:
            return kept[1]
        broken = breaks(rule, stage.columns)
        if broken is None:
            raise InvalidError(f"“{rule.title}” is about the whole table, so no rows can be shown.", code="no_rows")
        table = self._session.windows.lazy(stage).select(broken.fill_null(False).arg_true().alias(NUMBERS))
        numbers = table.collect(engine="streaming")[NUMBERS].cast(pl.UInt32)
        self._failing = (key, numbers)
        return numbers


@cache
def kind_of(kind: type[Rule]) -> RuleKind:
    """Describe a kind of rule."""
    schema = kind.model_json_schema()
    for hidden in ("kind", "now"):
        schema["properties"].pop(hidden, None)
    summary = (kind.__doc__ or "").split("\n\n")[0].replace("\n    ", " ")
    return RuleKind(kind=kind.model_fields["kind"].default, title=kind.title, summary=summary, form=schema)
