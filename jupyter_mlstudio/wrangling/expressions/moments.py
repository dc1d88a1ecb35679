"""Functions that move, round and translate dates and times."""

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, available_timezones

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.dates import local, zone_of
from jupyter_mlstudio.wrangling.expressions.function import Function, Usage, constant
from jupyter_mlstudio.wrangling.expressions.nodes import Expr
from jupyter_mlstudio.wrangling.expressions.patterns import one
from jupyter_mlstudio.wrangling.writing import ATOM, PRODUCT, SUM, Text, meant, quote, role_of

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

Unit = Literal["year", "quarter", "month", "week", "day", "hour", "minute", "second"]
_POLARS = {
    "year": "y", "quarter": "q", "month": "mo", "week": "w", "day": "d", "hour": "h", "minute": "m", "second": "s"
}  # fmt: skip
_PERIODS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W"}
_FLOORS = {"day": "D", "hour": "h", "minute": "min", "second": "s"}
_OF_DAY = {"hour", "minute", "second"}


def _unit(arguments: tuple[Expr, ...], at: int) -> str:
    unit = str(constant(arguments, at)).removesuffix("s")
    if unit not in _POLARS:
        raise InvalidError(f"“{unit}” is no unit of time.{meant(unit, _POLARS)} Choose one of: {', '.join(_POLARS)}.")
    return unit


def zone(name: str) -> str:
    """Return a time zone's name, as in Europe/Berlin.

    Raises:
        InvalidError: There is no such time zone.
    """
    if name not in available_timezones():
        hint = meant(name, available_timezones())
        raise InvalidError(f"There is no time zone “{name}”.{hint} Write it as in Europe/Berlin.", code="no_zone")
    return name


def _whole_days(writer: "Writer", expr: Expr, unit: str) -> bool:
    """Tell whether a date stays one.

    Raises:
        InvalidError: Hours of a date are asked for.
    """
    if role_of(writer.dtype(expr)) != "date":
        return False
    if unit in _OF_DAY:
        raise InvalidError(f"A date has no {unit}s. Turn it into a time first.", code="wrong_type")
    return True


def _moved(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write a time some units later; a day that a month does not have becomes its last one."""
    count, unit = constant(arguments, 1), _unit(arguments, 2)
    if not isinstance(count, int):
        raise InvalidError("Give a whole number of units to add.", code="formula")
    subject, days = writer.write(arguments[0]), _whole_days(writer, arguments[0], unit)
    if writer.face == "polars":
        return Text(f"{subject.expression()}.dt.offset_by({quote(f'{count}{_POLARS[unit]}')})", ATOM)
    if writer.face == "pandas":
        months = {"quarter": 3}.get(unit)
        offset = f"months={count * months}" if months else f"{unit}s={count}"
        return Text(f"{subject.beside(SUM)} + pd.DateOffset({offset})", SUM)
    here = zone_of(writer, arguments[0])
    interval = f"INTERVAL '{count * 3 if unit == 'quarter' else count}' {'month' if unit == 'quarter' else unit}"
    if here and unit not in _OF_DAY:
        return Text(f"timezone('{here}', {local(writer, arguments[0])} + {interval})", ATOM)
    made = f"{subject.beside(SUM)} + {interval}"
    return Text(f"CAST({made} AS DATE)" if days else f"({made})", ATOM)


def _move(moment: date | datetime, count: int, unit: str) -> object:
    made = one(moment).dt.offset_by(f"{count}{_POLARS[unit.removesuffix('s')]}").item()
    return made if isinstance(moment, datetime) or not isinstance(made, datetime) else made.date()


def _begun(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the begin of the year, month, week, … that a time lies in; weeks begin on Monday."""
    subject, unit = writer.write(arguments[0]), _unit(arguments, 1)
    days = _whole_days(writer, arguments[0], unit)
    if writer.face == "polars":
        return Text(f"{subject.expression()}.dt.truncate({quote(f'1{_POLARS[unit]}')})", ATOM)
    here = zone_of(writer, arguments[0])
    if writer.face == "pandas":
        plain = f"{subject.expression()}.dt.tz_localize(None)" if here else subject.expression()
        made = (
            f'{plain}.dt.to_period("{_PERIODS[unit]}").dt.start_time'
            if unit in _PERIODS
            else f'{plain}.dt.floor("{_FLOORS[unit]}")'
        )
        return Text(f"{made}.dt.tz_localize({quote(here)})" if here else made, ATOM)
    made = f"date_trunc('{unit}', {local(writer, arguments[0])})"
    if here:
        return Text(f"timezone('{here}', {made})", ATOM)
    return Text(f"CAST({made} AS DATE)" if days else made, ATOM)


def _begin(moment: date | datetime, unit: str) -> object:
    return one(moment).dt.truncate(f"1{_POLARS[unit.removesuffix('s')]}").item()


def _converted(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write the same instant on the clocks of another zone; times without a zone are taken for UTC."""
    subject, there = writer.write(arguments[0]), zone(str(constant(arguments, 1)))
    here = zone_of(writer, arguments[0])
    if writer.face == "polars":
        return Text(f"{subject.expression()}.dt.convert_time_zone({quote(there)})", ATOM)
    if writer.face == "pandas":
        known = "" if here else '.dt.tz_localize("UTC")'
        return Text(f"{subject.expression()}{known}.dt.tz_convert({quote(there)})", ATOM)
    return subject if here else Text(f"timezone('UTC', {subject.text})", ATOM)


def _convert(moment: datetime, there: str) -> datetime:
    known = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return known.astimezone(ZoneInfo(there))


def _assigned(writer: "Writer", arguments: tuple[Expr, ...]) -> Text:
    """Write what clocks show as a time of a zone, or of none. Where clocks are put back, the earlier time is meant."""
    subject, there = writer.write(arguments[0]), str(constant(arguments, 1))
    there = zone(there) if there else ""
    if writer.face == "polars":
        extra = f'{quote(there)}, ambiguous="earliest", non_existent="null"' if there else "None"
        return Text(f"{subject.expression()}.dt.replace_time_zone({extra})", ATOM)
    here = zone_of(writer, arguments[0])
    if writer.face == "pandas":
        bare = f"{subject.expression()}.dt.tz_localize(None)" if here else subject.expression()
        flags = "np.ones(len(df), dtype=bool)"
        known = f'.dt.tz_localize({quote(there)}, ambiguous={flags}, nonexistent="NaT")' if there else ""
        return Text(f"{bare}{known}", ATOM)
    clock = local(writer, arguments[0])
    return Text(_assigned_sql(clock, there) if there else clock, ATOM)


def _assigned_sql(clock: str, there: str) -> str:
    made = f"timezone('{there}', {clock})"
    earlier = f"{made} - INTERVAL '1' hour"
    # a time that does not exist comes back as another one; of two, a database takes the later
    first = f"CASE WHEN timezone('{there}', {earlier}) = {clock} THEN {earlier} ELSE {made} END"
    return f"CASE WHEN timezone('{there}', {made}) = {clock} THEN {first} END"


def _assign(moment: datetime, there: str) -> datetime | None:
    bare = moment.replace(tzinfo=None)
    if not there:
        return bare
    known = bare.replace(tzinfo=ZoneInfo(there))
    back = known.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(there)).replace(tzinfo=None)
    return known if back == bare else None


def _on_circle(name: str) -> Function:
    """Make the sine or cosine of a whole number, of which a round has so many."""

    def row(number: int, turn: int) -> float:
        made: float = getattr(math, name)(number * (2 * math.pi / turn))
        return made

    return Function(
        lambda writer, arguments: f"({_turned(writer, arguments)}).{name}()",
        lambda writer, arguments: f"np.{name}({_turned(writer, arguments)})",
        lambda writer, arguments: f"{name}({_turned(writer, arguments)})",
        row,
    )


def _turned(writer: "Writer", arguments: tuple[Expr, ...]) -> str:
    turn = constant(arguments, 1)
    assert isinstance(turn, int)  # a step's own
    subject = writer.write(arguments[0])
    if writer.face == "sql":
        return f"{subject.beside(PRODUCT)} * {2 * math.pi / turn!r}e0"
    return f"{subject.beside(PRODUCT)} * {2 * math.pi / turn!r}"


MOMENTS: dict[str, Function] = {
    "add_time": Function(_moved, _moved, _moved, _move, Usage(3, 3, 'add_time(day, 3, "months")', 2)),
    "begin_of": Function(_begun, _begun, _begun, _begin, Usage(2, 2, 'begin_of(day, "month")', 1)),
    "to_zone": Function(
        _converted, _converted, _converted, _convert, Usage(2, 2, 'to_zone(at, "Europe/Berlin")', 1)
    ),
    "as_zone": Function(_assigned, _assigned, _assigned, _assign, Usage(2, 2, 'as_zone(at, "Europe/Berlin")', 1)),
    "sin_of": _on_circle("sin"),
    "cos_of": _on_circle("cos"),
}  # fmt: skip
