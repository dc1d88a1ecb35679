"""A report in a cell of a notebook."""

from html import escape

from jupyter_mlstudio.monitoring.findings import ColumnDrift
from jupyter_mlstudio.monitoring.types import Report

MOST = 50
_STYLE = (
    "<style>.mlstudio-report td,.mlstudio-report th{text-align:left!important;padding:2px 10px;vertical-align:top}"
    ".mlstudio-report b.bad{color:var(--jp-error-color1,#b00)}</style>"
)


def html(report: Report) -> str:
    """Write a report as a small table; every value in it is escaped."""
    head = f"<p><b>{escape(report.endpoint)}</b>, {escape(report.label)}: {escape(report.message)}</p>"
    columns = [*([report.prediction] if report.prediction else []), *report.columns]
    parts = [_STYLE, '<div class="mlstudio-report">', head]
    if columns:
        names = "<tr><th>Column</th><th>PSI</th><th>Missing</th><th>Finding</th></tr>"
        parts.append(f"<table><thead>{names}</thead><tbody>{''.join(map(_row, columns[:MOST]))}</tbody></table>")
    if len(columns) > MOST:
        parts.append(f"<p>… and {len(columns) - MOST} more columns.</p>")
    broken = [rule for rule in report.rules if rule.state == "broken"]
    parts += [f"<p>Rule: {escape(rule.sentence)}: {escape(rule.message)}</p>" for rule in broken]
    for part in (report.quality, report.attribution):
        if part is not None:
            parts.append(f"<p>{escape(part.message)}</p>")
    return "".join([*parts, "</div>"])


def text(report: Report) -> str:
    """Write a report as lines for a terminal."""
    columns = [*([report.prediction] if report.prediction else []), *report.columns]
    lines = [f"{report.endpoint}, {report.label}: {report.message}"]
    lines += [f"{'! ' if each.drifted else '  '}{each.name}  PSI {each.score:.3f}  {each.message}" for each in columns]
    lines += [f"! {rule.sentence}: {rule.message}" for rule in report.rules if rule.state == "broken"]
    lines += [f"  {part.message}" for part in (report.quality, report.attribution) if part is not None]
    return "\n".join(lines)


def _row(column: ColumnDrift) -> str:
    name = f'<b class="bad">{escape(column.name)}</b>' if column.drifted else escape(column.name)
    return (
        f"<tr><td>{name}</td><td>{column.score:.3f}</td><td>{column.missing_live:.1%}</td>"
        f"<td>{escape(column.message)}</td></tr>"
    )
