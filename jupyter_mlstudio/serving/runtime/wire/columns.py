"""Checks the values of one column against its type, one by one, to say exactly which is wrong."""

import base64
import math
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.forms import Constant
from jupyter_mlstudio.serving.runtime.wire.schema import NUMBERS, WANTED

SINGLE, DOUBLE = 3.4028234663852886e38, sys.float_info.max

WORDS = {"true": True, "false": False, "1": True, "0": False}


def checked(field: Field, values: list[Any], *, text: bool) -> list[Any]:
    """Check one column whole, and look for the culprit only if something is wrong; returns what cells hold.

    Args:
        field: What the model wants.
        values: What was sent.
        text: Whether everything was sent as text, as in CSV.

    Raises:
        RefusedError: A value is of another type or out of range, or missing; column and row are named.
    """
    if field.type not in WANTED:
        return _guessed(values) if text else values
    if text and field.type not in ("string", "datetime", "binary"):
        values = [_from_text(field, value, row) for row, value in enumerate(values)]
    kinds = set(map(type, values))
    if type(None) in kinds and field.required:
        refuse_missing(field, values.index(None))
    return MAKERS[field.type](field, values, kinds - {type(None)})


def refuse_missing(field: Field, row: int) -> NoReturn:
    """Say that a value is required."""
    told = f"Column {field.name!r} has no value in row {row}; {WANTED.get(field.type, 'a value')} is required there."
    raise RefusedError("null", told, column=field.name, row=row, expected=field.type)


def refuse_value(field: Field, row: int, value: Any) -> NoReturn:
    """Say what was expected and what was got."""
    told = f"Column {field.name!r}, row {row}: expected {WANTED[field.type]}, got {shown(value)}."
    if isinstance(value, Constant):
        told = f"{told} That is not JSON. Send null for a missing value."
        raise RefusedError("not_a_number", told, column=field.name, row=row, expected=field.type)
    raise RefusedError("type", told, column=field.name, row=row, expected=field.type)


def _number(field: Field, values: list[Any], kinds: set[type]) -> list[Any]:
    bound = NUMBERS[field.type][1]
    if not kinds <= {int, float}:
        _fit(field, values, lambda value: isinstance(value, int | float) and not isinstance(value, bool))
    if not bound:
        most = SINGLE if field.type == "float" else DOUBLE
        _fit(field, values, lambda value: -most <= value <= most)
        return [None if value is None else float(value) for value in values]
    if float in kinds:
        _fit(field, values, lambda value: isinstance(value, int) or float(value).is_integer())
    _fit(field, values, lambda value: -bound <= value < bound)
    return [None if value is None else int(value) for value in values]


def _boolean(field: Field, values: list[Any], kinds: set[type]) -> list[Any]:
    if not kinds <= {bool}:
        _fit(field, values, lambda value: isinstance(value, bool))
    return values


def _string(field: Field, values: list[Any], kinds: set[type]) -> list[Any]:
    if not kinds <= {str}:
        _fit(field, values, lambda value: isinstance(value, str))
    _fit(field, values, _is_whole)
    return values


def _datetime(field: Field, values: list[Any], kinds: set[type]) -> list[Any]:
    if not kinds <= {str}:
        _fit(field, values, lambda value: isinstance(value, str))
    return [None if value is None else _time(field, value, row) for row, value in enumerate(values)]


def _time(field: Field, text: str, row: int) -> datetime:
    try:
        time = datetime.fromisoformat(text.strip())
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        refuse_value(field, row, text)


def _binary(field: Field, values: list[Any], kinds: set[type]) -> list[Any]:
    try:
        return [None if value is None else base64.b64decode(value, validate=True) for value in values]
    except (ValueError, TypeError):
        _fit(field, values, _reads_as_base64)
        raise


MAKERS: dict[str, Callable[[Field, list[Any], set[type]], list[Any]]] = {
    **dict.fromkeys(NUMBERS, _number),
    "boolean": _boolean,
    "string": _string,
    "datetime": _datetime,
    "binary": _binary,
}


def _fit(field: Field, values: list[Any], fits: Callable[[Any], bool]) -> None:
    """Refuse the first value that does not fit."""
    for row, value in enumerate(values):
        if value is not None and not fits(value):
            refuse_value(field, row, value)


def _from_text(field: Field, text: str | None, row: int) -> Any:
    """Read a cell of a CSV file."""
    if text is None:
        return None
    try:
        if field.type == "boolean":
            return WORDS[text.strip().lower()]
        text = text if text.isascii() and "_" not in text else "no number"
        number = float(text) if field.type in ("float", "double") or not text.strip("+- ").isdigit() else int(text)
        if math.isfinite(number):
            return number
    except (ValueError, KeyError):
        pass
    refuse_value(field, row, text)


def _guessed(values: list[Any]) -> list[Any]:
    """Read a column of a CSV file whose type nobody has told: as numbers if all of it are, else as it is."""
    try:
        numbers = [None if value is None else float(value) for value in values]
    except ValueError:
        return values
    return numbers if all(number is None or math.isfinite(number) for number in numbers) else values


def _is_whole(text: str) -> bool:
    """Tell whether a text can be written down; JSON can spell halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reads_as_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (ValueError, TypeError):
        return False
    return True


def shown(value: Any) -> str:
    """Name a value so that its sender finds it."""
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, bool | Constant):
        return value.name if isinstance(value, Constant) else str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value)[:40]
