"""From the many ways in which a notebook names a model to one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.serving.types import ModelSource

ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:[/@](?P<version>[^/@]+))?")
RUN = re.compile(r"(?:runs:/)?(?P<run_id>[0-9a-f]{32})(?:/.*)?")
LONGEST = 63

Resolve = Callable[[str, str | None], ModelRef]
"""Tells which version a number or an alias of a model stands for; the newest without either."""


class Meant(NamedTuple):
    """What model is meant, what an endpoint of it may be called, and by which alias it was named, if by one."""

    source: ModelSource
    name: str
    alias: str | None


def meant(model: Any, resolve: Resolve, follow: bool | str = False) -> Meant:
    """Understand what model is meant.

    Raises:
        InvalidError: It cannot be understood, or an alias shall be followed where there is none.
    """
    source, alias = _source(model, resolve, follow if isinstance(follow, str) else None)
    if follow and alias is None:
        raise InvalidError(
            'follow: name the model by the alias to follow, as in "models:/flight-delay@champion", or say which alias.'
        )
    return Meant(source, _name(source), alias if follow else None)


def called(model: Any) -> str:
    """Make an endpoint's name of a fitted model that has none: its last step's class, in words."""
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if isinstance(steps, list) and steps else model
    return _tidy(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(last).__name__).lower())


def _source(model: Any, resolve: Resolve, alias: str | None) -> tuple[ModelSource, str | None]:
    if isinstance(model, ModelSource):
        return model, alias
    if isinstance(model, str | Path):
        return _written(str(model), resolve, alias)
    if isinstance(getattr(model, "version", None), int):
        ref = resolve(model.name, alias) if alias else ModelRef(name=model.name, version=model.version)
        return ModelSource(model=ref), alias
    run_id = getattr(model, "run_id", None) or getattr(model, "id", None)
    if isinstance(run_id, str) and RUN.fullmatch(run_id):
        return ModelSource(run_id=run_id), None
    raise InvalidError(
        "model: give a model version, a run, the address of one of them, a model folder or file, or a fitted pipeline;"
        f" a {type(model).__name__} is none of these."
    )


def _written(text: str, resolve: Resolve, alias: str | None) -> tuple[ModelSource, str | None]:
    address, run = ADDRESS.fullmatch(text), RUN.fullmatch(text)
    if address is not None:
        version = alias or address["version"]
        named = version if version is not None and not version.isdecimal() else None
        return ModelSource(model=resolve(address["name"], version)), named
    return (ModelSource(run_id=run["run_id"]) if run is not None else ModelSource(folder=text)), None


def _name(source: ModelSource) -> str:
    if source.model is not None:
        return _tidy(source.model.name)
    return f"run-{source.run_id[:8]}" if source.run_id is not None else _tidy(Path(str(source.folder)).stem)


def _tidy(text: str) -> str:
    """Leave what a name may hold."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_")[:LONGEST] or "endpoint"
