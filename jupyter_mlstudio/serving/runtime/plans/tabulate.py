"""Encoders of categories as tables: each known value is shown to the encoder itself, and what it makes is kept."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.blocks import Column, Made, Raw, UntranslatedError
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.wire.frames import model_input
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

UNKNOWN_TEXT = "\u0000 a value that no column holds \u0000"
MOST = 20_000


def tabulated(encoder: Any, raw: Raw, widths: Sequence[int], op: str) -> Made:
    """Make the table of each column of an encoder with `categories_`.

    Raises:
        UntranslatedError: There are too many categories, or values of strange types.
    """
    import numpy as np

    shown = _Shown(encoder, raw, widths)
    known = [_known(categories) for categories in encoder.categories_]
    strange = [_unknown(column, each) for column, each in zip(raw.columns, known, strict=True)]
    seen, unknown = shown.every(known), shown.each(strange)
    missing = shown.each([None] * len(raw), [_can_miss(column) for column in raw.columns])
    columns, origins = [], []
    for place, column in enumerate(raw.columns):
        rows = list(seen[place])
        spec = {"index": column.index, "name": column.name, "fill": column.fill, "known": known[place]}
        spec |= {"numeric": column.numeric, "strange": strange[place]}
        spec["unknown"], spec["missing"] = _code(rows, unknown[place]), _code(rows, missing[place])
        table = np.array(rows, dtype=np.float64)
        columns.append({**spec, "table": table if op == "one_hot" else table.reshape(-1)})
        origins += [column.index] * widths[place]
    return Made({"op": op, "columns": columns}, tuple(origins))


def _known(categories: Any) -> list[Any]:
    if len(categories) > MOST:
        raise UntranslatedError(f"a column has more than {MOST} categories")
    values = [value for value in categories.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    if not all(isinstance(value, str | int | float | bool) for value in values):
        raise UntranslatedError("categories are neither texts nor numbers")
    return values


def _can_miss(column: Column) -> bool:
    return column.type not in ("long", "integer", "boolean") or column.fill is None


def _code(rows: list[Any], row: Any) -> int | None:
    """Keep a further row of a table and return its place; None if the encoder refused the value."""
    if row is None:
        return None
    rows.append(row)
    return len(rows) - 1


def _unknown(column: Column, known: list[Any]) -> Any:
    if not column.numeric:
        return UNKNOWN_TEXT
    if column.type == "boolean":
        return next((value for value in (False, True) if value not in known), False)
    numbers = [value for value in known if not isinstance(value, str)]
    return (int(max(numbers, default=0)) + 1) if column.type in ("long", "integer") else max(numbers, default=0) + 0.5


class _Shown:
    """Shows an encoder values, and keeps what becomes of them by column."""

    def __init__(self, encoder: Any, raw: Raw, widths: Sequence[int]) -> None:
        self._encoder, self._raw = encoder, raw
        ends = list(accumulate(widths, initial=0))
        self._slices = [slice(*pair) for pair in pairwise(ends)]
        self._still = [next(iter(_known(categories)), None) for categories in encoder.categories_]

    def every(self, values: Sequence[list[Any]]) -> list[Any]:
        """Return what becomes of a list of values for each column."""
        longest = max(map(len, values), default=0)
        padded = [each + [still] * (longest - len(each)) for each, still in zip(values, self._still, strict=True)]
        made = self._made(list(zip(*padded, strict=True)))
        return [made[: len(each), there] for each, there in zip(values, self._slices, strict=True)]

    def each(self, values: Sequence[Any], asked: Sequence[bool] | None = None) -> list[Any]:
        """Return what becomes of one value for each column; None where the encoder refuses it, or it is not asked."""
        wanted = asked or [True] * len(values)
        row = [v if want else still for v, want, still in zip(values, wanted, self._still, strict=True)]
        together = self._maybe(tuple(row))
        found: list[Any] = []
        for place, there in enumerate(self._slices):
            made = together
            if made is None and wanted[place]:
                made = self._maybe((*self._still[:place], values[place], *self._still[place + 1 :]))
            found.append(None if made is None or not wanted[place] else made[0, there])
        return found

    def _maybe(self, row: Cells) -> Any:
        try:
            return self._made([row])
        except (ValueError, TypeError):
            return None

    def _made(self, cells: list[Cells]) -> Any:
        import numpy as np

        fields = [Field(each.name, each.type, required=False) for each in self._raw.columns]
        frame = model_input(Schema(fields), Rows(len(cells), cells=cells))
        result = self._encoder.transform(frame if hasattr(self._encoder, "feature_names_in_") else frame.to_numpy())
        return np.asarray(result.toarray() if hasattr(result, "toarray") else result, dtype=np.float64)
