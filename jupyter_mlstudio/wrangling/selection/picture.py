"""The picture of a selection: which columns were kept, which were not, and the figures behind it."""

from html import escape

from jupyter_mlstudio.wrangling.report.drawing import cut
from jupyter_mlstudio.wrangling.report.style import CSS
from jupyter_mlstudio.wrangling.selection.types import FeatureDecision, FeatureSelection

_ROW = 20
_NAMES, _BAR = 190, 200
_MORE = """
.mlstudio-report .out text { opacity: .6; } .mlstudio-report .tick { stroke: var(--ink); stroke-width: 1.5; }
.mlstudio-report .thin { fill: var(--soft); }
"""


def picture(chosen: FeatureSelection) -> str:
    """Draw one row a column as SVG: its share of the gain, what chance reaches as a tick, its information below."""
    gain = max((each.importance or 0 for each in chosen.items), default=0) or 1
    bits = max((each.information or 0 for each in chosen.items), default=0) or 1
    rows = [_row(each, place, gain, bits) for place, each in enumerate(_beside(chosen))]
    height, width = len(rows) * _ROW + 4, _NAMES + _BAR + 560
    label = escape(f"Columns kept to predict {chosen.target}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}">{"".join(rows)}</svg>'
    )


def html(chosen: FeatureSelection) -> str:
    """Draw it with its captions, as a cell shows it."""
    kept = len(chosen.kept)
    text = (
        f"{kept} of {len(chosen.items)} columns are kept to predict {chosen.target}. Bars: share of "
        "the gain of the model; "
        f"ticks: what chance reaches; thin bars: mutual information. {chosen.method}"
    )
    return f'<div class="mlstudio-report"><style>{CSS}{_MORE}</style><p>{escape(text)}</p>{picture(chosen)}</div>'


def _beside(chosen: FeatureSelection) -> list[FeatureDecision]:
    """Put columns that another stands for right after that one."""
    like: dict[str, list[FeatureDecision]] = {}
    for each in chosen.items:
        if each.like is not None:
            like.setdefault(each.like, []).append(each)
    ordered: list[FeatureDecision] = []

    def add(each: FeatureDecision) -> None:
        if each not in ordered:
            ordered.append(each)
            for other in like.get(each.column, []):
                add(other)

    for each in chosen.items:
        if each.like is None:
            add(each)
    return ordered + [each for each in chosen.items if each not in ordered]


def _row(each: FeatureDecision, place: int, gain: float, bits: float) -> str:
    y, indent = place * _ROW, 14 if each.like else 0
    name = escape(cut(each.column))
    weight = ' font-weight="600"' if each.decision == "kept" else ""
    parts = [f'<text x="{4 + indent}" y="{y + 14}"{weight}>{name}</text>']
    if each.importance is not None:
        parts.append(_bar("bar", y + 4, each.importance / gain, 8))
    if each.information is not None:
        parts.append(_bar("thin", y + 14, each.information / bits, 3))
    if each.threshold is not None:
        x = _NAMES + min(_BAR * each.threshold / gain, _BAR)
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 2}" y2="{y + 14}"/>')
    said = escape(f"{each.decision}: {each.reason}")
    parts.append(f'<text x="{_NAMES + _BAR + 12}" y="{y + 14}">{cut(said, 100)}<title>{said}</title></text>')
    return f'<g class="{"kept" if each.decision == "kept" else "out"}">{"".join(parts)}</g>'


def _bar(name: str, y: int, part: float, height: int) -> str:
    return f'<rect class="{name}" x="{_NAMES}" y="{y}" width="{max(_BAR * part, 1):.1f}" height="{height}"/>'
