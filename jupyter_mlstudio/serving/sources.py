"""From the many ways in which a notebook names a model to one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.serving.types import ModelSource

ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)[/@](?P<version>[^/@]+)")
RUN = re.compile(r"(?:runs:/)?(?P<run_id>[0-9a-f]{32})")


def source_of(model: Any, resolve: Callable[[str, str], ModelRef]) -> ModelSource:
    """Understand what model is meant; `resolve` tells which version a number or an alias stands for.

    Raises:
        InvalidError: It cannot be understood.
    """
    if isinstance(model, ModelSource):
        return model
    if isinstance(model, str | Path):
        return _named(str(model), resolve)
    if isinstance(getattr(model, "version", None), int):
        return ModelSource(model=ModelRef(name=model.name, version=model.version))
    run_id = getattr(model, "run_id", None) or getattr(model, "id", None)
    if isinstance(run_id, str) and RUN.fullmatch(run_id):
        return ModelSource(run_id=run_id)
    raise InvalidError(
        "model: give a model version, a run, the address of one of them, a model folder, or a fitted pipeline;"
        f" a {type(model).__name__} is none of these."
    )


def _named(text: str, resolve: Callable[[str, str], ModelRef]) -> ModelSource:
    address, run = ADDRESS.fullmatch(text), RUN.fullmatch(text)
    if address is not None:
        return ModelSource(model=resolve(address["name"], address["version"]))
    return ModelSource(run_id=run["run_id"]) if run is not None else ModelSource(folder=text)
