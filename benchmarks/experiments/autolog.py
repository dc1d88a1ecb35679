"""A tracked scikit-learn fit beside the same fit alone, and beside `mlflow.sklearn.autolog` without and with the model.

All sides use the same store in the same process, interleaved. Ours logs params, metrics, the data's digest and where the
run comes from; until the block is left everything is in the store.
"""

import logging
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable

import mlflow
from mlflow import sklearn as autologging
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_mlstudio import Studio

ROUNDS = 5
OFTEN = 5
"""Rounds of the quick sides within each round."""


def main() -> None:
    warnings.simplefilter("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    rows, target = load_breast_cancer(return_X_y=True, as_frame=True)

    def fit() -> None:
        make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, target)

    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        with studio.track("Default"):
            fit()
        mlflow.set_tracking_uri(studio.tracking_uri)
        alone, ours, light, whole = measured(
            (fit, OFTEN),
            (lambda: tracked(studio, fit), OFTEN),
            (lambda: autologged(fit, with_model=False), 1),
            (lambda: autologged(fit, with_model=True), 1),
        )
    over = (ours - alone) * 1000
    print(f"fit {alone * 1000:.1f} ms; ours {ours * 1000:.1f}, autolog {light * 1000:.0f}, with model {whole * 1000:.0f}")
    print(f"FIGURE tracked-fit-over-the-fit {over:.1f} ms goal <=40 {'ok' if over <= 40 else 'short'}")
    figure("tracked-fit-vs-autolog", (light - alone) / (ours - alone), 10)
    figure("tracked-fit-vs-autolog-with-model", (whole - alone) / (ours - alone), 100)


def measured(*sides: tuple[Callable[[], None], int]) -> list[float]:
    """Return the median seconds of each side; they take turns, and the first turn does not count."""
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(ROUNDS + 1):
        for place, (call, times) in enumerate(sides):
            for _ in range(times):
                began = time.perf_counter()
                call()
                if turn:
                    taken[place].append(time.perf_counter() - began)
    return [statistics.median(seconds) for seconds in taken]


def tracked(studio: Studio, fit: Callable[[], None]) -> None:
    with studio.track("Default"):
        fit()


def autologged(fit: Callable[[], None], *, with_model: bool) -> None:
    autologging.autolog(log_models=with_model, silent=True)
    try:
        fit()
    finally:
        autologging.autolog(disable=True, silent=True)


def figure(name: str, value: float, goal: float) -> None:
    print(f"FIGURE {name} {value:.1f} times goal >={goal:g} {'ok' if value >= goal else 'short'}", flush=True)


if __name__ == "__main__":
    main()
