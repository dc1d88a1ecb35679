"""Writes a model into a folder in MLflow's form, ready to be served."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.frames import as_pandas

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import Model, ModelSignature

ALWAYS = ("cloudpickle", "mlflow", "numpy", "pandas", "scikit-learn")
"""Packages that every saved pipeline needs."""


def save(pipeline: Any, folder: Path, description: "Model", example: Any, requirements: list[str] | None) -> None:
    """Save a fitted scikit-learn pipeline with signature, example rows and the packages it needs.

    Cloudpickle, because MLflow's default form cannot write tree ensembles or classes from a notebook; and a list of
    packages made here, because MLflow would load the model in another process to find them: seven seconds.

    Raises:
        InvalidError: The model is none, or cannot predict the example.
    """
    import mlflow.sklearn

    if not callable(getattr(pipeline, "predict", None)):
        raise InvalidError(f"A fitted model with a `predict` method is needed, not {type(pipeline).__name__}.")
    rows = None if example is None else as_pandas(example)
    with _quiet("mlflow.sklearn"):
        mlflow.sklearn.save_model(
            pipeline,
            str(folder),
            mlflow_model=description,
            serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
            signature=None if rows is None else _signature(pipeline, rows),
            input_example=rows,
            pip_requirements=requirements or needed(pipeline),
        )


def needed(pipeline: Any) -> list[str]:
    """List the packages that a pipeline is made of, in the versions that are installed."""
    parts = [pipeline, *_parts(pipeline)]
    modules = {kind.__module__.partition(".")[0] for part in parts for kind in type(part).__mro__}
    found = {name for module in modules for name in _distributions().get(module, [])}
    return [f"{name}=={number}" for name in sorted({*ALWAYS, *found}) if (number := _version(name))]


def _parts(pipeline: Any) -> list[Any]:
    try:
        return list(pipeline.get_params(deep=True).values())
    except (AttributeError, TypeError):  # a model that is no estimator of scikit-learn
        return []


def _signature(pipeline: Any, rows: "pd.DataFrame") -> "ModelSignature":
    from mlflow.models import infer_signature

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return infer_signature(rows, pipeline.predict(rows))
    except Exception as error:
        message = f"The model cannot predict its input example: {error}. Give a few rows just as the model gets them."
        raise InvalidError(message) from error


@lru_cache
def _distributions() -> dict[str, list[str]]:
    return {module: list(names) for module, names in packages_distributions().items()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@contextmanager
def _quiet(logger: str) -> Iterator[None]:
    """Keep one of MLflow's loggers from warning of a choice that is made here with open eyes."""
    target = logging.getLogger(logger)
    before = target.level
    target.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        target.setLevel(before)
