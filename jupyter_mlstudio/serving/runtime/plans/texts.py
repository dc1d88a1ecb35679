"""Categories into numbers: one column of codes, or one column for each category."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

Codes = Callable[[Rows], Any]
"""Gives each row the place of its value in a list; the place behind the last is for values that are not in it."""

MISSING = object()


def one_hot(spec: Spec) -> Callable[[Rows], Any]:
    """Make one column for each category; `places` has the row of numbers for each code."""
    columns = [(codes(each), each["table"]) for each in spec["columns"]]
    if len(columns) == 1:
        ((only, table),) = columns
        return lambda rows: table[only(rows)]
    import numpy as np

    return lambda rows: np.concatenate([table[code(rows)] for code, table in columns], axis=1)


def ordinal(spec: Spec) -> Callable[[Rows], Any]:
    """Make one column of numbers for each column of categories."""
    import numpy as np

    columns = [(codes(each), each["table"]) for each in spec["columns"]]
    return lambda rows: np.stack([table[code(rows)] for code, table in columns], axis=1)


def codes(spec: Spec) -> Codes:
    """Make the function that finds the code of a column's values.

    `known` are the values, `missing` the code of a missing one, `unknown` that of any other; None refuses it.
    """
    index, numeric, find = spec["index"], spec["numeric"], finder(spec)

    def column(rows: Rows) -> Any:
        import numpy as np

        if rows.cells is not None:
            return np.array([find(row[index]) for row in rows.cells], dtype=np.intp)
        return _of_column((rows.columns or [])[index], find, numeric=numeric)

    return column


def finder(spec: Spec) -> Callable[[Any], int]:
    """Make the function that finds the code of one value."""
    name, fill, missing, unknown = spec["name"], spec["fill"], spec["missing"], spec["unknown"]
    places = {value: place for place, value in enumerate(spec["known"])}
    if fill is not None:
        missing = places.get(fill, unknown)

    def find(value: Any) -> int:
        is_missing = value is None or value != value  # noqa: PLR0124  # NaN
        place = missing if is_missing else places.get(value, unknown)
        if place is None:
            shown = "a missing value" if value is None else repr(value)[:60]
            told = f"Column {name!r}: the model does not know {shown}."
            raise RefusedError("unknown_category", told, column=name, expected=_some(places))
        return place

    return find


def _some(places: dict[Any, int]) -> list[Any]:
    return list(places)[:20]


def _of_column(column: Any, find: Callable[[Any], int], *, numeric: bool) -> Any:
    """Look up each different value once."""
    import numpy as np

    if hasattr(column, "dictionary_encode"):
        return _of_arrow(column, find)
    if numeric and column.dtype.kind != "O":
        different, back = np.unique(column, return_inverse=True)
        return np.array([find(value) for value in different.tolist()], dtype=np.intp)[back.reshape(-1)]
    return np.array([find(value) for value in column.tolist()], dtype=np.intp)


def _of_arrow(column: Any, find: Callable[[Any], int]) -> Any:
    import numpy as np

    if hasattr(column, "combine_chunks"):
        column = column.combine_chunks()
    encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    different = encoded.dictionary.to_pylist()
    table = np.array([find(value) for value in different], dtype=np.intp)
    if not encoded.null_count:
        return table[encoded.indices.to_numpy(zero_copy_only=False)]
    table = np.append(table, find(None))
    places = encoded.indices.fill_null(len(different)).to_numpy(zero_copy_only=False)
    return table[places]
