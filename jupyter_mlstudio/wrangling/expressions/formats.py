"""Functions between text and what it stands for: numbers with fixed decimals, dates in a format, parts of JSON."""

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.dates import local
from jupyter_mlstudio.wrangling.expressions.function import Function, Usage, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.expressions.numbers import round_half_even
from jupyter_mlstudio.wrangling.expressions.patterns import one
from jupyter_mlstudio.wrangling.writing import ATOM, Text, quote, role_of

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

_WIDEST = 38
"""Digits that a decimal number can have; longer numbers have no fixed form."""


def _ours(pattern: str) -> str:
    """Write a format as Polars understands it, where `%f` would be nine digits."""
    return re.sub(r"\.%f", "%.6f", pattern).replace("%f", "%6f")


def _fixed(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write a number with exactly so many decimals."""
    subject, digits = writer.write(arguments[0]), constant(arguments, 1)
    if writer.face == "polars":
        rounded = f"{subject.expression()}.round({digits})" if writer.dtype(arguments[0]).is_float() else None
        decimal = f".cast(pl.Decimal({_WIDEST}, {digits}), strict=False).cast(pl.String)"
        return Text(f"{rounded or subject.expression()}{decimal}", ATOM)
    if writer.face == "pandas":
        rounded = f'{subject.expression()}.astype("Float64").round({digits})'
        wide = f"{rounded}.where({subject.expression()}.abs() < 1e{_WIDEST - int(str(digits))})"
        text = f'{wide}.map(lambda number: f"{{number + 0:.{digits}f}}", na_action="ignore").astype("string")'
        return Text(f'{text}.str.replace(r"^-(0[.0]*)$", r"\\1", regex=True)', ATOM)
    rounded = f"round_even({subject.text}, {digits})" if writer.dtype(arguments[0]).is_float() else subject.text
    return Text(f"CAST(TRY_CAST({rounded} AS DECIMAL({_WIDEST}, {digits})) AS VARCHAR)", ATOM)


def _of_day(pattern: str) -> bool:
    """Tell whether a format asks for the time of day, which a date does not have."""
    return re.search("%[-_0]?[HIMSpfTRXrckl]", pattern) is not None


def format_moment(moment: date, pattern: str) -> object:
    """Write a date or a time in a format."""
    import polars as pl

    dated = _of_day(pattern) and not isinstance(moment, datetime)
    values = one(moment).cast(pl.Datetime) if dated else one(moment)
    return values.dt.strftime(_ours(pattern)).item()


def _formatted(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    pattern = str(constant(arguments, 1))
    if writer.face == "sql":
        return Text(f"strftime({local(writer, arguments[0])}, {writer.write(arguments[1]).text})", ATOM)
    subject = writer.write(arguments[0]).expression()
    if writer.face == "polars":
        midnight = ".cast(pl.Datetime)" if _of_day(pattern) and role_of(writer.dtype(arguments[0])) == "date" else ""
        return Text(f"{subject}{midnight}.dt.strftime({quote(_ours(pattern))})", ATOM)
    return Text(f'{subject}.dt.strftime({quote(pattern)}).astype("string")', ATOM)


def read_date(text: str, pattern: str) -> object:
    """Read a date; nothing for what does not fit."""
    return one(text).str.to_date(_ours(pattern), strict=False).item()


def read_time(text: str, pattern: str) -> object:
    """Read a time; nothing for what does not fit."""
    return one(text).str.to_datetime(_ours(pattern), strict=False, time_unit="us").item()


def _parsed(to: str) -> Function:
    """Make a function that reads a date or a time; what does not fit the format is missing."""

    def write(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        pattern, subject = str(constant(arguments, 1)), writer.write(arguments[0])
        if writer.face == "polars":
            made = f"{subject.expression()}.str.to_{to}({quote(_ours(pattern))}, strict=False)"
            return Text(made, ATOM)
        if writer.face == "pandas":
            made = f'pd.to_datetime({subject.argument()}, format={quote(pattern)}, errors="coerce")'
            return Text(f"{made}{'.dt.normalize()' if to == 'date' else ''}", ATOM)
        made = f"try_strptime({subject.text}, {writer.write(arguments[1]).text})"
        return Text(f"CAST({made} AS DATE)" if to == "date" else made, ATOM)

    example = 'parse_date(day, "%d.%m.%Y")' if to == "date" else 'parse_time(at, "%d.%m.%Y %H:%M")'
    return Function(write, write, write, read_date if to == "date" else read_time, Usage(2, 2, example, 1))


def _field(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the text that stands in JSON at a path; for what is no JSON, or has nothing there, it is missing."""
    subject, path = writer.write(arguments[0]), writer.write(arguments[1]).text
    if writer.face == "polars":
        return Text(f"{subject.expression()}.str.json_path_match({path})", ATOM)
    if writer.face == "sql":
        return Text(f"CASE WHEN json_valid({subject.text}) THEN json_extract_string({subject.text}, {path}) END", ATOM)
    from jupyter_mlstudio.wrangling.faces.writer import unsupported  # it needs the table of functions

    raise unsupported("Reading JSON", "pandas")


def _fixed_row(number: float, digits: int) -> str | None:
    rounded = round_half_even(number, digits)
    if not math.isfinite(rounded) or abs(rounded) >= 10 ** (_WIDEST - digits):
        return None
    return f"{rounded or 0:.{digits}f}"


FORMATS: dict[str, Function] = {
    "fixed": Function(
        _fixed, _fixed, _fixed, _fixed_row, Usage(2, 2, "fixed(price, 2)", 1)
    ),
    "format_date": Function(
        _formatted, _formatted, _formatted,
        format_moment,
        Usage(2, 2, 'format_date(day, "%d.%m.%Y")', 1),
    ),
    "parse_date": _parsed("date"),
    "parse_time": _parsed("datetime"),
    "json_field": Function(
        _field, _field, _field, lambda text, path: one(text).str.json_path_match(path).item(),
        Usage(2, 2, 'json_field(details, "$.city")', 1),
    ),
}  # fmt: skip
