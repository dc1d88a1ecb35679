"""Each kind of chart as a still picture: what a saved notebook shows, and what is downloaded as SVG."""

import math
from collections.abc import Callable, Mapping, Sequence

from jupyter_mlstudio.experiments.evaluation.content import Curve
from jupyter_mlstudio.experiments.evaluation.drawing import (
    COLOURS,
    FAINT,
    HEIGHT,
    INK,
    LINE,
    WIDTH,
    Drawing,
    Scale,
    number,
    scale,
    shade,
    word_scale,
)
from jupyter_mlstudio.experiments.evaluation.types import Cell, ChartContent, ChartSpec, ShownRuns

LEFT, RIGHT, TOP, BOTTOM = 62.0, WIDTH - 16.0, 44.0, HEIGHT - 56.0
NAMED = 8
HALF = 2


def picture(
    spec: ChartSpec, content: ChartContent, curves: Sequence[Curve], files: Mapping[str, bytes] | None = None
) -> str:
    """Draw a chart as SVG."""
    runs = content.runs
    if content.images is not None or content.tables is not None:
        from jupyter_mlstudio.experiments.evaluation.sheets import listing

        return listing(title_of(spec), content, files)
    if content.judgement is not None or content.importance is not None or content.contour is not None:
        from jupyter_mlstudio.experiments.evaluation.pictures_of_models import modelled

        return modelled(spec, content)
    drawing = Drawing(title_of(spec))
    draw: dict[str, Callable[[], None]] = {
        "curves": lambda: _curves(drawing, spec, curves, runs),
        "parallel": lambda: _parallel(drawing, spec, runs),
        "scatter": lambda: _scatter(drawing, spec, runs),
        "box": lambda: _box(drawing, spec, runs),
    }
    draw[spec.kind]()
    return drawing.svg()


def title_of(spec: ChartSpec) -> str:
    """Return what a chart is headed by."""
    if spec.title:
        return spec.title
    x, y, metric = _last(spec.x), _last(spec.y), ", ".join(spec.metrics)
    named = {
        "curves": metric,
        "scatter": f"{y} over {x}",
        "importance": f"What matters for {metric}",
        "contour": f"{metric} over {x} and {y}",
        "box": f"{y} by {_last(spec.group)}" if spec.group else y,
        "parallel": "Parallel coordinates",
        "confusion": "Confusion matrix",
        "roc": "ROC curve",
        "pr": "Precision and recall",
        "calibration": "Calibration",
        "images": spec.path or "Images",
        "table": spec.path or "Tables",
    }
    return named[spec.kind]


def colour_of(runs: ShownRuns) -> dict[str, str]:
    """Give each run its colour."""
    return {run: COLOURS[place % len(COLOURS)] for place, run in enumerate(runs.ids)}


def name_of(runs: ShownRuns) -> dict[str, str]:
    """Return what each run is called."""
    return dict(zip(runs.ids, runs.names, strict=True))


def _curves(drawing: Drawing, spec: ChartSpec, curves: Sequence[Curve], runs: ShownRuns) -> None:
    if curves and all(curve.total == 1 for curve in curves):
        _bars(drawing, curves, runs)
        return
    colours, names = colour_of(runs), name_of(runs)
    lines = [(curve, _along(curve, spec), smoothed(curve.values, spec.smoothing)) for curve in curves]
    x = scale([v for _, xs, _ in lines for v in xs], LEFT, RIGHT, log=spec.log_x, room=0)
    edges = [v for curve, _, _ in lines for part in (curve.low, curve.high) if part and spec.envelope for v in part]
    y = scale([*edges, *(v for _, _, ys in lines for v in ys)], BOTTOM, TOP, log=spec.log_y)
    drawing.axes(x, y, {"step": "Step", "time": "Time (s since 1970)", "relative": "Seconds since start"}[spec.by])
    for curve, xs, ys in lines:
        colour = colours.get(curve.run, FAINT)
        if curve.low and curve.high and spec.envelope:
            _band(drawing, x, y, xs, curve.low, curve.high, colour)
        for piece in pieces(x, y, xs, ys):
            if len(piece) == 1:
                drawing.dot(*piece[0], colour, 2.5)
            else:
                drawing.line(piece, colour)
    shown = list(dict.fromkeys(curve.run for curve, _, _ in lines))[:NAMED]
    drawing.names([names.get(run, run) for run in shown], [colours.get(run, FAINT) for run in shown])


def pieces(x: Scale, y: Scale, xs: Sequence[float], ys: Sequence[float]) -> list[list[tuple[float, float]]]:
    """Cut a line where it is no number."""
    found: list[list[tuple[float, float]]] = [[]]
    for a, b in zip(xs, ys, strict=True):
        if x.holds(a) and y.holds(b):
            found[-1].append((x(a), y(b)))
        elif found[-1]:
            found.append([])
    return [piece for piece in found if piece]


def smoothed(values: Sequence[float], amount: float) -> list[float]:
    """Smooth by a running mean whose past fades, as the panel does."""
    mean = weight = 0.0
    found = []
    for value in values:
        if amount <= 0 or not math.isfinite(value):
            found.append(value)
            continue
        mean = mean * amount + value * (1 - amount)
        weight = weight * amount + (1 - amount)
        found.append(mean / weight)
    return found


def _along(curve: Curve, spec: ChartSpec) -> list[float]:
    if spec.by == "step":
        return list(curve.steps)
    begin = curve.times[0] if spec.by == "relative" and len(curve.times) else 0.0
    return [(time - begin) / 1000 for time in curve.times]


def _band(
    drawing: Drawing, x: Scale, y: Scale, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str
) -> None:
    there = [i for i in range(len(xs)) if x.holds(xs[i]) and y.holds(low[i]) and y.holds(high[i])]
    outline = [(x(xs[i]), y(high[i])) for i in there] + [(x(xs[i]), y(low[i])) for i in reversed(there)]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in outline)
    drawing.add(f'<polygon points="{path}" fill="{colour}" fill-opacity="0.15"/>')


def _bars(drawing: Drawing, curves: Sequence[Curve], runs: ShownRuns) -> None:
    shown, colours, names = list(curves)[:30], colour_of(runs), name_of(runs)
    x = scale([0.0, *(curve.values[-1] for curve in shown)], 150.0, RIGHT - 50)
    height = (BOTTOM - TOP) / max(len(shown), 1)
    for place, curve in enumerate(shown):
        top, value = TOP + place * height, curve.values[-1]
        drawing.text(144, top + height * 0.7, names.get(curve.run, curve.run)[:22], anchor="end")
        if x.holds(value):
            begin, end = sorted((x(0), x(value)))
            drawing.box(begin, top + 1, end - begin, min(height - 2, 22), colours.get(curve.run, FAINT))
        drawing.text(RIGHT - 44, top + height * 0.7, number(value) if math.isfinite(value) else str(value))


def _column(runs: ShownRuns, key: str | None) -> list[Cell]:
    return next((column.values for column in runs.columns if column.key == key), [None] * len(runs.ids))


def _placed(values: list[Cell], first: float, last: float, *, log: bool = False) -> tuple[Scale, list[float]]:
    """Make a scale for a column, and say where each run is on it."""
    if any(isinstance(value, str) for value in values):
        words = sorted({str(value) for value in values if value is not None})
        places = {word: float(place) for place, word in enumerate(words)}
        return word_scale(words, first, last), [places.get(str(value), math.nan) for value in values]
    numbers = [math.nan if value is None else float(value) for value in values]
    return scale(numbers, first, last, log=log), numbers


def _tints(runs: ShownRuns, key: str | None) -> list[str]:
    """Give each run the colour of its value in a column; without one, its own."""
    values = _column(runs, key)
    if key is None or all(value is None for value in values):
        return list(colour_of(runs).values())
    if any(isinstance(value, str) for value in values):
        words = sorted({str(value) for value in values})
        return [COLOURS[words.index(str(value)) % len(COLOURS)] for value in values]
    numbers = [math.nan if value is None else float(value) for value in values]
    known = [value for value in numbers if math.isfinite(value)]
    low, high = min(known), max(known)
    return [shade((value - low) / ((high - low) or 1)) for value in numbers]


def _scatter(drawing: Drawing, spec: ChartSpec, runs: ShownRuns) -> None:
    x, across = _placed(_column(runs, spec.x), LEFT, RIGHT, log=spec.log_x)
    y, up = _placed(_column(runs, spec.y), BOTTOM, TOP, log=spec.log_y)
    drawing.axes(x, y, _last(spec.x), _last(spec.y))
    for a, b, tint in zip(across, up, _tints(runs, spec.colour), strict=True):
        if x.holds(a) and y.holds(b):
            drawing.dot(x(a), y(b), tint)


def _parallel(drawing: Drawing, spec: ChartSpec, runs: ShownRuns) -> None:
    keys = spec.columns
    width = (RIGHT - LEFT - 20) / max(len(keys) - 1, 1)
    laid = [_placed(_column(runs, key), BOTTOM + 20, TOP + 20) for key in keys]
    for run, tint in enumerate(_tints(runs, spec.colour or (keys[-1] if keys else None))):
        points = [
            (LEFT + place * width, axis(values[run]))
            for place, (axis, values) in enumerate(laid)
            if axis.holds(values[run])
        ]
        drawing.line(points, tint, 1)
    for place, (key, (axis, _)) in enumerate(zip(keys, laid, strict=True)):
        x = LEFT + place * width
        drawing.line([(x, axis.first), (x, axis.last)], FAINT, 1)
        drawing.text(x, TOP + 8, _last(key), anchor="middle", colour=INK)
        for value, word in axis.ticks():
            drawing.text(x + 4, axis(value) + 4, word[:12])


def _box(drawing: Drawing, spec: ChartSpec, runs: ShownRuns) -> None:
    from statistics import quantiles

    values, groups = _column(runs, spec.y), _column(runs, spec.group)
    found: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        if isinstance(value, float) and math.isfinite(value) and (not spec.log_y or value > 0):
            word = "(none)" if group is None else str(group)
            found.setdefault(word if spec.group else "All runs", []).append(value)
    words = sorted(found)[:24]
    x = word_scale(words, LEFT, RIGHT)
    y = scale([value for word in words for value in found[word]], BOTTOM, TOP, log=spec.log_y)
    drawing.axes(x, y, _last(spec.group), _last(spec.y))
    half = min(24.0, (RIGHT - LEFT) / max(len(words), 1) / 3)
    for place, word in enumerate(words):
        numbers = found[word]
        q1, middle, q3 = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else numbers * 3
        inside = [v for v in numbers if q1 - 1.5 * (q3 - q1) <= v <= q3 + 1.5 * (q3 - q1)]
        at = x(place)
        drawing.line([(at, y(min(inside))), (at, y(max(inside)))], COLOURS[0], 1)
        drawing.box(at - half, y(q3), 2 * half, y(q1) - y(q3), "#d4e9f7", COLOURS[0])
        drawing.line([(at - half, y(middle)), (at + half, y(middle))], COLOURS[0], 2)
        for value in numbers:
            if value not in inside:
                drawing.dot(at, y(value), LINE if value is None else COLOURS[0], 2.5)


def _last(key: str | None) -> str:
    return (key or "").partition(":")[2] or (key or "")
