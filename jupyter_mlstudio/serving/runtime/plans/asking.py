"""What a model takes and what it refuses, asked of the model itself."""

from collections.abc import Sequence
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.blocks import Column, Raw
from jupyter_mlstudio.serving.runtime.plans.known import known_texts
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.prove import Ask, takes
from jupyter_mlstudio.serving.runtime.question import Cells

LARGEST = 1.7976931348623157e308
SINGLE = 3.4028235677973362e38
"""The largest number that single precision does not take for infinite."""
HUGE = 1e300


def a_row(estimator: Any, raw: Raw, real: Sequence[Cells]) -> Cells:
    """Return a row that the model most likely takes: one from its example, without gaps if there is one."""
    whole = [row for row in real if all(value is not None for value in row)]
    if whole:
        return whole[0]
    known = dict(known_texts(estimator))
    plain = {"boolean": False, "long": 0, "integer": 0, "double": 0.0, "float": 0.0}
    row = real[0] if real else (None,) * raw.width
    return tuple(
        known.get(column.name, plain.get(column.type, "" if column.type == "string" else None))
        if value is None
        else value
        for column, value in zip(raw.columns, row, strict=True)
    )


def refusals(original: Ask, fields: Sequence[Field], raw: Raw, base: Cells) -> dict[int, Spec]:
    """Find out for each column of numbers whether a missing one is refused, and beyond which size a number is."""
    decimal = [column for column in raw.columns if column.type in ("double", "float")]
    gaps = [column for column in raw.columns if column in decimal or _may_miss(fields, column)]
    no_gap = _refused(original, base, gaps, None)
    infinite = _refused(original, base, decimal, float("inf"))
    huge = _refused(original, base, [column for column in decimal if column.type == "double"], HUGE)
    found: dict[int, Spec] = {}
    for column in raw.columns:
        if column.numeric:
            limit = SINGLE if column.index in huge else LARGEST if column.index in infinite else None
            gap = column.index in no_gap or column not in gaps
            found[column.index] = {"name": column.name, "gap": gap, "limit": limit}
    return found


def _may_miss(fields: Sequence[Field], column: Column) -> bool:
    return column.type in ("long", "integer") and len(fields) > column.index and not fields[column.index].required


def _refused(original: Ask, base: Cells, columns: Sequence[Column], value: Any) -> set[int]:
    """Ask with the value everywhere at once; if that is refused, in a few columns; and if those differ, in each."""
    if not columns or takes(original, base, {column.index: value for column in columns}):
        return set()

    def refused(column: Column) -> bool:
        return not takes(original, base, {column.index: value})

    if all(refused(column) for column in {columns[0], columns[len(columns) // 2], columns[-1]}):
        return {column.index for column in columns}
    return {column.index for column in columns if refused(column)}
