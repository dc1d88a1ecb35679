"""Functions that take dates, times and durations apart. Times with a zone count as clocks there show them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Function, Rule, Usage
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit
from jupyter_mlstudio.wrangling.writing import ATOM, Text, role_of

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer


def zone_of(writer: "Writer", expr: Expr) -> str | None:
    """Return the time zone of an expression's values, if they have one."""
    return getattr(writer.dtype(expr), "time_zone", None)


def local(writer: "Writer", expr: Expr) -> str:
    """Write a time in SQL as the clocks of its zone show it: a database would take those of the session."""
    subject, zone = writer.write(expr).text, zone_of(writer, expr)
    return f"timezone('{zone}', {subject})" if zone else subject


def _in_sql(template: str) -> Rule:
    def write(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        return Text(template.replace("{0}", local(writer, arguments[0])), ATOM)

    return write


def _part(name: str, polars: str, pandas: str, sql: str | dict[str, str], row: Callable[..., object]) -> Function:
    """Make a function of a part of a date, a whole number; times of day are plain Python in pandas."""

    def in_pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        subject = writer.write(arguments[0]).expression()
        if role_of(writer.dtype(arguments[0])) == "time":
            return Text(f'{subject}.map(lambda time: time.{name}, na_action="ignore").astype("Int64")', ATOM)
        return Text(pandas.replace("{0}", subject), ATOM)

    written = _in_sql(sql) if isinstance(sql, str) else {each: _in_sql(text) for each, text in sql.items()}
    return Function(f"{{0}}.dt.{polars}()", in_pandas, written, row, Usage(1, 1, f"{name}(time)"))


def _plain(name: str) -> Function:
    in_pandas = f'{{0}}.dt.{name}.astype("Int64")'
    return _part(name, name, in_pandas, f"floor(extract({name} FROM {{0}}))", lambda moment: getattr(moment, name))


def _whole(seconds: int) -> Callable[[timedelta], int]:
    return lambda span: int(span.total_seconds() / seconds)


def _span(name: str, seconds: int) -> Function:
    return Function(
        f"{{0}}.dt.total_{name}()",
        f'np.trunc({{0}}.dt.total_seconds() / {seconds}).astype("Int64")',
        f"CAST(trunc(epoch({{0:a}}) / {seconds}) AS BIGINT)",
        _whole(seconds),
        Usage(1, 1, f"{name}(arrival - departure)"),
    )


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _pandas_day(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    subject = writer.write(arguments[0]).expression()
    plain = ".dt.tz_localize(None)" if zone_of(writer, arguments[0]) else ""
    return Text(f"{subject}{plain}.dt.normalize()", ATOM)


def _seconds_from(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the seconds from the first time to the second, as a decimal number."""
    start, end = (writer.write(each) for each in arguments)
    if writer.face == "polars":
        span = f"({end.expression()} - {start.expression()})"
        return Text(f"({span}.dt.total_microseconds() / 1_000_000)", ATOM)
    if writer.face == "pandas":
        return Text(f'({end.expression()} - {start.expression()}).dt.total_seconds().astype("Float64")', ATOM)
    micros = [f"epoch_us({local(writer, each)})" for each in arguments]
    if all(zone_of(writer, each) for each in arguments):  # instants, whose clocks may have been put forward between
        micros = [f"epoch_us({each.text})" for each in (start, end)]
    return Text(f"(CAST({micros[1]} - {micros[0]} AS DOUBLE) / 1000000)", ATOM)


def _between(start: datetime | date, end: datetime | date) -> float:
    first, last = (each if isinstance(each, datetime) else datetime(*each.timetuple()[:3]) for each in (start, end))
    if first.tzinfo and last.tzinfo:
        first, last = first.astimezone(UTC), last.astimezone(UTC)  # within one zone Python counts by the clock
    return (last - first).total_seconds()


def _age(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _age_text(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the whole years from a birthday: those of the calendar, less one before the day of the year."""
    (year_born, day_born), (year, day) = (_calendar(writer, each) for each in arguments)
    if writer.face == "sql":
        return Text(f"({year} - {year_born} - CASE WHEN {day} < {day_born} THEN 1 ELSE 0 END)", ATOM)
    integer = 'astype("Int64")' if writer.face == "pandas" else "cast(pl.Int64)"
    return Text(f"({year} - {year_born} - ({day} < {day_born})).{integer}", ATOM)


def _calendar(writer: "Writer", expr: Expr) -> tuple[str, str]:
    """Write the year of a date, and a number that orders the days of any year."""
    if isinstance(expr, Lit) and isinstance(expr.value, date):
        return str(expr.value.year), str(expr.value.month * 100 + expr.value.day)
    if writer.face == "sql":
        whole = f"CAST({local(writer, expr)} AS DATE)"
        return f"year({whole})", f"(month({whole}) * 100 + day({whole}))"
    parts, calls = f"{writer.write(expr).expression()}.dt", "()" if writer.face == "polars" else ""
    month = f"{parts}.month{calls}{'.cast(pl.Int16)' if calls else ''}"
    return f"{parts}.year{calls}", f"({month} * 100 + {parts}.day{calls})"


_MONDAY = "date_diff('day', DATE '1970-01-05', CAST({0} AS DATE))"
_SINCE = f"(({_MONDAY} % 7 + 7) % 7 + 1)"
_WEEKDAY = {"duckdb": "isodow({0})", **dict.fromkeys(("spark", "postgres", "bigquery", "snowflake"), _SINCE)}
"""Databases count the days of a week from different ones; days since a Monday are the same in all."""

DATES: dict[str, Function] = {
    "year": _plain("year"),
    "quarter": _part(
        "quarter", "quarter", '{0}.dt.quarter.astype("Int64")', "extract(quarter FROM {0})",
        lambda day: (day.month + 2) // 3
    ),
    "month": _plain("month"),
    "week": _part(
        "week", "week", '{0}.dt.isocalendar().week.astype("Int64")', "extract(week FROM {0})",
        lambda day: day.isocalendar().week,
    ),
    "day": _plain("day"),
    "weekday": _part(
        "weekday", "weekday", '({0}.dt.day_of_week + 1).astype("Int64")', _WEEKDAY, lambda day: day.isoweekday()
    ),
    "day_of_year": _part(
        "day_of_year", "ordinal_day", '{0}.dt.day_of_year.astype("Int64")', "extract(doy FROM {0})",
        lambda day: day.timetuple().tm_yday,
    ),
    "hour": _plain("hour"),
    "minute": _plain("minute"),
    "second": _plain("second"),
    "seconds": _span("seconds", 1),
    "minutes": _span("minutes", 60),
    "hours": _span("hours", 3600),
    "days": _span("days", 86_400),
    "date_of": Function("{0}.dt.date()", _pandas_day, _in_sql("CAST({0} AS DATE)"), _day, Usage(1, 1, "date(time)")),
    "seconds_from": Function(
        _seconds_from, _seconds_from, _seconds_from, _between, Usage(2, 2, "seconds_from(departure, arrival)")
    ),
    "age": Function(_age_text, _age_text, _age_text, _age, Usage(2, 2, "age(born, visited)")),
}  # fmt: skip
