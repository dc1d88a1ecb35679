"""Functions of dates and times."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.expressions.function import Function, Usage
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.writing import ATOM, Text, role_of

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer


def _part(name: str, polars: str, pandas: str, sql: str, row: Callable[..., object]) -> Function:
    """Make a function of a part of a date, a whole number; times of day are plain Python in pandas."""

    def in_pandas(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
        subject = writer.write(arguments[0]).expression()
        if role_of(writer.dtype(arguments[0])) == "time":
            return Text(f'{subject}.map(lambda time: time.{name}, na_action="ignore").astype("Int64")', ATOM)
        return Text(pandas.replace("{0}", subject), ATOM)

    return Function(f"{{0}}.dt.{polars}()", in_pandas, sql, row, Usage(1, 1, f"{name}(time)"))


def _plain(name: str, sql: str = "") -> Function:
    in_pandas = f'{{0}}.dt.{name}.astype("Int64")'
    return _part(name, name, in_pandas, f"{sql or name}({{0:a}})", lambda moment: getattr(moment, name))


def _whole(seconds: int) -> Callable[[timedelta], int]:
    return lambda span: int(span.total_seconds() / seconds)


def _span(name: str, polars: str, seconds: int, example: str) -> Function:
    return Function(
        f"{{0}}.dt.{polars}()",
        f'np.trunc({{0}}.dt.total_seconds() / {seconds}).astype("Int64")',
        f"CAST(trunc(epoch({{0:a}}) / {seconds}) AS BIGINT)",
        _whole(seconds),
        Usage(1, 1, example),
    )


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


DATES: dict[str, Function] = {
    "year": _plain("year"),
    "quarter": _part(
        "quarter", "quarter", '{0}.dt.quarter.astype("Int64")', "quarter({0:a})", lambda day: (day.month + 2) // 3
    ),
    "month": _plain("month"),
    "week": _part(
        "week", "week", '{0}.dt.isocalendar().week.astype("Int64")', "weekofyear({0:a})",
        lambda day: day.isocalendar().week,
    ),
    "day": _plain("day"),
    "weekday": _part(
        "weekday", "weekday", '({0}.dt.dayofweek + 1).astype("Int64")', "isodow({0:a})", lambda day: day.isoweekday()
    ),
    "day_of_year": _part(
        "day_of_year", "ordinal_day", '{0}.dt.dayofyear.astype("Int64")', "dayofyear({0:a})",
        lambda day: day.timetuple().tm_yday,
    ),
    "hour": _plain("hour"),
    "minute": _plain("minute"),
    "second": _plain("second"),
    "minutes": _span("minutes", "total_minutes", 60, "minutes(arrival - departure)"),
    "days": _span("days", "total_days", 86_400, "days(arrival - departure)"),
    "date_of": Function("{0}.dt.date()", "{0}.dt.normalize()", "CAST({0:a} AS DATE)", _day, Usage(1, 1, "date(time)")),
}  # fmt: skip
