"""What can be told about runs in charts."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.experiments.evaluation import logged, predictions
from jupyter_mlstudio.experiments.evaluation.content import Content
from jupyter_mlstudio.experiments.evaluation.store import Runs
from jupyter_mlstudio.experiments.evaluation.types import (
    ChartSpec,
    Contour,
    ContourSpec,
    Importance,
    ImportanceSpec,
    JudgedCurve,
    Judgement,
    JudgementSpec,
    LoggedImages,
    LoggedSpec,
    LoggedTables,
    RunConfusion,
)
from jupyter_mlstudio.experiments.types import ArtifactList, RunQuery, Value

ALL = 100_000


class Evaluation:
    """Tells what the logged params, predictions, pictures and tables of runs say about them."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def importance(self, spec: ImportanceSpec) -> Importance:
        """Tell which params matter for a metric: permutation importance of a forest fitted to all runs.

        Raises:
            InvalidError: Too few runs have the metric, or no param differs among them.
        """
        from jupyter_mlstudio.experiments.evaluation.importance import importance

        _, metric, params = self._columns(spec)
        return importance(spec.metric, metric, dict(params))

    def contour(self, spec: ContourSpec) -> Contour:
        """Lay a surface of a metric over two params.

        Raises:
            InvalidError: Too few runs have all three.
        """
        from jupyter_mlstudio.experiments.evaluation.contour import contour

        runs, metric, params = self._columns(spec)
        for name in (spec.x, spec.y):
            if name not in params:
                raise InvalidError(f"None of the runs has a param {name!r}.")
        return contour(runs, (spec.x, spec.y), params[spec.x], params[spec.y], metric)

    def judgement(self, spec: JudgementSpec) -> Judgement:
        """Tell what the logged predictions of runs say: confusion, ROC, precision and recall, or calibration."""
        found, missing = {}, []
        for run in spec.runs:
            try:
                found[run] = predictions.read(Path(self._runs.artifact_file(run, predictions.PATH)))
            except (NotFoundError, OSError):
                missing.append(run)
        labels = list(dict.fromkeys(label for one in found.values() for label in one.labels))
        if spec.kind == "confusion":
            made = [_confusion(run, one) for run, one in found.items() if one.predicted is not None]
            missing += [run for run, one in found.items() if one.predicted is None]
            return Judgement(confusions=made, curves=[], labels=labels, missing=missing)
        label = spec.label if spec.label in labels else (labels[-1] if labels else "")
        curves = [_curve(run, one, spec.kind, label) for run, one in found.items() if label in one.scores]
        missing += [run for run, one in found.items() if label not in one.scores]
        return Judgement(confusions=[], curves=curves, labels=labels, missing=missing)

    def images(self, spec: LoggedSpec) -> LoggedImages:
        """List pictures of runs whose path begins with or contains the given one."""
        items = [
            logged.image(run, entry)
            for run in spec.runs
            for entry in logged.files(self._listing(run), logged.IMAGES)
            if spec.path in entry.path
        ]
        items.sort(key=lambda item: (item.name, -1 if item.step is None else item.step, item.run))
        return LoggedImages(items=items[: spec.limit])

    def tables(self, spec: LoggedSpec) -> LoggedTables:
        """Read a table that runs have kept: the one of this path, or the first."""
        kept = {run: [entry.path for entry in logged.files(self._listing(run), logged.TABLES)] for run in spec.runs}
        paths = sorted({path for found in kept.values() for path in found if path != predictions.PATH})
        wanted = spec.path or (paths[0] if paths else "")
        items = [
            logged.table(run, wanted, Path(self._runs.artifact_file(run, wanted)), spec.limit)
            for run, found in kept.items()
            if wanted in found
        ]
        return LoggedTables(paths=paths, items=items)

    @cached_property
    def content(self) -> Content:
        """All that a chart draws, for cells of notebooks."""
        return Content(self._runs, self)

    def picture(self, spec: ChartSpec) -> str:
        """Draw a chart as SVG.

        Raises:
            InvalidError: There are no such runs, or too little to draw.
        """
        from jupyter_mlstudio.experiments.evaluation import content, pictures

        found = self.content.of(spec)
        lines = content.curves(self.content.packed(spec, found.runs.ids)) if spec.kind == "curves" else []
        return pictures.picture(spec, found, lines, self.content.files(found))

    def _listing(self, run: str) -> Callable[[str], ArtifactList]:
        return lambda path: self._runs.artifacts(run, path)

    def _columns(self, spec: ImportanceSpec) -> tuple[list[str], list[Value], dict[str, list[Value]]]:
        query = RunQuery(ids=spec.runs, experiment=spec.experiment, limit=ALL)
        table = self._runs.runs(query)
        params = {column.name: column.values for column in table.columns if column.kind == "param"}
        found = [column.values for column in table.columns if (column.kind, column.name) == ("metric", spec.metric)]
        return [run.id for run in table.items], found[0] if found else [None] * len(table.items), params


def _confusion(run: str, one: predictions.Predictions) -> RunConfusion:
    from jupyter_mlstudio.experiments.evaluation.curves import confusion

    assert one.predicted is not None  # asked for by the caller
    counts = confusion(one.truth, one.predicted, one.labels)
    return RunConfusion(
        run=run, labels=one.labels, counts=counts.tolist(), accuracy=float(counts.trace() / max(counts.sum(), 1))
    )


def _curve(run: str, one: predictions.Predictions, kind: str, label: str) -> JudgedCurve:
    from jupyter_mlstudio.experiments.evaluation import curves

    draw = {"roc": curves.roc, "pr": curves.precision_recall, "calibration": curves.calibration}[kind]
    drawn = draw((one.truth == label).astype(float), one.scores[label])
    return JudgedCurve(
        run=run,
        label=label,
        x=drawn.x.tolist(),
        y=drawn.y.tolist(),
        score=drawn.score,
        weights=None if drawn.weights is None else [int(weight) for weight in drawn.weights],
    )
