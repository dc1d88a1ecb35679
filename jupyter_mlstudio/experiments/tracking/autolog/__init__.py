"""What is logged by itself while a run is open: trainings of scikit-learn, XGBoost, LightGBM, CatBoost and PyTorch.

Watchers are in the libraries only while a run is open. Nothing here may fail a training, or hold it up.
"""

import warnings
from collections.abc import Callable
from threading import Lock, local
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_mlstudio.experiments.tracking import current
from jupyter_mlstudio.experiments.tracking.autolog import patches
from jupyter_mlstudio.experiments.tracking.autolog.sinks import ChildSink, RunSink, Sink

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

T = TypeVar("T")

CHILDREN = 1000
"""Trainings that become parts of one run at most."""

LIBRARIES_WORDS = """
sklearn imblearn joblib xgboost lightgbm catboost mlflow shap feature_engine jupyter_mlstudio
"""
LIBRARIES = frozenset(LIBRARIES_WORDS.split())
"""What trains on behalf of something else: its trainings are a part of that."""


class Here(local):
    """What is going on in this thread: the estimator whose `fit` is under way, and where it is logged."""

    estimator: Any = None
    sink: Sink | None = None


here = Here()


class Autolog:
    """Watches the trainings of one run."""

    def __init__(self, run: "ActiveRun", *, wanted: bool) -> None:
        self._run, self.wanted = run, wanted
        self._lock = Lock()
        self._trainings = 0
        self._warned: set[str] = set()
        self._watches: list[Any] = []

    def begin(self) -> None:
        """Put the watchers into the libraries that are loaded, and into those that will be."""
        if self.wanted:
            self.safely(patches.install)

    def end(self) -> None:
        """Take the watchers out again."""
        for watch in self._watches:
            self.safely(watch.stop)
        if self.wanted:
            self.safely(patches.remove)

    def watch(self, watch: Any) -> None:
        """Follow a training of PyTorch until the run ends."""
        self._watches.append(watch)

    def sink(self, title: str) -> Sink | None:
        """Return where the next training is logged: the first in the run itself, each further one in a part of it."""
        with self._lock:
            self._trainings += 1
            number = self._trainings
        if number == 1:
            return RunSink(self._run)
        if number <= CHILDREN:
            return ChildSink(self._run, title)
        self.warn(f"Only the first {CHILDREN} trainings of a run are logged by themselves. Open a run for each.")
        return None

    @property
    def run(self) -> "ActiveRun":
        """The run that is watched."""
        return self._run

    def safely(self, call: Callable[[], T]) -> T | None:
        """Call what may go wrong without harm; what it raises is told once."""
        try:
            return call()
        except Exception as error:  # a library that works otherwise than is known here
            self.warn(
                f"A training could not be logged by itself ({type(error).__name__}: {error}); it is not affected."
            )
            return None

    def warn(self, sentence: str) -> None:
        """Tell the user, once a run."""
        if sentence not in self._warned:
            self._warned.add(sentence)
            warnings.warn(sentence, stacklevel=5)


def watching() -> Autolog | None:
    """Return what watches the trainings of this thread, if anything does."""
    run = current.current()
    if run is None:
        return None
    found = run.autolog
    return found if found.wanted else None
