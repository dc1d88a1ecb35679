"""Makes a report of one deployment: everything that is compared, and what came out of it in a sentence."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.monitoring import attribution, baseline, captured, drift, quality, truth
from jupyter_mlstudio.monitoring.findings import AttributionDrift, ColumnDrift, RuleFinding
from jupyter_mlstudio.monitoring.meeting import Meeting, Watched, WatchedModel
from jupyter_mlstudio.monitoring.profiles import Baseline
from jupyter_mlstudio.monitoring.types import MonitorSpec, Report, ReportState

if TYPE_CHECKING:
    import polars as pl

NO_BASELINE = (
    "The model came without a profile of its training data. Log it with training_data=…,"
    " or take the rows captured so far, or a file, as the baseline."
)


class Place(NamedTuple):
    """Where things lie: what the monitor keeps of an endpoint, and the baseline of the deployment."""

    truth: Path
    baseline: Path


def failed(watched: Watched, model: WatchedModel, error: Exception) -> Report:
    """Make the report of a check that could not be finished, so that the list of checks has no gap."""
    return Report(
        id=new_id(),
        endpoint_id=watched.id,
        endpoint=watched.name,
        at=now(),
        state=ReportState.FAILED,
        message=f"The check could not be finished: {type(error).__name__}: {error}"[:600],
        number=model.number,
        label=model.label,
        rows=0,
        begins=None,
        ends=None,
        baseline=None,
        columns=[],
        prediction=None,
        rules=[],
        rules_message="",
        quality=None,
        attribution=None,
        attribution_message="",
        seconds=0.0,
    )


def examine(meeting: Meeting, watched: Watched, model: WatchedModel, place: Place, spec: MonitorSpec) -> Report:
    """Hold the newest captured rows of a deployment against its baseline."""
    began = time.perf_counter()
    rows = captured.read(watched.folder, model.number, spec.window)
    live = captured.inputs(rows)
    known = baseline.read(place.baseline)
    columns, prediction = _drift(rows, live, known, place.baseline, spec)
    weighed, weighed_message = _attribution(rows, live, known, place.baseline, spec)
    rules, rules_message = _rules(meeting, model, live)
    good = quality.quality(rows, truth.read(place.truth), known, spec.thresholds.quality) if rows.height else None
    report = Report(
        id=new_id(),
        endpoint_id=watched.id,
        endpoint=watched.name,
        at=now(),
        state=ReportState.OK,
        message="",
        number=model.number,
        label=model.label,
        rows=rows.height,
        begins=rows["at"].min() if rows.height else None,
        ends=rows["at"].max() if rows.height else None,
        baseline=None if known is None else known.summary(),
        columns=_ranked(columns, weighed),
        prediction=prediction,
        rules=rules,
        rules_message=rules_message,
        quality=good,
        attribution=weighed,
        attribution_message=weighed_message,
        seconds=round(time.perf_counter() - began, 4),
    )
    state, message = judged(report, watched.capture_share, spec.thresholds.least_rows)
    return report.model_copy(update={"state": state, "message": message})


def _drift(
    rows: "pl.DataFrame", live: "pl.DataFrame", known: Baseline | None, place: Path, spec: MonitorSpec
) -> tuple[list[ColumnDrift], ColumnDrift | None]:
    if known is None or not rows.height:
        return [], None
    answers = captured.answers(rows, known.classes)
    compared, everything = list(known.columns), live
    prediction = known.prediction if answers is not None else None
    if prediction is not None and answers is not None:
        prediction = prediction.model_copy(update={"name": ANSWER})
        compared.append(prediction)
        everything = live.with_columns(answers.alias(ANSWER))
    found = drift.compare(compared, everything, _sample(place), spec.thresholds)
    if prediction is None:
        return found, None
    return found[:-1], found[-1].model_copy(update={"name": "prediction"})


ANSWER = "\0answer"
"""No column of a table is called so."""


def _sample(place: Path) -> "pl.DataFrame | None":
    sample, answers = baseline.sample_of(place), baseline.sample_of(place, "answers.parquet")
    if sample is None or answers is None or "prediction" not in answers.columns:
        return sample
    return sample.with_columns(answers["prediction"].alias(ANSWER))


def _attribution(
    rows: "pl.DataFrame", live: "pl.DataFrame", known: Baseline | None, place: Path, spec: MonitorSpec
) -> tuple[AttributionDrift | None, str]:
    if not spec.attribution:
        return None, "It is switched off."
    if known is None or not rows.height:
        return None, "There is nothing to compare yet."
    beside = baseline.sample_of(place, "answers.parquet")
    then = beside["prediction"] if beside is not None and "prediction" in beside.columns else None
    now_answers = captured.answers(rows, known.classes)
    found = attribution.attribution(baseline.sample_of(place), then, live, now_answers, spec.thresholds.attribution)
    return (None, found) if isinstance(found, str) else (found, "")


def _rules(meeting: Meeting, model: WatchedModel, live: "pl.DataFrame") -> tuple[list[RuleFinding], str]:
    """Check the rules of the recipe that travels in the model."""
    recipe = model.folder / baseline.FOLDER / "recipe.json"
    if not recipe.is_file():
        return [], "The model has no recipe with rules."
    if not live.height:
        return [], "There are no captured rows to check."
    try:
        found = meeting.check_rules(recipe.read_text(encoding="utf-8"), live)
    except StudioError as error:  # such as a column that is masked, and that a step needs
        return [], f"The recipe's rules could not be checked: {error}"
    return found, "" if found else "The model's recipe has no rules for rows."


def _ranked(columns: list[ColumnDrift], weighed: AttributionDrift | None) -> list[ColumnDrift]:
    live = {item.column: item.live for item in weighed.items} if weighed is not None else {}
    columns = [column.model_copy(update={"importance": live.get(column.name)}) for column in columns]
    return sorted(columns, key=lambda column: (not column.drifted, -column.score))


def judged(report: Report, share: float, least: int) -> tuple[ReportState, str]:
    """Say in a sentence or two what came out."""
    if not report.rows:
        off = " Capture is off: switch it on." if share <= 0 else " Rows come here a second after they are answered."
        return ReportState.WAITING, f"No rows of this deployment are captured yet.{off}"
    wrong = list(_wrong(report))
    if wrong:
        return ReportState.DRIFTED, " ".join(wrong)
    if report.baseline is None:
        return ReportState.WAITING, NO_BASELINE
    if report.rows < least:
        some = f"{report.rows} row{'s' * (report.rows != 1)}"
        return ReportState.WAITING, f"Only {some} captured so far; nothing is judged from fewer than {least}."
    if report.baseline.rows < drift.LEAST_BASELINE:
        count = report.baseline.rows
        few = f"The baseline has only {count} rows, from the model's input example. "
        return ReportState.WAITING, few + "Log the model with training_data=…, or take captured rows as the baseline."
    return ReportState.OK, f"{report.rows:,} rows look as in training."


def _wrong(report: Report) -> "list[str]":
    drifted = [column.name for column in report.columns if column.drifted]
    told = []
    if drifted:
        told.append(f"{_columns(drifted)} {'has' if len(drifted) == 1 else 'have'} drifted.")
    if report.prediction is not None and report.prediction.drifted:
        told.append("The answers have drifted.")
    if report.quality is not None and report.quality.below:
        told.append(f"The answers are worse than asked for: {', '.join(report.quality.below)}.")
    broken = [rule for rule in report.rules if rule.state == "broken"]
    if broken:
        told.append(
            f"{len(broken)} rule{'s' * (len(broken) > 1)} of the recipe {'are' if len(broken) > 1 else 'is'} broken."
        )
    if report.attribution is not None and report.attribution.drifted:
        told.append("The answers depend on other columns than in training.")
    return told


def _columns(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more columns"  # noqa: PLR2004  # a short list
