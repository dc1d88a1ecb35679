"""Which numbers a model refuses: asked of it once, so that a compiled form refuses the same, and names the column."""

from collections.abc import Callable
from typing import Any, NoReturn

from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

Check = Callable[[Rows], None]


def check_of(refused: list[Spec]) -> Check:
    """Return the function that refuses rows with what the model does not take.

    Each of `refused` is about one column: whether a missing value is refused (`gap`), and beyond which `limit` a number
    is; None for no limit.
    """

    def check(rows: Rows) -> None:
        for each in refused:
            for row, value in enumerate(_values(rows, each["index"])):
                if value is None or value != value:  # noqa: PLR0124  # NaN
                    if each["gap"]:
                        _refuse_gap(each["name"], row)
                elif each["limit"] is not None and not -each["limit"] <= value <= each["limit"]:
                    _refuse_size(each["name"], row, value)

    return check


def _refuse_gap(name: str, row: int) -> NoReturn:
    """Say that a value is missing."""
    told = f"Column {name!r} has no value in row {row}, and the model takes no missing values there."
    raise RefusedError("null", told, column=name, row=row, expected="a number")


def _refuse_size(name: str, row: int, value: float) -> NoReturn:
    """Say that a number is too large."""
    told = f"Column {name!r}, row {row}: {value!r} is too large for the model."
    raise RefusedError("too_large_number", told, column=name, row=row, expected="a finite number")


def _values(rows: Rows, index: int) -> Any:
    if rows.cells is not None:
        return [row[index] for row in rows.cells]
    if rows.matrix is not None:
        return rows.matrix[:, index].tolist()
    columns = rows.columns or []
    column = columns[0][:, index] if len(columns) == 1 and getattr(columns[0], "ndim", 1) > 1 else columns[index]
    return column.tolist()
