"""What runs have beside each other, row by row."""

from collections.abc import Iterable, Mapping, Sequence

from jupyter_mlstudio.experiments.comparing.types import ComparedDataset, ComparedRun, ComparedValues
from jupyter_mlstudio.experiments.types import Dataset, Run, Value


def compared_run(run: Run) -> ComparedRun:
    """Return the head of a column."""
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    kept = run.model_dump(include={"id", "name", "experiment", "state", "started_at", "notebook", "job", "user"})
    return ComparedRun(**kept, seconds=seconds)


def compared_rows(runs: Sequence[Mapping[str, Value]]) -> list[ComparedValues]:
    """Put the values of runs beside each other, in alphabetical order."""
    names = sorted({name for run in runs for name in run}, key=lambda name: (name.lower(), name))
    return [_row(name, [run.get(name) for run in runs]) for name in names]


def _row(name: str, values: list[Value]) -> ComparedValues:
    differs = any(value != values[0] for value in values)
    return ComparedValues(name=name, values=values if differs else values[:1], differs=differs)


def compared_data(runs: Sequence[Run]) -> list[ComparedDataset]:
    """Put the datasets of runs beside each other.

    One that is named alike, or alone in its context, stands in one row with those of the other runs.
    """
    slots = [_slots(run.datasets) for run in runs]
    keys = list(dict.fromkeys(key for run in slots for key in run))
    found = []
    for context, name in keys:
        sets = [run.get((context, name)) for run in slots]
        digests = [each and each.digest for each in sets]
        found.append(
            ComparedDataset(
                name=name or next(each.name for each in sets if each),
                context=context,
                digests=digests,
                rows=[each and each.rows for each in sets],
                columns=[each and each.columns for each in sets],
                sources=[each and each.source for each in sets],
                differs=len(set(digests)) > 1,
            )
        )
    return found


def _slots(datasets: Iterable[Dataset]) -> dict[tuple[str, str], Dataset]:
    """Return datasets by context and name; without the name where one is alone in its context."""
    listed = list(datasets)
    found: dict[tuple[str, str], Dataset] = {}
    for each in listed:
        context = each.context or ""
        alone = sum((other.context or "") == context for other in listed) == 1
        found[context, "" if alone else each.name] = each
    return found
