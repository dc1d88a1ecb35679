"""The report as HTML: one file that needs nothing else and holds no script; all that comes from a table is escaped."""

from collections.abc import Iterable
from html import escape

from jupyter_mlstudio.wrangling.report import drawing
from jupyter_mlstudio.wrangling.report.mends import share
from jupyter_mlstudio.wrangling.report.style import CSS
from jupyter_mlstudio.wrangling.report.types import Confusion, Insight, InsightFigure, QualityReport, QuickModel, Score

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_FEATURES = 30
_WORDS = {"binary": "one of two classes", "classes": "one of several classes", "numbers": "a number"}
_LONGEST = 18


def page(report: QualityReport) -> str:
    """Write the whole file."""
    title = escape(f"Quality and insights: {report.title}")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>body {{ margin: 0; background: Canvas; }} .mlstudio-report "
        f"{{ margin: 0 auto; }}</style>\n"
        f"</head>\n<body>\n{fragment(report)}\n</body>\n</html>\n"
    )


def fragment(report: QualityReport) -> str:
    """Write what also stands in the output of a cell."""
    parts = [
        f"<h1>Quality and insights: {escape(report.title)}</h1>",
        f'<p class="soft">{escape(_headline(report))}</p>',
        _tiles(report.summary),
        *_findings(report.insights),
        *_target(report),
        *(_model(report.model) if report.model else []),
        *_associations(report),
    ]
    return f'<div class="mlstudio-report"><style>{CSS}</style>{"".join(parts)}</div>'


def _headline(report: QualityReport) -> str:
    read = (
        "All rows were read."
        if report.exactness == "exact"
        else (f"Counts over all rows are exact; everything else comes from {report.rows_read:,} rows chosen by chance.")
    )
    target = f" Target: {report.target}" if report.target else " No target was chosen."
    as_what = f", predicted as {_WORDS[report.problem]}." if report.problem else "." if report.target else ""
    return f"{read}{target}{as_what} Made in {report.seconds:g} s."


def _tiles(figures: Iterable[InsightFigure]) -> str:
    tiles = [f'<div class="tile"><b>{escape(said(each))}</b>{escape(each.label)}</div>' for each in figures]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def said(each: InsightFigure) -> str:
    """Write a figure as its unit wants it; a sampled one says so."""
    text = {
        "share": lambda: share(each.value),
        "count": lambda: f"{each.value:,.0f}",
        "score": lambda: f"{each.value:.2f}",
    }.get(each.unit, lambda: drawing.number(each.value))()
    return text if each.exactness == "exact" else f"about {text}"


def _findings(insights: tuple[Insight, ...]) -> list[str]:
    if not insights:
        return ["<h2>Findings</h2><p>Nothing odd was found.</p>"]
    return [f"<h2>Findings ({len(insights)})</h2>", *(_finding(each) for each in insights)]


def _finding(each: Insight) -> str:
    figures = " · ".join(f"{escape(one.label)}: {escape(said(one))}" for one in each.figures)
    examples = " ".join(f"<code>{escape(value)}</code>" for value in each.examples)
    rows = f"Rows {', '.join(f'{row + 1:,}' for row in each.rows)}" if each.rows else ""
    lines = [text for text in (figures, examples, rows) if text]
    mends = f"<p>To mend it: {escape('; or: '.join(mend.label for mend in each.mends))}.</p>" if each.mends else ""
    details = "".join(f'<p class="soft">{text}</p>' for text in lines)
    return (
        f'<article class="{each.severity}"><h3><span class="word">{each.severity}</span>{escape(each.title)}</h3>'
        f"<p>{escape(each.text)}</p>{details}{mends}</article>"
    )


def _target(report: QualityReport) -> list[str]:
    if report.distribution is None:
        return []
    classes = report.problem != "numbers"
    shown = [
        (each.column, each.power, f"{each.power:.2f}{f' ({each.reason})' if each.reason else ''}")
        for each in report.features
    ]
    parts = [
        f"<h2>What predicts {escape(str(report.target))}</h2><div class='charts'>",
        _figure(drawing.columns(report.distribution.bars, "Distribution of the target"), _bars_said(report)),
        _figure(drawing.rows(shown[:_FEATURES], "Power of each column alone"), report.method),
        "</div><div class='charts'>",
    ]
    for each in report.relations[:12]:
        names = ", ".join(line.name for line in each.lines)
        caption = f"{each.column}: {'share of ' if classes else ''}{names} in its bins; bars: rows"
        parts.append(_figure(drawing.relation(each, classes), caption))
    return [*parts, "</div>"]


def _bars_said(report: QualityReport) -> str:
    if report.distribution is None or report.problem == "numbers":
        return f"Distribution of {report.target}"
    total = sum(bar.count for bar in report.distribution.bars) or 1
    named = [f"{drawing.cut(bar.label)} {share(bar.count / total)}" for bar in report.distribution.bars[:6]]
    return f"Distribution of {report.target}: {', '.join(named)}"


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _model(model: QuickModel) -> list[str]:
    parts = [
        "<h2>Quick model</h2>",
        f"<p>{escape(model.verdict)}</p>",
        f'<p class="soft">{escape(model.algorithm)}; trained on {model.rows_train:,} rows, '
        f"judged on {model.rows_test:,} others.</p>",
        _scores(model.scores),
        "<div class='charts'>",
    ]
    if model.roc:
        parts.append(_figure(drawing.curve(model.roc, "ROC curve"), "ROC curve: true against false positive rate"))
    if model.predicted:
        parts.append(_figure(drawing.scatter(model.predicted, "Predicted against true"), "Across: true; up: predicted"))
    if model.residuals:
        caption = "Residuals: predicted less true"
        parts.append(_figure(drawing.columns(model.residuals.bars, "Residuals"), caption))
    if model.confusion:
        parts.append(_confusion(model.confusion))
    best = max((each.importance for each in model.importances), default=0) or 1
    bars = [(each.column, each.importance, f"{each.importance:.3f}") for each in model.importances[:15]]
    parts.append(
        _figure(drawing.rows(bars, "Importance", best), "How much worse the model gets when a column is shuffled")
    )
    return [*parts, "</div>"]


def _scores(scores: tuple[Score, ...]) -> str:
    rows = [
        f"<tr><th>{escape(each.name)}</th><td>{drawing.number(each.value)}</td>"
        f"<td>{'' if each.baseline is None else drawing.number(each.baseline)}</td></tr>"
        for each in scores
    ]
    return f"<table><tr><th>Score</th><th>model</th><th>guessing</th></tr>{''.join(rows)}</table>"


def _confusion(made: Confusion) -> str:
    labels = [escape(drawing.cut(label, _LONGEST)) for label in made.labels]
    head = "".join(f"<th>{label}</th>" for label in labels)
    rows = "".join(
        f"<tr><th>{label}</th>{''.join(f'<td>{count:,}</td>' for count in counts)}</tr>"
        for label, counts in zip(labels, made.counts, strict=True)
    )
    table = f"<table><tr><th>true \\ guessed</th>{head}</tr>{rows}</table>"
    return f"<figure>{table}<figcaption>Confusion matrix: rows are true classes</figcaption></figure>"


def _associations(report: QualityReport) -> list[str]:
    made = report.associations
    if made is None or len(made.columns) < 2:  # noqa: PLR2004  # nothing to compare
        return []
    return ["<h2>Columns that go together</h2>", _figure(drawing.heat(made, "Associations of columns"), made.method)]
