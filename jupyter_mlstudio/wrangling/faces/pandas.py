"""The pandas face of expressions, over the columns of `df`.

The columns have pandas' nullable types, in which a missing value stays one and NaN counts as missing.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from math import isinf
from typing import TYPE_CHECKING, ClassVar, Literal

from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Expr, Lit, Mapped, Windowed
from jupyter_mlstudio.wrangling.expressions.windows import WINDOWS
from jupyter_mlstudio.wrangling.faces.writer import Writer
from jupyter_mlstudio.wrangling.writing import AND, ATOM, COMPARE, OR, UNARY, WIDTH, Text, mapping, quote, role_of

if TYPE_CHECKING:
    import polars as pl

_SIGNS = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_ROLES = {"text": '"string"', "boolean": '"boolean"', "date": '"datetime64[us]"', "datetime": '"datetime64[us]"'}


class PandasWriter(Writer):
    """Writes expressions over the columns of `df`."""

    face: ClassVar[Literal["polars", "pandas", "sql"]] = "pandas"

    def column(self, name: str) -> Text:
        """Write `df[…]`."""
        return Text(f"df[{quote(name)}]", ATOM)

    def literal(self, value: Lit) -> Text:
        """Write a value; dates are pandas' timestamps."""
        return _literal(value.value, self.schema.get(value.like))

    def series(self, expr: Expr) -> str:
        """Write an expression as a column of its own type, even if it is one value."""
        if isinstance(expr, Lit):
            return f"pd.Series({self.literal(expr).text}, index=df.index, dtype={_dtype(self.dtype(expr))})"
        return self.write(expr).expression()

    def condition(self, expr: Expr) -> Text:
        """Write what rows are kept by: a comparison with a missing date need not be told from one that is false."""
        if isinstance(expr, Call) and expr.function == "and":
            return Text(" & ".join(self.condition(each).beside(AND) for each in expr.arguments), AND)
        if isinstance(expr, Call) and expr.function in _SIGNS and self.dtype(expr.arguments[0]).is_temporal():
            left, right = (self.whole(each).beside(OR) for each in expr.arguments)
            return Text(f"{left} {_SIGNS[expr.function]} {right}", COMPARE)
        return Text(self.series(expr), ATOM) if isinstance(expr, Lit) else self.whole(expr)

    def case(self, case: Case) -> Text:
        """Write the last value, masked by the branches from the last to the first."""
        dtype = self.dtype(case)
        if case.otherwise == Lit(None):
            text = f"pd.Series(pd.NA, index=df.index, dtype={_dtype(dtype)})"
        else:
            text = self.series(case.otherwise)
            if self.dtype(case.otherwise) != dtype:
                text = f"{text}.astype({_dtype(dtype)})"
        masks = [f".mask({self._true(test)}, {self.write(value).text})" for test, value in reversed(case.branches)]
        line = "".join([text, *masks])
        return Text(line if len(line) <= WIDTH else "\n    ".join([text, *masks]), ATOM)

    def _true(self, test: Expr) -> str:
        """Write where a condition is true: `mask` takes a missing one for that."""
        written = self.write(test)
        return written.text if _always_known(test) else f"{written.expression()}.fillna(False)"

    def mapped(self, mapped: Mapped) -> Text:
        """Write `replace`, or `map` where others have a value too."""
        like = self.dtype(mapped.subject)
        keys = [_literal(key, like).text for key in mapped.keys]
        table = mapping(dict(zip(keys, (_literal(value).text for value in mapped.values), strict=True)))
        subject = self.series(mapped.subject)
        if mapped.otherwise is None:
            return Text(f"{subject}.replace({table})", ATOM)
        dtype = _dtype(self.dtype(mapped))
        known = f"{subject}.map({table}).astype({dtype})"
        if mapped.otherwise.value is None:
            return Text(known, ATOM)
        return Text(f"{known}.fillna({self.literal(mapped.otherwise).text})", ATOM)

    def windowed(self, windowed: Windowed) -> Text:
        """Write the function over the column, its groups, or its sorted rows; the index brings each back to its row."""
        options = tuple(map(Lit, windowed.options))
        if not windowed.by and not windowed.order:
            written = self.filled(WINDOWS[windowed.function].pandas, (*windowed.arguments, *options))
            return written if isinstance(written, Text) else Text(written, ATOM)
        writer = _Grouped(self, windowed)
        written = writer.filled(WINDOWS[windowed.function].pandas, (*windowed.arguments, *options))
        return written if isinstance(written, Text) else Text(written, ATOM)


class _Grouped(PandasWriter):
    """Writes columns as those of groups or of sorted rows."""

    def __init__(self, writer: Writer, windowed: Windowed) -> None:
        super().__init__(writer.schema)
        self.rows, self.by = "df", windowed.by
        if windowed.order:
            self.rows += f'.sort_values({names_of(windowed.order)}, kind="stable", na_position="first")'
        if windowed.by:
            self.rows += f".groupby({names_of(windowed.by)}, dropna=False, sort=False)"

    def column(self, name: str) -> Text:
        """Write a column of the groups."""
        return Text(f"{self.rows}[{quote(name)}]", ATOM)


def _always_known(test: Expr) -> bool:
    if isinstance(test, Call) and test.function in {"and", "or", "not"}:
        return all(_always_known(each) for each in test.arguments)
    return isinstance(test, Call) and test.function in {"is_missing", "is_present", "same"}


def _dtype(dtype: "pl.DataType") -> str:
    if dtype.is_integer():
        return '"Int64"'
    return '"Float64"' if dtype.is_numeric() else _ROLES.get(role_of(dtype), "object")


def _literal(value: object, dtype: "pl.DataType | None" = None) -> Text:
    if isinstance(value, (date, time)):
        return _moment(value, getattr(dtype, "time_zone", None))
    if isinstance(value, timedelta):
        return Text(f"pd.Timedelta(seconds={value.total_seconds()!r})", ATOM)
    if isinstance(value, float) and isinf(value):
        return Text("np.inf", ATOM) if value > 0 else Text("-np.inf", UNARY)
    text = "pd.NA" if value is None else quote(value) if isinstance(value, str) else repr(value)
    return Text(text, UNARY if text.startswith("-") else ATOM)


def _moment(value: date | time, zone: str | None) -> Text:
    if isinstance(value, time):
        return Text(f"pd.Timestamp({quote(value.isoformat())}).time()", ATOM)
    text = value.replace(tzinfo=None).isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return Text(f"pd.Timestamp({quote(text)}{f', tz={quote(zone)}' if zone else ''})", ATOM)


def names_of(names: Iterable[str]) -> str:
    listed = [quote(name) for name in names]
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
