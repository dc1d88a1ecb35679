"""A search over hyperparameters as a run, and its candidates as runs inside it."""

import time
from typing import Any

from jupyter_mlstudio.experiments.tracking.autolog.sinks import RunSink, Sink, child_tags, shown, write_children
from jupyter_mlstudio.experiments.tracking.entries import Batch, Ending, FinishedRun, NewRun, Point

CANDIDATES = 1000
"""Candidates that are kept, the best ones."""


def log_search(sink: Sink, search: Any) -> None:
    """Log what won; and, if the search is the run's first training, each candidate as a part of the run."""
    results = search.cv_results_
    if hasattr(search, "best_params_"):
        sink.params({f"best_{name}": value for name, value in search.best_params_.items()})
        if isinstance(getattr(search, "best_score_", None), float):
            sink.metric("best_cv_score", float(search.best_score_))
    if isinstance(sink, RunSink):
        run = sink.run
        candidates = _candidates(results, child_tags(run), type(search.estimator).__name__)
        run.buffer.later(lambda: write_children(run, candidates))


def _candidates(results: dict[str, Any], tags: dict[str, str], title: str) -> list[FinishedRun]:
    at = int(time.time() * 1000)
    ranks = next((values for name, values in results.items() if name.startswith("rank_test_")), None)
    places = list(range(len(results["params"])))
    if ranks is not None:
        places.sort(key=lambda place: int(ranks[place]))
    numbers = [name for name in results if name.startswith(("mean_", "std_", "rank_"))]
    found = []
    for place in places[:CANDIDATES]:
        params = {name: shown(value) for name, value in results["params"][place].items()}
        points = [Point(name, float(results[name][place]), at, 0) for name in numbers]
        seconds = float(results["mean_fit_time"][place]) if "mean_fit_time" in results else 0.0
        begun = NewRun("", f"{title} {place + 1}", tags, at - int(seconds * 1000))
        found.append(FinishedRun(begun, Batch(params, {}, points, [], Ending("FINISHED", at))))
    return found
