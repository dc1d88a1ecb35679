"""The runs of a notebook in wire types."""

from collections.abc import Callable
from functools import lru_cache

from jupyter_mlstudio.experiments.provenance import listing
from jupyter_mlstudio.experiments.provenance.types import NotebookRun, NotebookRuns
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.types import RunQuery, RunTable, Value


@lru_cache(maxsize=5000)
def told(run: listing.Found, metric: tuple[str, Value] | None) -> NotebookRun:
    """Tell of a run; most are as they were when somebody asked the last time."""
    return NotebookRun(
        cell_id=run.cell_id,
        run_id=run.run_id,
        name=run.name,
        experiment=run.experiment,
        parent=run.parent,
        job=run.job,
        state=run.state,
        metric=None if metric is None else metric[0],
        value=None if metric is None else metric[1],
        at=rows.known(run.started),
        ended_at=rows.moment(run.ended),
        newest=False,
        stale=[],
    )


def runs_elsewhere(ask: Callable[[RunQuery], RunTable], notebook: str) -> NotebookRuns:
    """List the runs of a notebook in a store that can only be asked."""
    table = ask(RunQuery(search=notebook, limit=listing.LISTED))
    metrics = {column.name: column.values for column in table.columns if column.kind == "metric"}
    items: list[NotebookRun] = []
    for place, run in enumerate(table.items):
        if run.notebook != notebook:
            continue
        own = {name: values[place] for name, values in metrics.items() if values[place] is not None}
        name = listing.telling(own)
        items.append(
            NotebookRun(
                cell_id=None,
                run_id=run.id,
                name=run.name,
                experiment=run.experiment,
                parent=run.parent,
                job=run.job,
                state=run.state,
                metric=name,
                value=None if name is None else own[name],
                at=run.started_at,
                ended_at=run.ended_at,
                newest=not items,
                stale=[],
            )
        )
    return NotebookRuns(items=items, total=len(items))
