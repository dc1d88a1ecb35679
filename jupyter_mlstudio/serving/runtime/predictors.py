"""Who answers for a deployment: its prepared plan, or the original model, as was found out when it was deployed."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.ahead import one_thread
from jupyter_mlstudio.serving.runtime.mlmodel import ModelFile, NoModelError, read
from jupyter_mlstudio.serving.runtime.model import Model, load
from jupyter_mlstudio.serving.runtime.order import Limits, Variant
from jupyter_mlstudio.serving.runtime.plans import packing
from jupyter_mlstudio.serving.runtime.plans.examples import real_cells, takes_example
from jupyter_mlstudio.serving.runtime.plans.front import NotPlannedError
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.question import Answer, Rows, Way
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

UNMEASURED = 0.005
"""Seconds that a model is taken to need as long as nobody knows: too long for the event loop."""


def open_predictor(variant: Variant, project: Path, limits: Limits) -> "Prepared":
    """Open what answers for a deployment; a compiled model is only mapped from disk.

    Raises:
        NoModelError: It cannot be loaded; the text says why.
    """
    content = packing.read(Path(variant.plan), variant.digest)
    if content is not None:
        return Prepared(variant, project, limits, content)
    return original(variant, project, limits, read(Path(variant.folder)))


def original(variant: Variant, project: Path, limits: Limits, file: ModelFile) -> "Prepared":
    """Open the original model itself, where nothing was prepared."""
    model = verified(variant, project)
    report = {"way": "original", "why": "Nothing was prepared for this model."}
    content = {"report": report, "file": file.plain(), "methods": list(model.methods), "plan": None, "seconds": {}}
    return Prepared(variant, project, limits, content, model)


def verified(variant: Variant, project: Path) -> Model:
    """Load the original after a look at its files: they must be those that were deployed.

    Raises:
        NoModelError: They are gone, were changed, or cannot be loaded.
    """
    from jupyter_mlstudio.core.trust import digest

    folder = Path(variant.folder)
    if not folder.is_dir():
        raise NoModelError("The copy of the model is gone. Deploy the model again.")
    if digest(folder) != variant.digest:
        raise NoModelError("The files of the model were changed after it was deployed. Deploy the model again.")
    return load(folder, trusted=variant.trusted, project=project)


class Prepared:
    """A deployment's predictor: the plan answers, and the original where the plan has no answer or is slower.

    Attributes:
        quick: Methods that are answered without loading anything.
        light: For how many rows that holds.
        rowwise: Whether rows of several callers may be predicted together.
        classes: The labels of a classifier, in the order of its probabilities.
    """

    def __init__(
        self, variant: Variant, project: Path, limits: Limits, content: packing.Spec, model: Model | None = None
    ) -> None:
        self._variant, self._project, self._model = variant, project, model
        self.version = str(variant.number)
        self.file = ModelFile.of_plain({**content["file"], "folder": variant.folder})
        self.schema = Schema.of(self.file, limits.rows)
        self.report: Mapping[str, Any] = content["report"]
        self.rowwise = bool(content.get("rowwise", True))
        self.methods: tuple[str, ...] = tuple(content["methods"])
        self.classes: tuple[Any, ...] | None = tuple(content["classes"]) if content.get("classes") else None
        self.way = _way(content)
        plan = content["plan"]
        if plan is not None and plan.get("front") is not None and not variant.trusted:
            raise NoModelError("The plan of a model from elsewhere holds a recipe. Deploy it again with trust.")
        self._plan = Plan(plan, self.file.inputs) if plan is not None else None
        self._most = int(content.get("most_rows") or 0)
        self._asked = self._plan.methods if self._plan is not None else frozenset()
        self.quick, self.light = self._asked, self._most
        self._seconds = {way: _measured(points) for way, points in content["seconds"].items()}
        if self._plan is None and self._model is None:
            self._model = verified(variant, project)
            if self.file.format == "code":
                self.rowwise = takes_example(self._model, real_cells(self.file))
            self.methods = self._model.methods

    def predict(self, rows: Rows, method: str, params: Mapping[str, Any]) -> Answer:
        """Answer for rows.

        Raises:
            RefusedError: The values or parameters are wrong; names the column.
        """
        if not rows.count:
            return []
        if method in self._asked and rows.count <= self._most and not params:
            try:
                return self._plan.ask(rows, method)  # type: ignore[union-attr]  # it has the method
            except NotPlannedError:
                return self.loaded().predict(rows, method, params)
        if method not in self.methods:
            told = f"params: the model has no predict_method {method!r}; it has {', '.join(self.methods)}."
            raise RefusedError("unknown_method", told, expected=list(self.methods))
        return self.loaded().predict(rows, method, params)

    def loaded(self) -> Model:
        """Return the original model, loaded when it is first needed.

        Raises:
            RefusedError: It cannot be loaded any more.
        """
        if self._model is None:
            try:
                self._model = verified(self._variant, self._project)
            except NoModelError as error:
                raise RefusedError("model_gone", str(error), status=500) from error
            one_thread()
        return self._model

    def seconds(self, count: int) -> float:
        """Return how long so many rows will take, by calibration."""
        measured = self._seconds.get("compiled" if self._plan is not None and count <= self._most else "original")
        return measured(count) if measured is not None else UNMEASURED + 2e-6 * count

    def stream(self, rows: Rows, params: Mapping[str, Any]) -> Iterator[Answer] | None:
        """Return the answer piece by piece, or None if the model cannot."""
        return self._model.stream(rows, params) if self._model is not None else None


def _way(content: packing.Spec) -> Way:
    report = content["report"]
    names = ("rows_compared", "differing_labels", "largest_difference")
    proof = {name: report[name] for name in names if name in report and report["way"] == "compiled"}
    return Way(report["way"], report["why"], proof, content["seconds"])


def _measured(points: Sequence[Sequence[float]]) -> Callable[[int], float] | None:
    """Return the time for any number of rows, between and beyond those that were measured."""
    if not points:
        return None
    counts = [int(count) for count, _ in points]
    times = [float(seconds) for _, seconds in points]

    def measured(count: int) -> float:
        place = bisect_left(counts, count)
        if place == len(counts):
            return times[-1] * count / counts[-1]
        if place == 0:
            return times[0]
        share = (count - counts[place - 1]) / (counts[place] - counts[place - 1])
        return times[place - 1] + share * (times[place] - times[place - 1])

    return measured
