"""Compares runs: what they have beside each other, and what explains that a metric moved."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.comparing.artifacts import artifact_difference, compared_artifacts
from jupyter_mlstudio.experiments.comparing.causes import causes
from jupyter_mlstudio.experiments.comparing.data import compared_columns
from jupyter_mlstudio.experiments.comparing.explaining import explained, largest_gap
from jupyter_mlstudio.experiments.comparing.recipes import compared_steps
from jupyter_mlstudio.experiments.comparing.sides import Side, Source
from jupyter_mlstudio.experiments.comparing.tables import compared_data, compared_rows, compared_run
from jupyter_mlstudio.experiments.comparing.types import (
    ArtifactDifference,
    ArtifactDifferenceSpec,
    ComparedPair,
    ComparisonSpec,
    RunComparison,
)
from jupyter_mlstudio.experiments.comparing.words import markdown
from jupyter_mlstudio.experiments.types import RunQuery, RunTable, Value

if TYPE_CHECKING:
    from jupyter_mlstudio.core.notebook_diff import ComparedCell

FULL = 4
"""Runs that are compared with the reference in full without being asked for."""

ENVIRONMENTS = 100
"""Runs whose packages are read."""

HISTORY = 600
"""Newest runs of the experiment that tell what moves a metric."""


class Comparing:
    """Compares runs of one store; keeps nothing."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def compare(self, spec: ComparisonSpec) -> RunComparison:
        """Put runs beside each other, and explain how they differ from a reference.

        Raises:
            InvalidError: A run is named twice, or the reference is none of them.
            NotFoundError: There is no such run.
        """
        reference, others = _checked(spec)
        brief = len(spec.ids) > FULL + 1
        sides = {run_id: Side(self._source, self._source.run(run_id), brief=brief) for run_id in spec.ids}
        runs = [side.run for side in sides.values()]
        artifacts, note = compared_artifacts(self._source, runs)
        history: dict[str, RunTable] = {}
        packages = [side.packages for side in sides.values()] if len(runs) <= ENVIRONMENTS else []
        found = RunComparison(
            runs=list(map(compared_run, runs)),
            reference=reference,
            params=compared_rows([{param.name: param.value for param in run.params} for run in runs]),
            metrics=compared_rows([{metric.name: metric.value for metric in run.metrics} for run in runs]),
            tags=compared_rows([_texts(run.tags) for run in runs]),
            environment=compared_rows([_texts(each) for each in packages]),
            git=compared_rows([_texts(side.git) for side in sides.values()]),
            data=compared_data(runs),
            artifacts=artifacts,
            artifacts_note=note,
            pairs=[self._pair(sides[reference], sides[other], spec.metric, history) for other in others],
            markdown="",
        )
        return found.model_copy(update={"markdown": markdown(found)})

    def of(self, *runs: Any, metric: str | None = None) -> RunComparison:
        """Compare runs, or their ids; the first one is what the others are held against."""
        ids = [run if isinstance(run, str) else str(run.id) for run in runs]
        return self.compare(convert(ComparisonSpec, {"ids": ids, "metric": metric}))

    def artifact(self, spec: ArtifactDifferenceSpec) -> ArtifactDifference:
        """Hold an artifact of one run against one of another, as texts.

        Raises:
            NotFoundError: A run has no such artifact.
        """
        return artifact_difference(self._source, (spec.one, spec.one_path), (spec.other, spec.other_path))

    def _pair(self, one: Side, other: Side, metric: str | None, history: dict[str, RunTable]) -> ComparedPair:
        from jupyter_mlstudio.experiments.comparing.evidence import Others

        experiment = other.run.experiment
        if experiment not in history:
            history[experiment] = self._source.runs(RunQuery(experiment=experiment, limit=HISTORY))
        both = (one.run.id, other.run.id)
        spreads = {each.name: Others(history[experiment], each.name, both).spread for each in one.run.metrics[:200]}
        gap = largest_gap(one.run, other.run, spreads, metric)
        cells = _cells(one, other)
        columns, columns_note = compared_columns(one, other)
        steps = compared_steps(one.recipe, other.recipe)
        found = causes(one, other, cells, columns, steps)
        others = Others(history[experiment], gap.metric, both) if gap else None
        return ComparedPair(
            other=other.run.id,
            metric=gap.metric if gap else None,
            one_value=gap.one if gap else None,
            other_value=gap.other if gap else None,
            explanations=explained(found, gap, others),
            cells=cells,
            cells_note="" if one.cells or other.cells else "Neither run kept the cells that made it.",
            columns=columns,
            columns_note=columns_note,
            recipe=steps,
        )


def _cells(one: Side, other: Side) -> "list[ComparedCell]":
    from jupyter_mlstudio.core.notebook_diff import compared_cells

    before, after = ([cell.as_notebook() for cell in side.cells] for side in (one, other))
    return list(compared_cells(before, after))


def _checked(spec: ComparisonSpec) -> tuple[str, list[str]]:
    """Return the reference, and what is compared with it in full."""
    if len(set(spec.ids)) < len(spec.ids):
        raise InvalidError("ids: a run is named twice. Name each once.")
    reference = spec.reference or spec.ids[0]
    if unknown := [run for run in [reference, *(spec.others or [])] if run not in spec.ids]:
        raise InvalidError(f"reference, others: {unknown[0]!r} is not among the ids. Add it to them.")
    others = [run for run in spec.ids if run != reference]
    if spec.others is not None:
        return reference, [run for run in spec.others if run != reference]
    return reference, others if len(others) <= FULL else others[:1]


def _texts(values: Mapping[str, str]) -> dict[str, Value]:
    return dict(values)
