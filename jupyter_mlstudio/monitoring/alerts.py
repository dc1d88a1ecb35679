"""What was found wrong, from the check that found it to the one that finds it right; sentences name no values."""

from collections.abc import Iterator
from typing import NamedTuple

from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.monitoring.types import Alert, AlertKind, Report, ReportState
from jupyter_mlstudio.monitoring.webhooks import post

KEPT = 500
SHOWN = 12


class Wrong(NamedTuple):
    """Something that a report finds wrong."""

    kind: AlertKind
    columns: list[str]
    sentence: str


def update(store: Store[Alert], report: Report, webhook: str | None) -> list[Alert]:
    """Open, go on with, and end alerts by what a report says; returns those that are new."""
    known = store.all()
    mine = (report.endpoint_id, report.number)
    held = {each.kind: each for each in known if each.ended_at is None and (each.endpoint_id, each.number) == mine}
    found = {wrong.kind: wrong for wrong in wrongs(report)}
    opened = []
    for kind, wrong in found.items():
        if kind in held:
            change = {"columns": wrong.columns, "sentence": wrong.sentence, "report_id": report.id}
            store.replace(held[kind].model_copy(update=change))
        else:
            opened.append(_open(store, report, wrong, webhook))
    if report.state in {ReportState.OK, ReportState.DRIFTED}:  # else too little is known to find something right again
        for kind in held.keys() - found.keys():
            store.replace(held[kind].model_copy(update={"ended_at": report.at}))
    for old in known[KEPT:]:
        store.remove(old.id)
    return opened


def wrongs(report: Report) -> Iterator[Wrong]:
    """Return what a report finds wrong, in words that any channel may carry."""
    for kind, tests, words in (
        (AlertKind.COLUMNS, {"psi"}, "different from training"),
        (AlertKind.MISSING, {"missing"}, "with more missing values than in training"),
        (AlertKind.VALUES, {"new_values", "range"}, "with values that training never saw"),
    ):
        names = [
            column.name
            for column in report.columns
            if any(test.drifted and test.name in tests for test in column.tests)
        ]
        if names:
            noun = "a column" if len(names) == 1 else f"{len(names)} columns"
            yield Wrong(kind, names, f"Endpoint {report.endpoint} gets {noun} {words}: {_list(names)}.")
    yield from _others(report)


def _others(report: Report) -> Iterator[Wrong]:
    name = report.endpoint
    broken = [rule for rule in report.rules if rule.state == "broken"]
    if broken:
        yield Wrong(AlertKind.RULES, [], f"Live rows of endpoint {name} break {len(broken)} rules of the recipe.")
    if report.prediction is not None and report.prediction.drifted:
        index = report.prediction.score
        yield Wrong(AlertKind.PREDICTION, [], f"The answers of endpoint {name} have drifted (PSI {index:.2f}).")
    if report.quality is not None and report.quality.below:
        told = ", ".join(f"{metric} {report.quality.metrics[metric]:.4g}" for metric in report.quality.below)
        yield Wrong(AlertKind.QUALITY, [], f"The answers of endpoint {name} are worse than asked for: {told}.")
    if report.attribution is not None and report.attribution.drifted:
        agreement = report.attribution.ndcg
        words = f"The answers of endpoint {name} depend on other columns than in training (NDCG {agreement:.2f})."
        yield Wrong(AlertKind.ATTRIBUTION, [], words)


def _open(store: Store[Alert], report: Report, wrong: Wrong, webhook: str | None) -> Alert:
    alert = Alert(
        id=new_id(),
        endpoint_id=report.endpoint_id,
        endpoint=report.endpoint,
        kind=wrong.kind,
        sentence=wrong.sentence,
        columns=wrong.columns,
        report_id=report.id,
        number=report.number,
        at=report.at,
        ended_at=None,
        seen=False,
        told="",
    )
    store.add(alert)  # before the webhook is tried: telling may take seconds, and this process may end
    if webhook is not None:
        alert = alert.model_copy(update={"told": post(webhook, alert)})
        store.replace(alert)
    return alert


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
