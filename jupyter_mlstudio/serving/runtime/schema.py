"""Holds rows against the model's signature, by name and by type, and makes the table that the model takes."""

import base64
import binascii
import math
from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.rows import Table

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
SHOWN = 12
WORDS = {"true": True, "false": False, "1": True, "0": False}


class Schema:
    """The inputs of a model's signature; without one, any table is taken as it comes."""

    def __init__(self, fields: tuple[Field, ...], max_rows: int) -> None:
        self.fields, self.max_rows = fields, max_rows
        self.names = [field.name for field in fields if field.name is not None]
        self.tensor = fields[0] if fields and fields[0].type == "tensor" and not self.names else None

    def frame(self, table: Table) -> Any:
        """Return the rows as the DataFrame, or the array, that the model was trained on.

        Raises:
            RefusedError: A column is missing, too many, or holds a value of another type; it names column and row.
        """
        import pandas as pd

        if table.rows == 0:
            raise RefusedError("no_rows", "There are no rows to predict. Send at least one.")
        if table.rows > self.max_rows:
            told = f"One request may hold {self.max_rows} rows; this one holds {table.rows}. Send several requests."
            raise RefusedError("too_many_rows", told, status=413)
        if self.tensor is not None:
            return _tensor(self.tensor, table)
        if not self.fields:
            return _as_it_comes(table)
        columns = self._matched(table)
        made = {field.name: _column(field, column, table.text) for field, column in columns}
        if not self.names:
            return pd.DataFrame(dict(enumerate(_column(field, column, table.text) for field, column in columns)))
        return pd.DataFrame(made)

    def _matched(self, table: Table) -> list[tuple[Field, list[Any]]]:
        if table.names is None:
            return self._by_order(table)
        if not self.names:
            raise RefusedError("named", "The model's columns have no names. Send lists of values, without names.")
        given = dict(zip(table.names, table.columns, strict=True))
        for name in table.names:
            if name not in self.names:
                self._refuse_extra(name, list(given))
        found = []
        for field in self.fields:
            column = given.get(str(field.name))
            if column is None and field.required:
                self._refuse_missing(field)
            found.append((field, [None] * table.rows if column is None else column))
        return found

    def _by_order(self, table: Table) -> list[tuple[Field, list[Any]]]:
        if self.names:
            told = "The values have no column names. Send dataframe_split with columns, or one object a row"
            raise RefusedError("unnamed", f"{told}; the model wants {_listing(self.names)}.", expected=self.names)
        if len(table.columns) != len(self.fields):
            told = f"A row has {len(table.columns)} values; the model wants {len(self.fields)}."
            raise RefusedError("width", told)
        return list(zip(self.fields, table.columns, strict=True))

    def _refuse_extra(self, name: str, given: list[str]) -> None:
        missing = [wanted for wanted in self.names if wanted not in given]
        nearest = get_close_matches(name, missing or self.names, 1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else f" It knows {_listing(self.names)}."
        details: dict[str, Any] = {"nearest": nearest[0]} if nearest else {}
        raise RefusedError("extra_column", f"The model knows no column {name!r}.{hint}", column=name, **details)

    def _refuse_missing(self, field: Field) -> None:
        told = f"Column {field.name!r} is missing; the model wants {WANTED.get(field.type, field.type)} there."
        raise RefusedError("missing_column", told, column=field.name, expected=field.type)


def _column(field: Field, values: list[Any], text: bool) -> Any:
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


def _tensor(field: Field, table: Table) -> Any:
    import numpy as np

    content = table.nested if table.nested is not None else list(zip(*table.columns, strict=True))
    try:
        array = np.array(content)
    except ValueError:
        raise RefusedError("ragged", "The rows differ in shape.") from None
    wanted = np.dtype(field.dtype)
    if (array.dtype.kind in "OSU") != (wanted.kind in "OSU"):
        raise RefusedError(
            "type", f"Expected numbers of type {field.dtype}; some values are not.", expected=field.dtype
        )
    fits = len(array.shape) == len(field.shape) and all(
        size in (-1, given) for size, given in zip(field.shape, array.shape, strict=True)
    )
    if not fits:
        told = f"Expected the shape {list(field.shape)}, where -1 is any length; got {list(array.shape)}."
        raise RefusedError("shape", told, expected=list(field.shape))
    return array.astype(wanted)


def _as_it_comes(table: Table) -> Any:
    import numpy as np
    import pandas as pd

    if table.names is None:
        return np.array(table.nested if table.nested is not None else list(zip(*table.columns, strict=True)))
    frame = pd.DataFrame(dict(zip(table.names, table.columns, strict=True)))
    return frame.apply(_guessed) if table.text else frame


def _guessed(column: Any) -> Any:
    import pandas as pd

    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


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


def _listing(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:SHOWN]))
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
