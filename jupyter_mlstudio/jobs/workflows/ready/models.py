"""Finds and loads models for the notebooks of ready-made nodes."""

import re
import tempfile
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError

_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)[/@](?P<version>[^/@]+)")
_RUN = re.compile(r"(?:runs:/)?(?P<run>[0-9a-f]{32})(?:/.*)?")
LOWER = ("error", "loss", "rmse", "mae", "mse", "mape", "deviance", "brier")


def model_folder(studio: Any, model: str) -> Path:
    """Return the folder of a model: of a run's newest, or of a registered version.

    Raises:
        InvalidError: It is no address of a model.
    """
    address, run = _ADDRESS.fullmatch(model), _RUN.fullmatch(model)
    into = lambda: Path(tempfile.mkdtemp(prefix="model-"))  # noqa: E731
    if address is not None:
        ref = studio.registry.resolve(address["name"], address["version"])
        return Path(studio.registry.version_folder(ref, into))
    if run is not None:
        return Path(studio.registry.logged_folder(run["run"], into))
    raise InvalidError(
        f"model: {model!r} is no model. Give a run's id, or an address such as models:/name@champion or models:/name/3."
    )


def load_model(studio: Any, model: str) -> Any:
    """Load a fitted scikit-learn pipeline."""
    import mlflow

    return mlflow.sklearn.load_model(str(model_folder(studio, model)))


def run_of(studio: Any, model: str) -> str | None:
    """Return the run that a model comes from; none if it came from elsewhere."""
    address, run = _ADDRESS.fullmatch(model), _RUN.fullmatch(model)
    if run is not None:
        return run["run"]
    if address is None:
        raise InvalidError(f"model: {model!r} is no model. Give a run's id, or an address such as models:/name/3.")
    ref = studio.registry.resolve(address["name"], address["version"])
    found: str | None = studio.registry.version(ref.name, ref.version).run_id
    return found


def metric_of(studio: Any, run: str | None, metric: str) -> float | None:
    """Return the last value of a run's metric; nothing if there is none."""
    if run is None:
        return None
    values = {each.name: each.value for each in studio.experiments.run(run).metrics}
    return values.get(metric)


def lower_is_better(metric: str) -> bool:
    """Return whether a metric's name says that it measures what is wrong."""
    return any(word in metric.lower() for word in LOWER)
