"""A comparison as Markdown, and as a few lines of HTML for a cell of a notebook."""

from collections.abc import Iterator, Sequence
from html import escape

from jupyter_mlstudio.experiments.comparing.explaining import shown
from jupyter_mlstudio.experiments.comparing.types import ComparedPair, ComparedValues, RunComparison
from jupyter_mlstudio.experiments.types import Value

LIKELY = 8
"""Explanations that are written."""

ROWS = 40
"""Rows of one table that are written."""

TITLES = (
    ("Metrics", "metrics"),
    ("Params", "params"),
    ("Tags", "tags"),
    ("Environment", "environment"),
    ("Git", "git"),
)


def markdown(comparison: RunComparison) -> str:
    """Write what explains the change, and what differs, as Markdown."""
    lines = [f"# {', '.join(_cell(run.name) for run in comparison.runs)}", ""]
    for pair in comparison.pairs:
        lines += [f"## {_heading(comparison, pair)}", ""]
        lines += [f"{place}. {text}" for place, text in enumerate(_likely(pair), 1)] or [
            "Nothing that changed is known."
        ]
        lines.append("")
    for title, rows in _tables(comparison):
        head = ["", *(run.name for run in comparison.runs)]
        lines += [f"## {title}", "", _line(head), _line(["---", *["---:"] * len(comparison.runs)])]
        lines += [_line([row.name, *map(shown, _values(row, len(comparison.runs)))]) for row in rows[:ROWS]]
        lines += [f"\n{len(rows) - ROWS:,} more", ""] if len(rows) > ROWS else [""]
    return "\n".join(lines)


def html(comparison: RunComparison) -> str:
    """Write the same as HTML without scripts or styles of its own."""
    parts = []
    for pair in comparison.pairs:
        items = "".join(f"<li>{escape(text)}</li>" for text in _likely(pair))
        parts.append(f"<p><b>{escape(_heading(comparison, pair))}</b></p>")
        parts.append(f"<ol>{items}</ol>" if items else "<p>Nothing that changed is known.</p>")
    for title, rows in _tables(comparison):
        names = "".join(f"<th>{escape(run.name)}</th>" for run in comparison.runs)
        body = "".join(
            f"<tr><th>{escape(row.name)}</th>"
            f"{''.join(f'<td>{escape(shown(value))}</td>' for value in _values(row, len(comparison.runs)))}</tr>"
            for row in rows[:ROWS]
        )
        parts.append(f"<table><thead><tr><th>{title}</th>{names}</tr></thead><tbody>{body}</tbody></table>")
        parts += [f"<p>{len(rows) - ROWS:,} more</p>"] if len(rows) > ROWS else []
    return "\n".join(parts)


def _tables(comparison: RunComparison) -> Iterator[tuple[str, Sequence[ComparedValues]]]:
    for title, name in TITLES:
        rows = [row for row in getattr(comparison, name) if row.differs]
        if rows:
            yield title, rows
    data = [
        ComparedValues(name=each.name, values=[digest and digest[:8] for digest in each.digests], differs=True)
        for each in comparison.data
        if each.differs
    ]
    if data:
        yield "Data", data


def _heading(comparison: RunComparison, pair: ComparedPair) -> str:
    names = {run.id: run.name for run in comparison.runs}
    both = f"{names[comparison.reference]} → {names[pair.other]}"
    if pair.metric is None:
        return both
    return f"{both}: {pair.metric} {shown(pair.one_value)} → {shown(pair.other_value)}"


def _likely(pair: ComparedPair) -> list[str]:
    return [
        f"{each.sentence} ({each.weight:.0%}) {each.reason}".strip()
        for each in pair.explanations[:LIKELY]
        if each.weight
    ]


def _values(row: ComparedValues, count: int) -> list[Value]:
    return row.values if len(row.values) == count else row.values[:1] * count


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
