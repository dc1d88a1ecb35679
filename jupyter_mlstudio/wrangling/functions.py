"""The functions of the formula language, each with its Polars text."""

import ast
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.writing import ATOM, Text, literal


class Function(NamedTuple):
    """One function: how many arguments it takes, how it is used, how it is written."""

    least: int
    most: int
    example: str
    write: Callable[[list[Text]], Text]


def _method(example: str, template: str, extra: int = 0) -> Function:
    """Make a function of a Polars method: `{0}` is the subject, `{1}` and further are constants."""

    def write(arguments: list[Text]) -> Text:
        for argument in arguments[1:]:
            if not argument.literal:
                raise InvalidError(
                    f"after the first, {example.split('(')[0]} takes fixed values only, as in {example}."
                )
        return Text(template.format(arguments[0].expression(), *(item.text for item in arguments[1:])), ATOM)

    return Function(1 + extra, 1 + extra, example, write)


def _across(example: str, template: str) -> Function:
    """Make a function of a Polars function over several columns of the same row."""

    def write(arguments: list[Text]) -> Text:
        return Text(template.format(", ".join(argument.argument() for argument in arguments)), ATOM)

    return Function(2, 20, example, write)


def _round(arguments: list[Text]) -> Text:
    digits = arguments[1].text if len(arguments) > 1 else "0"
    if not digits.isdigit():
        raise InvalidError("the digits to round to are a whole number, as in round(distance, 1).")
    return Text(f"{arguments[0].expression()}.round({digits})", ATOM)


def _if_missing(arguments: list[Text]) -> Text:
    return Text(f"{arguments[0].expression()}.fill_null({arguments[1].argument()})", ATOM)


def _date(arguments: list[Text]) -> Text:
    if not arguments[0].literal:
        return Text(f"{arguments[0].expression()}.dt.date()", ATOM)
    try:
        return literal(date.fromisoformat(str(ast.literal_eval(arguments[0].text))))
    except ValueError:
        raise InvalidError('a date is written as date("2013-01-31").') from None


def _datetime(arguments: list[Text]) -> Text:
    try:
        return literal(datetime.fromisoformat(str(ast.literal_eval(arguments[0].text))))
    except (ValueError, SyntaxError):
        raise InvalidError('a time is written as datetime("2013-01-31 05:15").') from None


FUNCTIONS: dict[str, Function] = {
    "abs": _method("abs(delay)", "{0}.abs()"),
    "floor": _method("floor(distance)", "{0}.floor()"),
    "ceil": _method("ceil(distance)", "{0}.ceil()"),
    "sqrt": _method("sqrt(distance)", "{0}.sqrt().fill_nan(None)"),
    "exp": _method("exp(score)", "{0}.exp()"),
    "log": _method("log(distance)", "{0}.log().fill_nan(None)"),
    "log10": _method("log10(distance)", "{0}.log10().fill_nan(None)"),
    "round": Function(1, 2, "round(distance, 1)", _round),
    "min": _across("min(delay, 60)", "pl.min_horizontal({0})"),
    "max": _across("max(delay, 0)", "pl.max_horizontal({0})"),
    "mean": _across("mean(first, second)", "pl.mean_horizontal({0})"),
    "lower": _method("lower(name)", "{0}.str.to_lowercase()"),
    "upper": _method("upper(name)", "{0}.str.to_uppercase()"),
    "trim": _method("trim(name)", "{0}.str.strip_chars()"),
    "length": _method("length(name)", "{0}.str.len_chars().cast(pl.Int64)"),
    "contains": _method('contains(name, "air")', "{0}.str.contains({1}, literal=True)", 1),
    "starts_with": _method('starts_with(name, "N")', "{0}.str.starts_with({1})", 1),
    "ends_with": _method('ends_with(name, "AA")', "{0}.str.ends_with({1})", 1),
    "replace": _method('replace(name, "-", " ")', "{0}.str.replace_all({1}, {2}, literal=True)", 2),
    "part": _method("part(name, 0, 3)", "{0}.str.slice({1}, {2})", 2),
    "join": _across('join(origin, "-", dest)', "pl.concat_str({0})"),
    "year": _method("year(time)", "{0}.dt.year()"),
    "month": _method("month(time)", "{0}.dt.month()"),
    "day": _method("day(time)", "{0}.dt.day()"),
    "hour": _method("hour(time)", "{0}.dt.hour()"),
    "minute": _method("minute(time)", "{0}.dt.minute()"),
    "weekday": _method("weekday(time)", "{0}.dt.weekday()"),
    "minutes": _method("minutes(arrival - departure)", "{0}.dt.total_minutes()"),
    "days": _method("days(arrival - departure)", "{0}.dt.total_days()"),
    "date": Function(1, 1, 'date("2013-01-31")', _date),
    "datetime": Function(1, 1, 'datetime("2013-01-31 05:15")', _datetime),
    "is_missing": _method("is_missing(delay)", "{0}.is_null()"),
    "if_missing": Function(2, 2, "if_missing(delay, 0)", _if_missing),
    "number": _method("number(code)", "{0}.cast(pl.Float64, strict=False)"),
    "integer": _method("integer(code)", "{0}.cast(pl.Int64, strict=False)"),
    "text": _method("text(flight)", "{0}.cast(pl.String)"),
}
