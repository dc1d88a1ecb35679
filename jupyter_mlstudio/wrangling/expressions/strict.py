"""Changes of type that stop with an error where a value cannot be turned, and those between dates and times."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.formats import read_date, read_time
from jupyter_mlstudio.wrangling.expressions.function import Function, constant
from jupyter_mlstudio.wrangling.expressions.logic import to_integer, to_number
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, Text, quote, role_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlstudio.wrangling.faces.writer import Writer

_TRUTH = '{"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}'
_KNOWN = "'true', 'yes', '1', 'false', 'no', '0'"


def _insisting(compute: "Callable[..., object]", what: str) -> "Callable[..., object]":
    def row(value: object, *options: object) -> object:
        made = compute(value, *options)
        if made is None:
            raise InvalidError(f"{value!r} is no {what}.", code="step_failed")
        return made

    return row


def _integer(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    subject = writer.write(arguments[0])
    role = role_of(writer.dtype(arguments[0]))
    if writer.face == "pandas":
        if role == "text":
            return Text(f'pd.to_numeric({subject.argument()}).astype("Int64")', ATOM)
        whole = f"np.trunc({subject.argument()})" if role == "number" else subject.expression()
        return Text(f'{whole}.astype("Int64")', ATOM)
    return Text(f"CAST({f'trunc({subject.text})' if role == 'number' else subject.text} AS BIGINT)", ATOM)


def _number(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    subject = writer.write(arguments[0])
    if role_of(writer.dtype(arguments[0])) == "text":
        return Text(f'pd.to_numeric({subject.argument()}).astype("Float64")', ATOM)
    return Text(f'{subject.expression()}.astype("Float64")', ATOM)


def _parsed(to: str) -> Function:
    def write(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        pattern, subject = str(constant(arguments, 1)), writer.write(arguments[0])
        if writer.face == "polars":
            return Text(f"{subject.expression()}.str.to_{to}({quote(pattern)})", ATOM)
        if writer.face == "pandas":
            made = f"pd.to_datetime({subject.argument()}, format={quote(pattern)})"
            return Text(f"{made}{'.dt.normalize()' if to == 'date' else ''}", ATOM)
        made = f"strptime({subject.text}, {writer.write(arguments[1]).text})"
        return Text(f"CAST({made} AS DATE)" if to == "date" else made, ATOM)

    return Function(write, write, write, _insisting(read_date if to == "date" else read_time, to))


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


STRICT: dict[str, Function] = {
    "strict_integer": Function("{0}.cast(pl.Int64)", _integer, _integer, _insisting(to_integer, "whole number")),
    "strict_number": Function(
        "{0}.cast(pl.Float64)", _number, "CAST({0:a} AS DOUBLE)", _insisting(to_number, "number"), nan=True
    ),
    "strict_truth": Function(
        f"{{0}}.replace_strict({_TRUTH.replace('{', '{{').replace('}', '}}')}, return_dtype=pl.Boolean)",
        f'{{0}}.map(lambda text: {_TRUTH.replace("{", "{{").replace("}", "}}")}[text], na_action="ignore")'
        '.astype("boolean")',
        f"CASE WHEN {{0}} IN ({_KNOWN}) THEN {{0}} IN ('true', 'yes', '1') "
        "WHEN {0} IS NOT NULL THEN error('There is no truth value for ' || {0}) END",
        _insisting({"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get, "truth value"),
    ),
    "strict_parse_date": _parsed("date"),
    "strict_parse_time": _parsed("datetime"),
    "truth": Function("{0}.cast(pl.Boolean)", '{0}.astype("boolean")', "CAST({0:a} AS BOOLEAN)", bool),
    "as_date": Function("{0}.cast(pl.Date)", "{0}.dt.normalize()", "CAST({0:a} AS DATE)", lambda day: day),
    "as_datetime": Function("{0}.cast(pl.Datetime)", "{0}", "CAST({0:a} AS TIMESTAMP)", _midnight),
}  # fmt: skip
