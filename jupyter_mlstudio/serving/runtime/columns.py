"""Checks the values of one column against its type, and makes what the model takes of them."""

import base64
import binascii
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

NUMBERS = {"integer": ("int32", 2**31), "long": ("int64", 2**63), "float": ("float32", 0), "double": ("float64", 0)}
WANTED = {
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "boolean": "true or false",
    "string": "a text",
    "datetime": "a text such as 2013-01-31T23:59:00",
    "binary": "a text in base64",
}
WORDS = {"true": True, "false": False, "1": True, "0": False}


def matrix_of(columns: list[list[Any]]) -> Any:
    """Make columns of nothing but numbers at once, ten times as fast; None if one is no number, or no finite one."""
    import numpy as np

    if not {kind for values in columns for kind in set(map(type, values))} <= {int, float}:
        return None
    try:
        array = np.array(columns, dtype="float64").T
    except OverflowError:
        return None
    return array if np.isfinite(array).all() else None


def column_of(field: Field, values: list[Any], text: bool) -> Any:
    """Check one column whole, and look for the culprit only if something is wrong."""
    if field.type not in WANTED:
        return values
    if text and field.type not in ("string", "datetime", "binary"):
        values = [_from_text(field, value, row) for row, value in enumerate(values)]
    kinds = set(map(type, values))
    if type(None) in kinds and field.required:
        row = next(row for row, value in enumerate(values) if value is None)
        told = f"Column {field.name!r} has no value in row {row}; {WANTED[field.type]} is required there."
        raise RefusedError("null", told, column=field.name, row=row, expected=field.type)
    return MAKERS[field.type](field, values, kinds - {type(None)}, type(None) in kinds)


def _number(field: Field, values: list[Any], kinds: set[type], nulls: bool) -> Any:
    import numpy as np

    dtype, bound = NUMBERS[field.type]
    if not kinds <= {int, float}:
        _refuse_value(field, values, lambda value: isinstance(value, int | float) and not isinstance(value, bool))
    if bound and float in kinds:
        _refuse_value(field, values, lambda value: isinstance(value, int) or float(value).is_integer())
    if bound and any(value is not None and not -bound <= value < bound for value in values):
        _refuse_value(field, values, lambda value: -bound <= value < bound)
    try:
        array = np.array(values, dtype="float64" if nulls or not bound else dtype)
    except OverflowError:
        _refuse_value(field, values, _is_finite)
    if not bound and np.isinf(array).any():
        _refuse_value(field, values, _is_finite)
    return array.astype(dtype) if not bound else array


def _boolean(field: Field, values: list[Any], kinds: set[type], nulls: bool) -> Any:
    import numpy as np

    if not kinds <= {bool}:
        _refuse_value(field, values, lambda value: isinstance(value, bool))
    return np.array(values, dtype=object if nulls else bool)


def _string(field: Field, values: list[Any], kinds: set[type], nulls: bool) -> Any:
    import pandas as pd

    if not kinds <= {str}:
        _refuse_value(field, values, lambda value: isinstance(value, str))
    return pd.Series(values, dtype="str" if pd.__version__ >= "3" else object)


def _datetime(field: Field, values: list[Any], kinds: set[type], nulls: bool) -> Any:
    import pandas as pd

    if not kinds <= {str}:
        _refuse_value(field, values, _reads_as_time)
    try:
        return pd.to_datetime(pd.Series(values, dtype=object), format="ISO8601")
    except (ValueError, TypeError):
        _refuse_value(field, values, _reads_as_time)
        raise RefusedError("type", f"Column {field.name!r} mixes times in ways that do not fit.") from None


def _binary(field: Field, values: list[Any], kinds: set[type], nulls: bool) -> Any:
    try:
        return [None if value is None else base64.b64decode(value, validate=True) for value in values]
    except (ValueError, TypeError, binascii.Error):
        _refuse_value(field, values, _reads_as_base64)
        raise


MAKERS: dict[str, Callable[[Field, list[Any], set[type], bool], Any]] = {
    **dict.fromkeys(NUMBERS, _number),
    "boolean": _boolean,
    "string": _string,
    "datetime": _datetime,
    "binary": _binary,
}


def _refuse_value(field: Field, values: list[Any], fits: Callable[[Any], bool]) -> None:
    """Refuse the first value that does not fit."""
    for row, value in enumerate(values):
        if value is not None and not fits(value):
            told = f"Column {field.name!r}, row {row}: expected {WANTED[field.type]}, got {_shown(value)}."
            raise RefusedError("type", told, column=field.name, row=row, expected=field.type)


def _from_text(field: Field, text: str | None, row: int) -> Any:
    """Read a cell of a CSV file."""
    if text is None:
        return None
    try:
        if field.type == "boolean":
            return WORDS[text.strip().lower()]
        number = float(text) if field.type in ("float", "double") or not text.strip("+- ").isdigit() else int(text)
        if math.isfinite(number):
            return number
    except (ValueError, KeyError):
        pass
    told = f"Column {field.name!r}, row {row}: expected {WANTED[field.type]}, got {_shown(text)}."
    raise RefusedError("type", told, column=field.name, row=row, expected=field.type)


def _reads_as_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return False
    return True


def _reads_as_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (ValueError, TypeError, binascii.Error):
        return False
    return True


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value)[:40]


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
