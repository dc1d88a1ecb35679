"""How Polars text is written: names, literals and calls, so that it reads well and means exactly the stored value."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.figures import Role
    from jupyter_mlstudio.wrangling.messages import Column

WIDTH = 100
"""Longer calls are broken into one argument a line."""


_DATE_PARTS = 3


class Text(NamedTuple):
    """Python text of an expression, and what it takes to put it beside an operator."""

    text: str
    level: int
    literal: bool = False

    def beside(self, level: int) -> str:
        """Return the text, in parentheses if an operator of this level would tear it apart."""
        return self.text if self.level >= level else f"({self.text})"

    def argument(self) -> str:
        """Return the text as an argument that Polars would otherwise take for a column name."""
        return f"pl.lit({self.text})" if self.literal else self.text

    def expression(self) -> str:
        """Return the text as something that has Polars' methods."""
        return f"pl.lit({self.text})" if self.literal else self.beside(ATOM)


COMPARE, OR, AND, SUM, PRODUCT, UNARY, POWER, ATOM = range(8)
"""How strongly Python's operators bind."""


def quote(text: str) -> str:
    """Write a string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def column(name: str) -> str:
    """Write a reference to a column."""
    return f"pl.col({quote(name)})"


def columns(names: Iterable[str]) -> str:
    """Write a reference to one or several columns."""
    return f"pl.col({', '.join(quote(name) for name in names)})"


def call(method: str, arguments: Iterable[str]) -> str:
    """Write a method call that continues a chain, on several lines if it is long."""
    written = tuple(arguments)
    line = f".{method}({', '.join(written)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join(
        [f".{method}(", *(f"    {argument.replace(chr(10), chr(10) + '    ')}," for argument in written), ")"]
    )


def mapping(entries: Mapping[str, str]) -> str:
    """Write a dictionary of written keys and values, one a line if it is long."""
    items = [f"{key}: {value}" for key, value in entries.items()]
    line = f"{{{', '.join(items)}}}"
    return line if len(line) <= WIDTH else "\n".join(["{", *(f"    {item}," for item in items), "}"])


def listing(items: Iterable[str]) -> str:
    """Write a list of written items, on several full lines if it is long."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > WIDTH - 8:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{item},"
    return (
        f"[{lines[0].removesuffix(',')}]"
        if len(lines) == 1
        else "\n".join(["[", *(f"    {line}" for line in lines), "]"])
    )


def role_of(dtype: "pl.DataType") -> "Role":
    """Return what a column of this type is to a person."""
    import polars as pl

    if dtype.is_numeric():
        return "number"
    if isinstance(dtype, (pl.String, pl.Categorical, pl.Enum)):
        return "text"
    if dtype.is_nested():
        return "nested"
    plain: dict[str, Role] = {
        "Boolean": "boolean", "Date": "date", "Datetime": "datetime", "Time": "time", "Duration": "duration"
    }  # fmt: skip
    return plain.get(dtype.base_type().__name__, "other")


def described(schema: "Mapping[str, pl.DataType]") -> "tuple[Column, ...]":
    """Describe the columns of a table."""
    from jupyter_mlstudio.wrangling.messages import Column

    return tuple(Column(name=name, dtype=str(dtype), role=role_of(dtype)) for name, dtype in schema.items())


def require(names: Iterable[str], schema: "Mapping[str, pl.DataType]") -> None:
    """Refuse columns that a table does not have.

    Raises:
        InvalidError: One is missing; the message names it and the nearest that exists.
    """
    for name in names:
        if name not in schema:
            raise InvalidError(f"There is no column “{name}” here.{meant(name, schema)}", code="no_column")


def meant(name: str, known: Iterable[str]) -> str:
    """Suggest what somebody may have meant: a sentence with a space in front, or nothing."""
    lower = {item.casefold(): item for item in known}
    close = get_close_matches(name.casefold(), lower, n=1, cutoff=0.6)
    return f" Did you mean “{lower[close[0]]}”?" if close else ""


def typed(value: object, dtype: "pl.DataType", what: str) -> object:
    """Turn a plain value, as JSON or a form knows it, into a value of a column's type.

    Raises:
        InvalidError: It is no such value; the message begins with `what`.
    """
    role = role_of(dtype)
    try:
        if role == "number":
            return float(_number(value)) if dtype.is_float() else _number(value)
        if role == "boolean":
            return {"true": True, "false": False}[str(value).casefold()]
        if role in _FROM_TEXT:
            return _FROM_TEXT[role](str(value))
        if role == "text":
            return str(value)
    except (KeyError, ValueError):
        pass
    raise InvalidError(f"{what}: {value!r} is no {_NAMES.get(role, 'value')} for a column of type {dtype}.")


def literal(value: object, dtype: "pl.DataType | None" = None) -> Text:
    """Write a value exactly; dates become Polars' own constructors."""
    if isinstance(value, datetime):
        parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
        while len(parts) > _DATE_PARTS and parts[-1] == 0:
            parts.pop()
        zone = getattr(dtype, "time_zone", None)
        extra = f", time_zone={quote(zone)}" if zone else ""
        return Text(f"pl.datetime({', '.join(map(str, parts))}{extra})", ATOM)
    if isinstance(value, date):
        return Text(f"pl.date({value.year}, {value.month}, {value.day})", ATOM)
    if isinstance(value, time):
        return Text(f"pl.time({value.hour}, {value.minute}, {value.second})", ATOM)
    if isinstance(value, str):
        return Text(quote(value), ATOM, literal=True)
    text = repr(value)
    return Text(text, UNARY if text.startswith("-") else ATOM, literal=True)


def plain(value: object) -> bool | int | float | str:
    """Turn a value of a column into one that JSON can hold; `typed` turns it back."""
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return float(value)  # type: ignore[arg-type]  # Decimal: what is left of the types that steps accept


def _number(value: object) -> int | float:
    if isinstance(value, (bool, int, float)):
        return value
    text = str(value).strip()
    try:
        return int(text)
    except ValueError:
        return float(text)


_FROM_TEXT = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}
_NAMES = {
    "number": "number",
    "boolean": "truth value (true or false)",
    "date": "date like 2013-01-31",
    "datetime": "time like 2013-01-31 05:15",
    "time": "time of day like 05:15",
}
