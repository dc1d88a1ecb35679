"""Small charts as SVG text. Every label is escaped here; colours come from the page's variables."""

from collections.abc import Sequence
from html import escape

from jupyter_mlstudio.wrangling.report.types import Associations, Bar, Point, Relation

_WIDTH, _HEIGHT = 300, 150
_LEFT, _BOTTOM, _TOP = 8, 30, 8
_ROW = 20
_NAMES = 150
_LONGEST = 24
_CELL = 26
_SHOWN = 24
_DARK_ENOUGH = 0.55


def cut(text: str, longest: int = _LONGEST) -> str:
    """Shorten a label."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def number(value: float) -> str:
    """Write a number with the digits that matter."""
    if value == int(value) and abs(value) < 1e15:  # noqa: PLR2004  # what a decimal holds exactly
        return f"{int(value):,}"
    return f"{value:,.4g}"


def columns(bars: Sequence[Bar], label: str) -> str:
    """Draw counts as upright bars; the first and last label stand below, each has its own as tooltip."""
    most = max((bar.count for bar in bars), default=0) or 1
    width = (_WIDTH - 2 * _LEFT) / max(len(bars), 1)
    room = _HEIGHT - _BOTTOM - _TOP
    parts = []
    for place, bar in enumerate(bars):
        height = room * bar.count / most
        parts.append(
            _rect(
                _LEFT + place * width + 0.5,
                _TOP + room - height,
                max(width - 1, 1),
                height,
                "bar",
                f"{bar.label}: {bar.count:,}",
            )
        )
    ends = [(_LEFT, "start", bars[0].label), (_WIDTH - _LEFT, "end", bars[-1].label)] if len(bars) > 1 else []
    parts += [_text(x, _HEIGHT - 14, cut(text, 22), anchor) for x, anchor, text in ends]
    return _svg(_WIDTH, _HEIGHT, parts, label)


def rows(items: Sequence[tuple[str, float, str]], label: str, most: float = 1.0) -> str:
    """Draw lying bars with their names: name, value between 0 and `most`, and what to write beside it."""
    parts = []
    for place, (name, value, said) in enumerate(items):
        y = place * _ROW
        length = 200 * max(0.0, min(value / most, 1.0)) if most else 0
        parts.append(_text(_NAMES - 6, y + 14, cut(name), "end", name))
        parts.append(_rect(_NAMES, y + 4, max(length, 1), _ROW - 8, "bar", f"{name}: {said}"))
        parts.append(_text(_NAMES + length + 6, y + 14, said, "start"))
    return _svg(_NAMES + 400, max(len(items), 1) * _ROW + 2, parts, label)


def curve(points: Sequence[Point], label: str) -> str:
    """Draw a curve in the unit square, with the diagonal."""
    size = _HEIGHT - 10
    line = " ".join(f"{10 + point.x * size:.1f},{5 + (1 - point.y) * size:.1f}" for point in points)
    parts = [
        f'<line x1="10" y1="{5 + size}" x2="{10 + size}" y2="5" class="rule" stroke-dasharray="3 3"/>',
        f'<rect x="10" y="5" width="{size}" height="{size}" class="frame"/>',
        f'<polyline points="{line}" class="line"/>',
    ]
    return _svg(size + 20, _HEIGHT, parts, label)


def scatter(points: Sequence[Point], label: str) -> str:
    """Draw points on the same scale in both directions, with the diagonal."""
    if not points:
        return ""
    ordered = sorted(value for point in points for value in (point.x, point.y))
    low, high = ordered[len(ordered) // 100], ordered[-1 - len(ordered) // 100]
    size, span = _HEIGHT - 10, (high - low) or 1.0

    def at(value: float) -> float:
        return min(max((value - low) / span, 0), 1) * size

    dots = [f'<circle cx="{10 + at(p.x):.1f}" cy="{5 + size - at(p.y):.1f}" r="1.6" class="dot"/>' for p in points]
    diagonal = f'<line x1="10" y1="{5 + size}" x2="{10 + size}" y2="5" class="rule" stroke-dasharray="3 3"/>'
    frame = f'<rect x="10" y="5" width="{size}" height="{size}" class="frame"/>'
    return _svg(size + 20, _HEIGHT, [frame, diagonal, *dots], label)


def relation(made: Relation, classes: bool) -> str:
    """Draw how the target depends on a column: bars of how many rows there are, lines of the target."""
    values = [value for line in made.lines for value in line.values if value is not None] + list(made.base)
    low, high = (0.0 if classes else min(values)), max(values)
    span, room = (high - low) or 1.0, _HEIGHT - _BOTTOM - _TOP
    width, most = (_WIDTH - 2 * _LEFT) / max(len(made.labels), 1), max(made.counts, default=0) or 1
    parts = []
    for place, count in enumerate(made.counts):
        height = room * count / most * 0.9
        title = f"{made.labels[place]}: {count:,} rows; " + ", ".join(
            f"{line.name} {_value(line.values[place], classes)}" for line in made.lines
        )
        parts.append(_rect(_LEFT + place * width + 1, _TOP + room - height, max(width - 2, 1), height, "pale", title))
    for index, line in enumerate(made.lines):
        points = [
            (_LEFT + (place + 0.5) * width, _TOP + room - room * (value - low) / span)
            for place, value in enumerate(line.values)
            if value is not None
        ]
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{text}" class="line line{index % 5}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" class="dot line{index % 5}"/>' for x, y in points]
    ends = [(_LEFT, "start", made.labels[0]), (_WIDTH - _LEFT, "end", made.labels[-1])] if len(made.labels) > 1 else []
    parts += [_text(x, _HEIGHT - 14, cut(text, 22), anchor) for x, anchor, text in ends]
    return _svg(_WIDTH, _HEIGHT, parts, f"Target by {made.column}")


def heat(made: Associations, label: str) -> str:
    """Draw a matrix of associations; the stronger, the fuller the colour."""
    names = made.columns[:_SHOWN]
    parts = []
    for row, name in enumerate(names):
        parts.append(_text(_NAMES - 6, row * _CELL + 17, cut(name), "end", name))
        for place, other in enumerate(names):
            value = made.values[row][place]
            x, y = _NAMES + place * _CELL, row * _CELL
            strength = abs(value) if value is not None else 0.0
            tone = "below" if (value or 0) < 0 else "bar"
            title = escape(f"{name} and {other}: {'not compared' if value is None else f'{value:.2f}'}")
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" class="{tone}" '
                f'fill-opacity="{strength:.2f}"><title>{title}</title></rect>'
            )
            if value is not None and row != place:
                tone = "over" if strength > _DARK_ENOUGH else "cell"
                parts.append(f'<text x="{x + _CELL / 2 - 0.5}" y="{y + 16}" class="{tone}">{value:.1f}</text>')
    return _svg(_NAMES + len(names) * _CELL + 4, len(names) * _CELL + 4, parts, label)


def _value(value: float | None, classes: bool) -> str:
    if value is None:
        return "none"
    return f"{value:.1%}" if classes else number(value)


def _rect(x: float, y: float, width: float, height: float, name: str, title: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{name}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _text(x: float, y: float, text: str, anchor: str, title: str = "") -> str:
    tooltip = f"<title>{escape(title)}</title>" if title and title != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}{tooltip}</text>'


def _svg(width: float, height: float, parts: Sequence[str], label: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
