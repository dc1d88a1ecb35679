"""Holds rows against the model's signature, by name and by type, and makes the table that the model takes."""

from difflib import get_close_matches
from functools import cached_property
from typing import Any

from jupyter_mlstudio.serving.runtime.columns import WANTED, column_of, matrix_of
from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.rows import Table

SHOWN = 12


class Schema:
    """The inputs of a model's signature; without one, any table is taken as it comes."""

    def __init__(self, fields: tuple[Field, ...], max_rows: int) -> None:
        self.fields, self.max_rows = fields, max_rows
        self.names = [field.name for field in fields if field.name is not None]
        self._numbers = bool(self.names) and all(field.type == "double" for field in fields)
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
        if self._numbers and (matrix := matrix_of([values for _, values in columns])) is not None:
            return pd.DataFrame(matrix, columns=self._index)
        made = {field.name: column_of(field, column, table.text) for field, column in columns}
        if not self.names:
            return pd.DataFrame(dict(enumerate(column_of(field, column, table.text) for field, column in columns)))
        return pd.DataFrame(made)

    @cached_property
    def _index(self) -> Any:
        import pandas as pd

        return pd.Index(self.names)

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


def _listing(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:SHOWN]))
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
