"""The jobs of a sweep as one table: parameters, how it went, what came out, and which was best."""

import csv
import io
import json
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.sweeps.space import names_of
from jupyter_mlstudio.jobs.sweeps.types import LoggedRun, Parameters, RunsOf, Sweep, SweepResults, SweepRow, SweepRun
from jupyter_mlstudio.jobs.types import Job, JobState

if TYPE_CHECKING:
    import pandas as pd


def results(sweep: Sweep, sets: list[Parameters], jobs: list[Job], runs_of: RunsOf) -> SweepResults:
    """Put the jobs of a sweep into a table."""
    made: dict[int, list[Job]] = {}
    for job in jobs:
        made.setdefault(int(job.owner.node or 0) if job.owner else 0, []).append(job)
    runs = runs_of([jobs[-1].id for jobs in made.values()])
    values = {number: _values(jobs[-1], runs.get(jobs[-1].id, [])) for number, jobs in made.items()}
    metric, direction = sweep.spec.metric, sweep.spec.direction
    given = sorted({name for each in values.values() for name in each})
    names = list(dict.fromkeys([*([metric] if metric else []), *given]))
    scored = {
        number: each[metric]
        for number, each in values.items()
        if metric in each and made[number][-1].state is JobState.SUCCEEDED
    }
    order = sorted(scored, key=lambda number: scored[number], reverse=direction == "maximize")
    ranks = {number: place for place, number in enumerate(order, start=1)}
    rows = [
        _row(number, parameters, made.get(number, []), names, values.get(number, {}), runs, ranks.get(number))
        for number, parameters in enumerate(sets, start=1)
    ]
    return SweepResults(
        sweep=sweep,
        parameters=names_of(sets),
        metrics=names,
        metric=metric,
        direction=direction,
        best=order[0] if order else None,
        items=rows,
    )


def as_csv(table: SweepResults) -> str:
    """Write a table of results as CSV, a line for each job."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(_plain(table, table.items[0])) if table.items else [])
    writer.writeheader()
    for row in table.items:
        writer.writerow({name: _cell(value) for name, value in _plain(table, row).items()})
    return text.getvalue()


def as_frame(table: SweepResults) -> "pd.DataFrame":
    """Return a table of results as a DataFrame, a row for each job."""
    import pandas as pd

    return pd.DataFrame([_plain(table, row) for row in table.items])


def _values(job: Job, runs: list[LoggedRun]) -> dict[str, float]:
    """Return the numbers that a job gave; its outputs count before metrics, a newer run's before an older one's."""
    found: dict[str, float] = {}
    for run in reversed(runs):
        found.update(run.metrics)
    for name, value in job.outputs.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = float(value)
    return {name: value for name, value in found.items() if value - value == 0}  # what JSON can say


def _row(
    number: int,
    parameters: Parameters,
    jobs: list[Job],
    names: list[str],
    values: dict[str, float],
    runs: dict[str, list[LoggedRun]],
    rank: int | None,
) -> SweepRow:
    job = jobs[-1] if jobs else None
    return SweepRow(
        number=number,
        parameters=parameters,
        job_id=job and job.id,
        state=job and job.state,
        attempts=len(jobs),
        started_at=job and job.started_at,
        seconds=_seconds(job),
        cells_done=job.cells_done if job else 0,
        cells_total=job.cells_total if job else 0,
        values=[values.get(name) for name in names],
        outputs=job.outputs if job else {},
        runs=[SweepRun(id=run.id, name=run.name) for run in runs.get(job.id, [])] if job else [],
        output=job and job.output,
        error=job and job.error,
        rank=rank,
    )


def _seconds(job: Job | None) -> float | None:
    if job is None or job.started_at is None:
        return None
    return ((job.ended_at or now()) - job.started_at).total_seconds()


def _plain(table: SweepResults, row: SweepRow) -> dict[str, object]:
    """Return a row as columns; where a metric has the name of a parameter, it is told apart."""
    metrics = {
        f"{name} (result)" if name in table.parameters else name: value
        for name, value in zip(table.metrics, row.values, strict=True)
    }
    others = {
        f"{name} (output)" if name in table.parameters else name: value
        for name, value in row.outputs.items()
        if name not in table.metrics
    }
    return {
        "number": row.number,
        **{name: row.parameters.get(name) for name in table.parameters},
        "state": row.state.value if row.state else "removed",
        "rank": row.rank,
        "seconds": row.seconds,
        **metrics,
        **others,
        "job": row.job_id,
        "run": row.runs[0].id if row.runs else None,
        "notebook": row.output,
        "error": None if row.error is None else f"{row.error.name}: {row.error.message}",
    }


def _cell(value: object) -> object:
    if isinstance(value, dict | list | bool):
        return json.dumps(value)
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"  # or a spreadsheet takes it for a formula
    return value
