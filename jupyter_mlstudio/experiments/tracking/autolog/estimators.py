"""Watches `fit` of scikit-learn's estimators, and of all that are made like them."""

import sys
import time
from collections.abc import Callable
from functools import wraps
from inspect import signature
from types import ModuleType
from typing import Any

from jupyter_mlstudio.experiments.tracking.autolog import LIBRARIES, Autolog, here, patches, watching
from jupyter_mlstudio.experiments.tracking.autolog.scores import training_scores
from jupyter_mlstudio.experiments.tracking.autolog.searches import log_search
from jupyter_mlstudio.experiments.tracking.autolog.sinks import RunSink, Sink
from jupyter_mlstudio.experiments.tracking.autolog.training_data import TrainingData

SCORED_ROWS = "mlstudio.training_rows"
"""Tag that tells how many rows the training scores are of, if not of all."""


def install(module: ModuleType) -> None:
    """Watch the estimators that there are, and those that will be defined."""
    base = module.BaseEstimator
    before = base.__init_subclass__

    def defined(cls: Any, /, **kwargs: Any) -> None:
        before.__func__(cls, **kwargs)
        _watch(cls)

    patches.put(base, "__init_subclass__", classmethod(defined))
    for cls in _all(base):
        _watch(cls)


def _watch(cls: type) -> None:
    patches.replace(cls, "fit", _wrapped)


def _all(cls: type) -> set[type]:
    found: set[type] = set()
    rest = [cls]
    while rest:
        below: list[type] = rest.pop().__subclasses__()
        rest += [each for each in below if each not in found]
        found.update(below)
    return found


def _wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `fit` that is watched. It names only functions of modules: a notebook's class is pickled whole."""

    @wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        return fitted(original, sys._getframe(1).f_globals, self, args, kwargs)

    return fit


def fitted(
    original: Callable[..., Any], caller: dict[str, Any], model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Fit a model, and log it if it is the user's own call and a run is open."""
    watch = None if here.estimator is not None else watching()
    if watch is None or called_by_library(caller):
        return original(model, *args, **kwargs)
    training = watch.safely(lambda: _Training(watch, model, args, kwargs))
    here.estimator, here.sink = model, training.sink if training is not None else None
    try:
        made = original(model, *args, **kwargs)
    finally:
        here.estimator = here.sink = None
    if training is not None:
        watch.safely(training.over)
    return made


def called_by_library(caller: dict[str, Any]) -> bool:
    """Tell whether it is a library that calls, so that the training is a part of something else."""
    return str(caller.get("__name__", "")).partition(".")[0] in LIBRARIES


class _Training:
    """One call of `fit` by the user."""

    def __init__(self, watch: Autolog, estimator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._watch, self._estimator = watch, estimator
        self._rows, self._target = _of(args, kwargs)
        self._weights = _weights(estimator, args, kwargs)
        self._params: dict[str, object] = {}
        self.sink: Sink | None = None
        if _is_predictor(estimator):
            self.sink = watch.sink(type(estimator).__name__)
            self._note()
        self._digest: TrainingData | None = None
        if self.sink is not None and not (isinstance(self.sink, RunSink) and watch.run.knows_data):
            self._digest = TrainingData(self._rows, self._target)
        self._began = time.perf_counter()

    def over(self) -> None:
        """Log what there is to say about it."""
        seconds = time.perf_counter() - self._began
        sink, estimator = self.sink, self._estimator
        if sink is None:
            return
        self._note()
        kind = type(estimator)
        sink.tags({"estimator_name": kind.__name__, "estimator_class": f"{kind.__module__}.{kind.__name__}"})
        if self._digest is not None:
            sink.input(self._digest.entry)
        if hasattr(estimator, "cv_results_"):
            self._watch.safely(lambda: log_search(sink, estimator))
        if self._target is not None:
            self._watch.safely(lambda: self._score(sink, seconds))
        sink.done()

    def _note(self) -> None:
        """Log the params, those that are new: before the training, which may never end, and after it has set some."""
        params = self._estimator.get_params(deep=True)
        new = {name: value for name, value in params.items() if self._params.get(name, self) is not value}
        self._params = params
        if self.sink is not None and new:
            self.sink.params(new)

    def _score(self, sink: Sink, seconds: float) -> None:
        rows, found = training_scores(self._estimator, self._rows, self._target, seconds, self._weights)
        for name, value in found.items():
            sink.metric(f"training_{name}", value)
        if rows is not None:
            sink.tags({SCORED_ROWS: str(rows)})


def _of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    rows = args[0] if args else kwargs.get("X")
    return rows, args[1] if len(args) > 1 else kwargs.get("y")


def _weights(estimator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return how much each row counts, if the call says so."""
    if len(args) > len(("X", "y")):
        names = list(signature(type(estimator).fit).parameters)[1:]
        kwargs = {**dict(zip(names, args, strict=False)), **kwargs}
    return kwargs.get("sample_weight")


def _is_predictor(estimator: Any) -> bool:
    """Tell whether it is a model: what only transforms is logged with the pipeline that it is a part of."""
    if any(hasattr(estimator, name) for name in ("predict", "fit_predict", "scoring")):
        return True
    from sklearn.base import is_classifier, is_regressor

    try:  # a stack has no `predict` before it is fitted
        return bool(is_classifier(estimator) or is_regressor(estimator))
    except Exception:  # of another make
        return False
