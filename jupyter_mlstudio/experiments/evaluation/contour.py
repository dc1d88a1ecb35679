"""How a metric depends on two params: a smooth surface through the runs.

Method: Gaussian kernel regression (Nadaraya and Watson, 1964) over the two params scaled to one width each; the width
of the kernel follows Scott's rule. Where no run is near, nothing is claimed. A param whose numbers are all positive and
span more than two powers of ten is laid out in powers of ten; one that is no number has its words side by side.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.evaluation.importance import Text, encoded
from jupyter_mlstudio.experiments.evaluation.types import Axis, Contour, ContourPoint

if TYPE_CHECKING:
    import numpy as np

GRID = 40
FEWEST = 3
POINTS = 2000
WIDE = 100
FAR = 0.22
"""Of an axis: how far from the nearest run the surface still says something."""


class _Laid(NamedTuple):
    axis: Axis
    runs: "np.ndarray"
    """Where each run is, from 0 to 1."""
    grid: "np.ndarray"
    """Where each line of the grid is, from 0 to 1."""


def contour(
    runs: Sequence[str], names: tuple[str, str], x: Sequence[Text], y: Sequence[Text], z: Sequence[Text]
) -> Contour:
    """Lay a surface through the runs; the params have these names.

    Raises:
        InvalidError: Too few runs have all three.
    """
    import numpy as np

    columns = encoded(names[0], x), encoded(names[1], y)
    height = encoded("metric", z).values
    there = np.isfinite(columns[0].values) & np.isfinite(columns[1].values) & np.isfinite(height)
    if there.sum() < FEWEST:
        raise InvalidError(
            f"Only {there.sum()} runs have {names[0]!r}, {names[1]!r} and the metric; "
            f"a contour needs at least {FEWEST}."
        )
    across, along = (
        _laid(f"param:{column.name}", column.values[there], None if column.ordered else _words(given))
        for column, given in zip(columns, (x, y), strict=True)
    )
    surface = _smoothed(across, along, height[there])
    shown = np.flatnonzero(there)[:POINTS]
    points = [
        ContourPoint(run=runs[i], x=float(columns[0].values[i]), y=float(columns[1].values[i]), z=float(height[i]))
        for i in shown
    ]
    rows = [[None if np.isnan(cell) else float(cell) for cell in row] for row in surface]
    return Contour(x=across.axis, y=along.axis, z=rows, points=points)


def _words(column: Sequence[Text]) -> list[str]:
    return sorted({str(value) for value in column if value is not None})


def _laid(key: str, values: "np.ndarray", words: list[str] | None) -> _Laid:
    import numpy as np

    if words is not None:
        steps = max(len(words) - 1, 1)
        ticks = np.arange(len(words), dtype=float)
        return _Laid(Axis(key=key, ticks=ticks.tolist(), words=words, log=False), values / steps, ticks / steps)
    low, high = float(values.min()), float(values.max())
    log = low > 0 and high / low > WIDE
    scaled = np.log10(values) if log else values
    first, last = float(scaled.min()), float(scaled.max())
    width = (last - first) or 1.0
    lines = np.linspace(first, last, GRID) if last > first else np.array([first])
    ticks = 10**lines if log else lines
    return _Laid(
        Axis(key=key, ticks=ticks.tolist(), words=None, log=log), (scaled - first) / width, (lines - first) / width
    )


def _smoothed(across: _Laid, along: _Laid, height: "np.ndarray") -> "np.ndarray":
    import numpy as np

    near = min(max(len(height) ** (-1 / 6) * 0.3, 0.04), 0.15)
    apart_x = ((across.grid[:, None] - across.runs[None, :]) / near) ** 2
    apart_y = ((along.grid[:, None] - along.runs[None, :]) / near) ** 2
    weigh_x, weigh_y = np.exp(-apart_x / 2), np.exp(-apart_y / 2)
    weights = weigh_y @ weigh_x.T
    with np.errstate(invalid="ignore", divide="ignore"):
        surface: np.ndarray = (weigh_y * height) @ weigh_x.T / weights
    surface[weights < np.exp(-((FAR / near) ** 2) / 2)] = np.nan
    return surface
