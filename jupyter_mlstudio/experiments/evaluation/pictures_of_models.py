"""What models tell, as still pictures: importance, contours, and what was predicted."""

from itertools import pairwise

from jupyter_mlstudio.experiments.evaluation.drawing import (
    COLOURS,
    FAINT,
    HEIGHT,
    INK,
    WIDTH,
    Drawing,
    Scale,
    number,
    scale,
    shade,
)
from jupyter_mlstudio.experiments.evaluation.types import (
    Axis,
    ChartContent,
    ChartSpec,
    Contour,
    Importance,
    Judgement,
    RunConfusion,
)

LEFT, RIGHT, TOP, BOTTOM = 62.0, WIDTH - 16.0, 44.0, HEIGHT - 56.0
AXES = {
    "roc": ("False positive rate", "True positive rate"),
    "pr": ("Recall", "Precision"),
    "calibration": ("Predicted share", "Observed share"),
}
MATRICES = 6
COUNTED = 12
NAMED = 8


def modelled(spec: ChartSpec, content: ChartContent) -> str:
    """Draw importance, a contour, or what was predicted."""
    from jupyter_mlstudio.experiments.evaluation.pictures import colour_of, name_of, title_of

    drawing = Drawing(title_of(spec))
    colours, names = colour_of(content.runs), name_of(content.runs)
    if content.importance is not None:
        _importance(drawing, content.importance)
    elif content.contour is not None:
        _contour(drawing, content.contour)
    elif content.judgement is not None and spec.kind == "confusion":
        _confusions(drawing, content.judgement.confusions[:MATRICES], names)
    elif content.judgement is not None:
        _judged(drawing, content.judgement, AXES[spec.kind], colours, names)
    return drawing.svg()


def _importance(drawing: Drawing, importance: Importance) -> None:
    items = importance.items[:15]
    height = (BOTTOM + 30 - TOP) / max(len(items), 1)
    x = Scale(0, max([item.importance for item in items] + [0.01]), 170.0, RIGHT - 90)
    for place, item in enumerate(items):
        top = TOP + place * height
        sign = item.correlation
        colour = FAINT if sign is None else COLOURS[4] if sign < 0 else COLOURS[0]
        drawing.text(164, top + height * 0.6, item.param[:24], anchor="end")
        drawing.box(170, top + 2, x(item.importance) - 170, min(height - 4, 22), colour)
        told = f"{item.importance:.0%}" + ("" if sign is None else f"  {sign:+.2f}")
        drawing.text(x(item.importance) + 6, top + height * 0.6, told)
    drawing.text(12, HEIGHT - 8, f"from {importance.runs:,} runs")


def _contour(drawing: Drawing, contour: Contour) -> None:
    x, y = _side(contour.x, LEFT, RIGHT), _side(contour.y, BOTTOM, TOP)
    heights = [z for row in contour.z for z in row if z is not None] + [point.z for point in contour.points]
    low, high = min(heights), max(heights)
    across, along = _edges(contour.x, x), _edges(contour.y, y)
    for row, (below, above) in zip(contour.z, along, strict=True):
        for z, (left, right) in zip(row, across, strict=True):
            if z is not None:
                drawing.box(
                    left, above, right - left + 0.5, below - above + 0.5, shade((z - low) / ((high - low) or 1))
                )
    drawing.axes(x, y, _last(contour.x.key), _last(contour.y.key))
    for point in contour.points[:500]:
        drawing.dot(x(point.x), y(point.y), "#ffffff", 3.5)
        drawing.dot(x(point.x), y(point.y), shade((point.z - low) / ((high - low) or 1)), 2.5)
    drawing.text(12, HEIGHT - 8, f"from {number(low)} (dark) to {number(high)} (bright)")


def _side(axis: Axis, first: float, last: float) -> Scale:
    if axis.words is not None:
        return Scale(-0.5, len(axis.words) - 0.5, first, last, words=tuple(axis.words))
    return scale(axis.ticks, first, last, log=axis.log, room=0.02)


def _edges(axis: Axis, placed: Scale) -> list[tuple[float, float]]:
    """Return from where to where each tile goes, in pixels."""
    at = [placed(tick) for tick in axis.ticks]
    half = (at[1] - at[0]) / 2 if len(at) > 1 else (placed.last - placed.first) / 2
    return [(middle - half, middle + half) for middle in at]


def _judged(
    drawing: Drawing, judgement: Judgement, axes: tuple[str, str], colours: dict[str, str], names: dict[str, str]
) -> None:
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, 1, BOTTOM, TOP)
    drawing.axes(x, y, *axes)
    if axes != AXES["pr"]:
        drawing.line([(x(0), y(0)), (x(1), y(1))], FAINT, 1, dash="4 3")
    for curve in judgement.curves:
        colour = colours.get(curve.run, FAINT)
        points = [(x(a), y(b)) for a, b in zip(curve.x, curve.y, strict=True)]
        if axes == AXES["pr"]:
            points = [points[0], *(p for a, b in pairwise(points) for p in ((b[0], a[1]), b))]
        drawing.line(points, colour)
    shown = judgement.curves[:NAMED]
    drawing.names(
        [f"{names.get(one.run, one.run)} {one.score:.3f}" for one in shown],
        [colours.get(one.run, FAINT) for one in shown],
    )


def _confusions(drawing: Drawing, confusions: list[RunConfusion], names: dict[str, str]) -> None:
    across = min(len(confusions), 3) or 1
    down = -(-len(confusions) // across) or 1
    width, height = WIDTH / across, (HEIGHT - 30) / down
    for place, one in enumerate(confusions):
        left, top = place % across * width, 30 + place // across * height
        drawing.text(left + 12, top + 14, f"{names.get(one.run, one.run)[:24]}  {one.accuracy:.1%}", colour=INK)
        size = len(one.labels) or 1
        cell_width, cell_height = (width - 70) / size, (height - 46) / size
        for row, counts in enumerate(one.counts):
            y = top + 22 + row * cell_height
            drawing.text(left + 50, y + cell_height / 2 + 4, one.labels[row][:7], anchor="end")
            for column, count in enumerate(counts):
                x = left + 54 + column * cell_width
                share = count / (sum(counts) or 1)
                drawing.box(x, y, cell_width - 1, cell_height - 1, _mixed(share))
                if size <= COUNTED:
                    drawing.text(x + cell_width / 2, y + cell_height / 2 + 4, str(count), anchor="middle", colour=INK)
        for column, label in enumerate(one.labels):
            x = left + 54 + (column + 0.5) * cell_width
            drawing.text(x, top + 36 + size * cell_height, label[:7], anchor="middle")


def _mixed(share: float) -> str:
    """Return a blue as strong as a share."""
    parts = (round(255 + (target - 255) * min(max(share, 0), 1)) for target in (0x5A, 0xAE, 0xE8))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _last(key: str) -> str:
    return key.partition(":")[2] or key
