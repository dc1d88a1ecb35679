"""What a panel asks when it looks for the next step."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.assist.clusters import clusters
from jupyter_mlstudio.wrangling.assist.example import Tried, synthesise
from jupyter_mlstudio.wrangling.assist.suggestions import suggestions
from jupyter_mlstudio.wrangling.assist.types import (
    Candidate,
    ClusterMethod,
    Clusters,
    Doubt,
    Example,
    Examples,
    Selected,
    StepSuggestions,
)
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.formula import names_in
from jupyter_mlstudio.wrangling.orders import Order
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.execute import Stage
    from jupyter_mlstudio.wrangling.session import Session

_LOOKED_AT = 1_000
_DOUBTS = 5
_SAMPLE = 20_000
_NOTHING = (
    "No formula was found that gives these values. Look for typing errors in the examples, choose the columns "
    "they come from, or give an example for another row."
)


class AssistVerbs:
    """Helps with the table of a session."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def example(  # noqa: PLR0913, PLR0917  # as a panel asks for windows: where, and in which order
        self,
        examples: tuple[Example, ...],
        columns: tuple[str, ...] = (),
        name: str = "",
        upto: int | None = None,
        start: int = 0,
        stop: int = 50,
        sort: tuple[SortKey, ...] = (),
        filter: tuple[Condition, ...] = (),
        search: str = "",
    ) -> Examples:
        """Find formulas that give the wanted values; rows count in the order of `sort`, `filter` and `search`.

        Raises:
            InvalidError: There is no example, or an example is for a row that is not there.
        """
        if not examples:
            raise InvalidError("Give at least one example of what is wanted.", code="no_example")
        stage = self._session.stage(upto)
        require(columns, stage.columns)
        names = list(columns) or [
            name for name, dtype in stage.columns.items() if role_of(dtype) not in {"nested", "other"}
        ]
        view = _View(self._session, stage, Order(sort, filter, search.strip()), names)
        given = {each.row: each.want for each in examples}
        with blamed(self._session.trail.until(stage)):
            table, rows = view.with_rows(list(given))
            found = synthesise(table, names, rows, list(given.values()))
            shown = view.slice(start, stop)
        return Examples(
            items=tuple(_candidate(each, shown, name or _free(names, stage)) for each in found),
            doubts=_doubts(found, table, set(rows)),
            rows=min(table.height, _LOOKED_AT),
            message="" if found else _NOTHING,
        )

    def clusters(
        self,
        column: str,
        method: ClusterMethod = "fingerprint",
        strictness: Annotated[float, Field(ge=0.5, le=1)] = 0.8,
        limit: Annotated[int, Field(ge=1, le=5000)] = 200,
        upto: int | None = None,
    ) -> Clusters:
        """Group values of a text column that seem to mean the same.

        Raises:
            InvalidError: The column is not there, or holds no text.
        """
        stage = self._session.stage(upto)
        require([column], stage.columns)
        if role_of(stage.columns[column]) != "text":
            raise InvalidError(f"“{column}” holds {stage.columns[column]}; only text has spellings.", code="wrong_type")
        with blamed(self._session.trail.until(stage)):
            return clusters(self._session.windows.lazy(stage), column, method, strictness, limit)

    def suggest(self, selected: Selected = Selected(), upto: int | None = None) -> StepSuggestions:  # noqa: B008  # immutable
        """Find steps that may be worth taking, for what is selected or for the whole table."""
        stage = self._session.stage(upto)
        with blamed(self._session.trail.until(stage)):
            table = self._session.windows.sample(stage, _SAMPLE)
            whole = table.height == self._session.windows.count(stage)
        items = suggestions(table, selected)
        return StepSuggestions(items=tuple(items), rows=table.height, exactness="exact" if whole else "sampled")


class _View:
    """Rows of a stage in the order that is shown."""

    def __init__(self, session: "Session", stage: "Stage", order: Order, names: list[str]) -> None:
        self._session, self._stage, self._order, self._names = session, stage, order, names

    def slice(self, start: int, stop: int) -> "pl.DataFrame":
        return self._session.windows.rows(self._stage, self._order, start, stop, self._names).table

    def with_rows(self, rows: list[int]) -> "tuple[pl.DataFrame, list[int]]":
        """Return the first rows and, behind them, those of the examples that lie further down."""
        import polars as pl

        first = self._session.windows.rows(self._stage, self._order, 0, _LOOKED_AT, self._names)
        beyond = [row for row in rows if row >= _LOOKED_AT]
        for row in rows:
            if row >= first.total:
                raise InvalidError(
                    f"There is no row {row + 1:,}. Give an example for a row that is shown.", code="no_row"
                )
        table = pl.concat([first.table, *(self.slice(row, row + 1) for row in beyond)])
        return table, [row if row < _LOOKED_AT else _LOOKED_AT + beyond.index(row) for row in rows]


def _candidate(found: Tried, shown: "pl.DataFrame", name: str) -> Candidate:
    import polars as pl

    from jupyter_mlstudio.wrangling.formula import translate

    text = translate(found.program.formula, dict(shown.schema)).argument()
    values = (
        shown.select(eval(f"({text})", {"pl": pl}).alias("made"))["made"] if shown.height else found.values.head(0)
    )  # text of our own writer
    return Candidate(
        formula=found.program.formula,
        sentence=found.program.words[:1].upper() + found.program.words[1:],
        dtype=str(found.values.dtype),
        step={"op": "derive", "name": name, "formula": found.program.formula},
        values=tuple(_texts(values)),
        missing=found.missing,
    )


def _texts(values: "pl.Series") -> list[str | None]:
    return [None if value is None else str(value) for value in values.to_list()]


def _doubts(found: list[Tried], table: "pl.DataFrame", given: set[int]) -> tuple[Doubt, ...]:
    """Choose a few rows where candidates differ: first those where most of them do."""
    if len(found) < 2:  # noqa: PLR2004  # one does not differ
        return ()
    columns = [_texts(each.values) for each in found]
    reads = [name for name in table.columns if any(name in names_in(each.program.formula) for each in found)]
    chosen: dict[tuple[str | None, ...], Doubt] = {}
    rows = [row for row, values in enumerate(zip(*columns, strict=True)) if len(set(values)) > 1 and row not in given]
    for row in sorted(rows, key=lambda row: -len({column[row] for column in columns})):
        inputs = {name: _texts(table[name][row : row + 1])[0] for name in reads}
        if row < _LOOKED_AT and tuple(inputs.values()) not in chosen:
            doubt = Doubt(row=row, inputs=inputs, values=tuple(column[row] for column in columns))
            chosen[tuple(inputs.values())] = doubt
        if len(chosen) == _DOUBTS:
            break
    return tuple(chosen.values())


def _free(names: list[str], stage: "Stage") -> str:
    """Make a name for the new column."""
    wish, number = f"{names[0]}_new" if names else "new", 1
    free = wish
    while free in stage.columns:
        number += 1
        free = f"{wish}_{number}"
    return free
