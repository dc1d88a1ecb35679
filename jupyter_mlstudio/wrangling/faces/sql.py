"""The SQL face of expressions, in DuckDB's dialect; others are translated from it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Lit, Mapped, Windowed
from jupyter_mlstudio.wrangling.expressions.windows import WINDOWS
from jupyter_mlstudio.wrangling.faces.dialects import REFUSED
from jupyter_mlstudio.wrangling.faces.languages import Dialect
from jupyter_mlstudio.wrangling.faces.writer import Writer, unsupported
from jupyter_mlstudio.wrangling.writing import ATOM, UNARY, Text

if TYPE_CHECKING:
    import polars as pl

ROW = "row_position"
"""The column that keeps the order of the rows, where a recipe depends on it."""


class SqlWriter(Writer):
    """Writes expressions as SQL."""

    face: ClassVar[Literal["polars", "pandas", "sql"]] = "sql"

    def __init__(self, schema: "Mapping[str, pl.DataType]", dialect: Dialect = "duckdb", order: str = ROW) -> None:
        super().__init__(schema)
        self.dialect: Dialect = dialect
        self._order = order

    def call(self, call: Call) -> Text:
        """Write a call, unless the dialect would understand something else."""
        if call.function in REFUSED[self.dialect]:
            raise unsupported(f"The function {call.function}", self.dialect)
        return super().call(call)

    def column(self, name: str) -> Text:
        """Write a quoted name."""
        return Text(quoted(name), ATOM)

    def literal(self, value: Lit) -> Text:
        """Write a value."""
        return literal(value.value, self.schema.get(value.like))

    def case(self, case: Case) -> Text:
        """Write `CASE WHEN`."""
        branches = " ".join(
            f"WHEN {self.write(test).text} THEN {self.write(value).text}" for test, value in case.branches
        )
        return Text(f"CASE {branches} ELSE {self.write(case.otherwise).text} END", ATOM)

    def mapped(self, mapped: Mapped) -> Text:
        """Write one branch a key."""
        like = self.dtype(mapped.subject)
        subject = self.write(mapped.subject).text
        branches = " ".join(
            f"WHEN {literal(key, like).text} THEN {literal(value).text}"
            for key, value in zip(mapped.keys, mapped.values, strict=True)
        )
        other = subject if mapped.otherwise is None else self.literal(mapped.otherwise).text
        return Text(f"CASE {subject} {branches} ELSE {other} END" if branches else other, ATOM)

    def windowed(self, windowed: Windowed) -> Text:
        """Write the function with its `OVER`."""
        window = WINDOWS[windowed.function]
        called = self.filled(window.sql, (*windowed.arguments, *map(Lit, windowed.options)))
        partition = f"PARTITION BY {', '.join(map(quoted, windowed.by))}" if windowed.by else ""
        parts = [partition] if partition else []
        if window.ordered:
            keys = [f"{quoted(name)} NULLS FIRST" for name in windowed.order]
            keys += [quoted(self._order)] if self._order else []
            parts.append(f"ORDER BY {', '.join(keys)}")
        frame = window.frame if isinstance(window.frame, str) else window.frame(*windowed.options)
        parts += [frame] if frame else []
        function, over = (called if isinstance(called, str) else called.text), f"OVER ({' '.join(parts)})"
        function = function.replace("{partition}", f"{partition} " if partition else "")
        whole = "{over}" in function or "OVER (" in function
        return Text(f"({function.replace('{over}', over) if whole else f'{function} {over}'})", ATOM)


def quoted(name: str) -> str:
    """Quote a name."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object, dtype: "pl.DataType | None" = None) -> Text:
    """Write a value as SQL."""
    if isinstance(value, bool):
        return Text(str(value).upper(), ATOM)
    if isinstance(value, (date, time)):
        return Text(_moment(value, getattr(dtype, "time_zone", None)), ATOM)
    if isinstance(value, timedelta):
        return Text(f"INTERVAL '{value.total_seconds()!r} seconds'", ATOM)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return Text("'" + value.replace("'", "''") + "'", ATOM)
    text = "NULL" if value is None else repr(value)
    return Text(text, UNARY if text.startswith("-") else ATOM)


def _moment(value: date | time, zone: str | None) -> str:
    if isinstance(value, datetime):
        text = f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
        return f"timezone('{zone}', {text})" if zone else text
    return f"{'DATE' if isinstance(value, date) else 'TIME'} '{value.isoformat()}'"


def _number(value: float) -> Text:
    """Write a floating point number; without an exponent it would be a decimal one."""
    text = repr(value)
    if text in {"inf", "-inf"}:
        return Text(f"CAST('{text.replace('inf', 'Infinity')}' AS DOUBLE)", ATOM)
    text = text if "e" in text else f"{text}e0"
    return Text(text, UNARY if text.startswith("-") else ATOM)


def listed(names: Iterable[str]) -> str:
    """Write names with commas."""
    return ", ".join(map(quoted, names))
