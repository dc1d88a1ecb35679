"""Watches the training of boosted trees, tree by tree: XGBoost, LightGBM and CatBoost."""

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from types import ModuleType
from typing import Any

from jupyter_mlstudio.experiments.tracking.autolog import Autolog, here, patches, watching
from jupyter_mlstudio.experiments.tracking.autolog.estimators import called_by_library
from jupyter_mlstudio.experiments.tracking.autolog.sinks import Sink
from jupyter_mlstudio.experiments.tracking.autolog.training_data import TrainingData

BEFORE_STOPPING = 25
"""LightGBM calls what has a smaller number first; its early stopping has 30, and ends the round."""


def install_xgboost(module: ModuleType) -> None:
    """Watch `xgboost.train`, which its scikit-learn classes call too."""
    owners = [(module, "train"), (module.training, "train"), (module.sklearn, "train")]
    patches.replace_everywhere(module.training.train, owners, _xgboost)


def install_lightgbm(module: ModuleType) -> None:
    """Watch `lightgbm.train`, which its scikit-learn classes call too."""
    owners = [(module, "train"), (module.engine, "train"), (module.sklearn, "train")]
    patches.replace_everywhere(module.engine.train, owners, _lightgbm)


def install_catboost(module: ModuleType) -> None:
    """Watch `fit` of CatBoost's classes."""
    for name in ("CatBoost", "CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker"):
        patches.replace(getattr(module, name), "fit", _catboost)


def _place(name: str, caller: dict[str, Any]) -> tuple[Autolog | None, Sink | None, bool]:
    """Return what watches, where to log, and whether the params are logged here too: `fit` does it for its classes."""
    watch = watching()
    if watch is None:
        return None, None, False
    if here.estimator is None:
        return (None, None, False) if called_by_library(caller) else (watch, watch.sink(name), True)
    model = _last(here.estimator)
    is_own = type(model).__mro__[0].__module__.partition(".")[0] == name or any(
        cls.__module__.partition(".")[0] == name for cls in type(model).__mro__
    )
    return (watch, here.sink, False) if is_own else (None, None, False)


def _last(estimator: Any) -> Any:
    steps = getattr(estimator, "steps", None)
    return steps[-1][1] if steps else estimator


def _xgboost(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def train(*args: Any, **kwargs: Any) -> Any:
        watch, sink, alone = _place("xgboost", sys._getframe(1).f_globals)
        if watch is None or sink is None:
            return original(*args, **kwargs)
        more = watch.safely(lambda: [*(kwargs.get("callbacks") or []), _rounds(sink)])
        booster = original(*args, **({**kwargs, "callbacks": more} if more else kwargs))
        watch.safely(lambda: _log_xgboost(sink, original, booster, args, kwargs, alone=alone))
        return booster

    return train


def _rounds(sink: Sink) -> Any:
    """Return what XGBoost calls after each tree."""
    from xgboost.callback import TrainingCallback

    class Rounds(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Any]]) -> bool:
            for place, metrics in evals_log.items():
                for name, values in metrics.items():
                    last = values[-1]
                    sink.metric(f"{place}-{name}", last[0] if isinstance(last, tuple) else last, epoch)
            return False

    return Rounds()


def _log_xgboost(
    sink: Sink, original: Any, booster: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, alone: bool
) -> None:
    if booster.attr("best_iteration") is not None:
        sink.metric("best_iteration", float(booster.best_iteration))
        sink.metric("best_score", float(booster.best_score))
        sink.metric("stopped_iteration", float(booster.num_boosted_rounds() - 1))
    if alone:
        given = _given(original, args, kwargs)
        kept = {name: given.get(name) for name in ("num_boost_round", "early_stopping_rounds", "maximize")}
        sink.params({**dict(given.get("params") or {}), **{name: value for name, value in kept.items() if value}})
        table = given["dtrain"]
        sink.params({"training_rows": table.num_row(), "training_features": table.num_col()})
        sink.done()


def _lightgbm(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def train(*args: Any, **kwargs: Any) -> Any:
        watch, sink, alone = _place("lightgbm", sys._getframe(1).f_globals)
        if watch is None or sink is None:
            return original(*args, **kwargs)

        rounds = [0]

        def each(env: Any) -> None:
            rounds[0] = env.iteration + 1
            for place, name, value, *_ in env.evaluation_result_list or []:
                sink.metric(f"{place}-{name}".replace("@", "_at_"), value, env.iteration)

        each.order = BEFORE_STOPPING  # type: ignore[attr-defined]  # LightGBM looks for it
        each.before_iteration = False  # type: ignore[attr-defined]  # this too
        read = watch.safely(lambda: _lightgbm_rows(_given(original, args, kwargs))) if alone else None
        booster = original(*args, **{**kwargs, "callbacks": [*(kwargs.get("callbacks") or []), each]})
        watch.safely(lambda: _log_lightgbm(sink, booster, _given(original, args, kwargs), read, rounds[0], alone=alone))
        return booster

    return train


def _lightgbm_rows(given: dict[str, Any]) -> TrainingData | None:
    """Begin to read the rows, which LightGBM forgets when the training begins."""
    table = given["train_set"]
    readable = table.data is not None and not isinstance(table.data, str)
    return TrainingData(table.data, table.label) if readable else None


def _log_lightgbm(
    sink: Sink, booster: Any, given: dict[str, Any], read: TrainingData | None, rounds: int, *, alone: bool
) -> None:
    if booster.best_iteration > 0:  # the trees after the best one are gone by now
        sink.metric("best_iteration", float(booster.best_iteration))
        sink.metric("stopped_iteration", float(rounds))
        for place, metrics in (booster.best_score or {}).items():
            for name, value in metrics.items():
                sink.metric(f"best-{place}-{name}".replace("@", "_at_"), float(value))
    if alone:
        sink.params({**dict(given.get("params") or {}), "num_boost_round": given.get("num_boost_round", 100)})
        if read is not None:
            sink.input(read.entry)
        sink.done()


def _catboost(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        watch = None if here.estimator is not None else watching()
        if watch is None or called_by_library(sys._getframe(1).f_globals):
            return original(self, *args, **kwargs)
        sink = watch.sink(type(self).__name__)
        if sink is None:
            return original(self, *args, **kwargs)
        given = _given(original, (self, *args), kwargs)
        live = str(self.get_params().get("task_type", "CPU")).upper() == "CPU" and not given.get("callbacks")
        read = watch.safely(lambda: _catboost_rows(given))
        here.estimator = self
        try:
            fitted = original(self, *args, **({**kwargs, "callbacks": [_Trees(sink)]} if live else kwargs))
        finally:
            here.estimator = None
        watch.safely(lambda: _log_catboost(sink, self, read, live=live))
        return fitted

    return fit


class _Trees:
    """Told by CatBoost of each tree."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def after_iteration(self, info: Any) -> bool:
        """Log the newest value of each metric, and go on."""
        for place, metrics in info.metrics.items():
            for name, values in metrics.items():
                self._sink.metric(f"{place}-{name}", values[-1], info.iteration - 1)
        return True


def _catboost_rows(given: dict[str, Any]) -> TrainingData | None:
    rows = given.get("X")
    if rows is None or type(rows).__name__ in {"Pool", "FeaturesData"} or isinstance(rows, str):
        return None
    return TrainingData(rows, given.get("y"))


def _log_catboost(sink: Sink, model: Any, read: TrainingData | None, *, live: bool) -> None:
    if not live:
        for place, metrics in model.get_evals_result().items():
            for name, values in metrics.items():
                for step, value in enumerate(values):
                    sink.metric(f"{place}-{name}", value, step)
    resolved = model.get_all_params()
    main = ("iterations", "learning_rate", "depth", "l2_leaf_reg", "loss_function", "eval_metric", "random_seed")
    sink.params({**{name: resolved[name] for name in main if name in resolved}, **model.get_params()})
    sink.tags({"estimator_name": type(model).__name__, "estimator_class": f"catboost.{type(model).__name__}"})
    best = model.get_best_iteration()
    if best is not None:
        sink.metric("best_iteration", float(best))
    if read is not None:
        sink.input(read.entry)
    sink.done()


def _given(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    return dict(signature(function).bind_partial(*args, **kwargs).arguments)
