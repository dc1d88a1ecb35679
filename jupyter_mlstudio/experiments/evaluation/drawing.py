"""A small drawing in SVG: a ground, axes, and marks on them. Nothing of it can run, whatever runs are called."""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

COLOURS = ("#2b8fd9", "#e08e0b", "#0f9d76", "#cf5ea2", "#d8602c", "#8578dd", "#9d9a1c", "#5bb0cf")
SEQUENCE = ("#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725")
INK, FAINT, LINE = "#333333", "#757575", "#dddddd"
WIDTH, HEIGHT = 640, 360
TICKS = 5
LARGE, LONG = 1e6, 60


class Scale(NamedTuple):
    """From values to pixels; words stand at whole numbers."""

    low: float
    high: float
    first: float
    last: float
    log: bool = False
    words: tuple[str, ...] = ()

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high, value = (
            (math.log10(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return self.first + (value - low) / ((high - low) or 1) * (self.last - self.first)

    def holds(self, value: float | None) -> bool:
        """Tell whether a value has a place on it."""
        return value is not None and math.isfinite(value) and (not self.log or value > 0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return where marks are, and what they say."""
        if self.words:
            step = max(1, len(self.words) // 12)
            return [(float(place), word) for place, word in enumerate(self.words) if place % step == 0]
        if self.log:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [(10.0**power, number(10.0**power)) for power in powers][:: max(1, len(powers) // 6)]
        span = self.high - self.low
        size = 10 ** math.floor(math.log10(span / TICKS)) if span > 0 else 1.0
        size *= next(factor for factor in (1, 2, 5, 10) if span / (size * factor) <= TICKS) if span > 0 else 1
        first = math.ceil(self.low / size)
        return [(n * size, number(n * size)) for n in range(first, math.floor(self.high / size) + 1)]


class Drawing:
    """Collects the parts of a picture."""

    def __init__(self, title: str, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._parts = [f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
        self.text(12, 20, title, size=13, weight=600, colour=INK)

    def add(self, part: str) -> None:
        """Add a part as it is."""
        self._parts.append(part)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        size: int = 11,
        weight: int = 400,
        colour: str = FAINT,
    ) -> None:
        """Write a text."""
        self.add(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
            f'fill="{colour}">{escape(cut(text))}</text>'
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.5, dash: str = "") -> None:
        """Draw a line through pixels."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def box(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """Draw a filled box."""
        self.add(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
            f'fill="{fill}" stroke="{stroke}"/>'
        )

    def dot(self, x: float, y: float, colour: str, radius: float = 3.5) -> None:
        """Draw a dot."""
        self.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.85"/>')

    def axes(self, x: Scale, y: Scale, x_name: str = "", y_name: str = "") -> None:
        """Draw thin axes with their marks."""
        for value, word in y.ticks():
            self.line([(x.first, y(value)), (x.last, y(value))], LINE, 1)
            self.text(x.first - 6, y(value) + 4, word, anchor="end")
        for value, word in x.ticks():
            self.text(x(value), y.first + 16, word, anchor="middle")
        self.line([(x.first, y.first), (x.last, y.first)], LINE, 1)
        self.text((x.first + x.last) / 2, y.first + 32, x_name, anchor="middle")
        self.text(x.first - 40, y.last - 8, y_name)

    def names(self, names: Sequence[str], colours: Sequence[str]) -> None:
        """Write who is who below the chart, as far as there is room."""
        x, room = 12.0, self.width - 24.0
        for name, colour in zip(names, colours, strict=True):
            length = 22 + 6.2 * len(cut(name))
            if x + length > room:
                self.text(x, self.height - 8, "…")
                return
            self.dot(x + 4, self.height - 12, colour)
            self.text(x + 12, self.height - 8, name)
            x += length

    def svg(self) -> str:
        """Return the picture."""
        parts = "".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="system-ui, sans-serif" role="img">{parts}</svg>'
        )


def scale(values: Sequence[float], first: float, last: float, *, log: bool = False, room: float = 0.04) -> Scale:
    """Make a scale for numbers, with a little room beyond them."""
    kept = [value for value in values if math.isfinite(value) and (not log or value > 0)]
    if not kept:
        return Scale(1 if log else 0, 10 if log else 1, first, last, log)
    low, high = min(kept), max(kept)
    if log:
        factor = (high / low) ** room if high > low else 3
        return Scale(low / factor, high * factor, first, last, log)
    beyond = (high - low) * room if high > low else abs(high) * 0.1 or 1
    return Scale(low - beyond, high + beyond, first, last)


def word_scale(words: Sequence[str], first: float, last: float) -> Scale:
    """Make a scale for words."""
    return Scale(-0.5, len(words) - 0.5, first, last, words=tuple(words) or ("",))


def shade(share: float) -> str:
    """Return the colour of a share from 0 to 1."""
    if not math.isfinite(share):
        return FAINT
    place = min(max(share, 0), 1) * (len(SEQUENCE) - 1)
    below = min(int(place), len(SEQUENCE) - 2)
    a, b = (tuple(int(SEQUENCE[i][c : c + 2], 16) for c in (1, 3, 5)) for i in (below, below + 1))
    return "#" + "".join(f"{round(p + (q - p) * (place - below)):02x}" for p, q in zip(a, b, strict=True))


def number(value: float) -> str:
    """Write a number for people."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < LARGE else f"{value:.3g}"


def cut(text: str) -> str:
    """Cut a long text."""
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
