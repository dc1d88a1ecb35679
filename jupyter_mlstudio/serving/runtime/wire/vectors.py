"""Checks whole NumPy arrays against a column's type; looks for the culprit only if something is wrong."""

from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.wire.columns import refuse_missing, refuse_value
from jupyter_mlstudio.serving.runtime.wire.schema import NUMBERS


def checked_numbers(field: Field, values: Any) -> Any:
    """Return an array of numbers in the type of the column, NaN where a whole number is missing.

    Raises:
        RefusedError: A number is infinite, out of range, no whole one, or missing where it is required.
    """
    dtype, bound = NUMBERS[field.type]
    missing = values.dtype.kind == "f" and _check_floats(field, values)
    if bound:
        _check_whole(field, values, bound)
    elif field.type == "float" and values.dtype != "float32":
        _check_single(field, values)
    return values.astype("float64" if missing and bound else dtype, copy=False)


def _check_floats(field: Field, values: Any) -> bool:
    """Refuse what is infinite, and NaN where a number is required; returns whether any is missing."""
    import numpy as np

    finite = np.isfinite(values)
    if finite.all():
        return False
    infinite = np.isinf(values)
    if infinite.any():
        row = int(infinite.argmax())
        refuse_value(field, row, float(values[row]))
    if field.required:
        refuse_missing(field, int(finite.argmin()))
    return True


def _check_whole(field: Field, values: Any, bound: int) -> None:
    import numpy as np

    with np.errstate(invalid="ignore"):
        wrong = (values < -bound) | (values >= bound)
        if values.dtype.kind == "f":
            wrong |= values != np.trunc(values)
            wrong &= ~np.isnan(values)
    if wrong.any():
        row = int(wrong.argmax())
        refuse_value(field, row, values[row].item())


def _check_single(field: Field, values: Any) -> None:
    import numpy as np

    with np.errstate(invalid="ignore"):
        wrong = np.abs(values) > np.finfo("float32").max
    if wrong.any():
        row = int(wrong.argmax())
        refuse_value(field, row, values[row].item())
