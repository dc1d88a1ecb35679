"""Turns single values into columns of a type, and tells which values are none of that type."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Wrong = tuple[int, str | None, str]

NUMBER = r"^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)\s*$"
WHOLE = r"^\s*[+-]?\d{1,18}(\.0*)?\s*$"
TRUTHS = {"true": True, "false": False, "1": True, "0": False}
LONGEST = 40


def what(type_: "pa.DataType") -> str:
    """Say which values a type has, for people."""
    import pyarrow as pa

    if pa.types.is_integer(type_):
        return "a whole number"
    if pa.types.is_floating(type_):
        return "a number"
    if pa.types.is_boolean(type_):
        return "true or false"
    if pa.types.is_timestamp(type_):
        return "a time such as 2013-01-31T23:59:00"
    return "a text" if pa.types.is_string(type_) else f"a value of type {type_}"


def shown(value: Any) -> str:
    """Name a value in a message."""
    if isinstance(value, str):
        return f"the text {value[:LONGEST]!r}"
    return "true" if value is True else "false" if value is False else repr(value)[:LONGEST]


def reason(name: str, type_: "pa.DataType", value: Any) -> str:
    """Say that a value does not fit."""
    return f"Column {name!r}: expected {what(type_)}, got {shown(value)}."


def from_text(
    name: str, column: "pa.Array", type_: "pa.DataType", missing: Sequence[str], *, loose: bool = False
) -> "tuple[pa.Array, list[Wrong]]":
    """Convert texts to a type; what cannot be converted becomes null and is told of."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_string(type_):
        return column, []
    given, gone = column, compute.is_in(column, pa.array(missing, pa.string()))
    column = compute.if_else(gone, pa.scalar(None, pa.string()), column)
    try:
        return column.cast(type_), []
    except pa.ArrowInvalid:
        if loose:
            return given, []
        values = column.to_pylist()
        return array_of(name, [None if value is None else _read(value, type_) for value in values], type_)


def judged(values: Iterable[Any]) -> "pa.DataType":
    """Return the type that single values have; texts if they have none in common."""
    import pyarrow as pa

    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int}:
        return pa.int64()
    if kinds and kinds <= {int, float}:
        return pa.float64()
    if len(kinds) == 1 and kinds <= {bool, bytes}:
        return pa.bool_() if bool in kinds else pa.binary()
    return pa.string()


def array_of(
    name: str, values: list[Any], type_: "pa.DataType", *, loose: bool = False
) -> "tuple[pa.Array, list[Wrong]]":
    """Make a column of single values; what is no value of the type becomes null and is told of.

    With `loose`, a column with such a value becomes one of texts instead: the model does not ask for it.
    """
    import pyarrow as pa
    from pyarrow import compute

    kinds = {type(value) for value in values}
    cut = pa.types.is_integer(type_) and float in kinds  # which Arrow would do without a word
    try:
        if not cut and not (pa.types.is_floating(type_) and bool in kinds):
            array = pa.array(values, type_)
            if not pa.types.is_floating(type_) or compute.all(compute.is_finite(array)).as_py() is not False:
                return array, []
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    fitting: list[Any] = []
    wrong: list[Wrong] = []
    for row, value in enumerate(values):
        fits, made = _fitted(value, type_)
        fitting.append(made)
        if not fits:
            wrong.append((row, name, reason(name, type_, value)))
    if wrong and loose:
        return pa.array([value if value is None else str(value) for value in values], pa.string()), []
    return pa.array(fitting, type_), wrong


def _fitted(value: Any, type_: "pa.DataType") -> tuple[bool, Any]:
    """Tell whether a value is one of a type, and what it is then."""
    import pyarrow as pa

    if value is None:
        return True, None
    if pa.types.is_floating(type_) or pa.types.is_integer(type_):
        return _number(value, type_)
    if pa.types.is_boolean(type_):
        return (True, bool(value)) if isinstance(value, bool) or value in (0, 1) else (False, None)
    if pa.types.is_timestamp(type_):
        return _time(value)
    if pa.types.is_string(type_):
        return (True, value) if isinstance(value, str) else (False, None)
    return _any(value, type_)


def _number(value: Any, type_: "pa.DataType") -> tuple[bool, Any]:
    import pyarrow as pa

    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        return False, None
    if pa.types.is_floating(type_):
        return True, float(value)
    whole = float(value).is_integer() and abs(value) < 2 ** (type_.bit_width - 1)
    return (True, int(value)) if whole else (False, None)


def _any(value: Any, type_: "pa.DataType") -> tuple[bool, Any]:
    import pyarrow as pa

    try:
        pa.scalar(value, type_)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False, None
    return True, value


def _time(value: Any) -> tuple[bool, Any]:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False, None
    if isinstance(value, datetime):
        return True, value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return isinstance(value, date), value if isinstance(value, date) else None


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _read(text: str, type_: "pa.DataType") -> Any:
    """Read a text as the value that it stands for; a text that stands for none stays one."""
    import pyarrow as pa

    if pa.types.is_boolean(type_):
        return TRUTHS.get(text.strip().lower(), text)
    if pa.types.is_floating(type_) or pa.types.is_integer(type_):
        try:
            return int(text) if pa.types.is_integer(type_) and "." not in text else float(text)
        except ValueError:
            return text
    return text
