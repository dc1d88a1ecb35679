"""What is asked for, looked at without any engine: which rows, which model, where the answers go."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jupyter_mlstudio.core.trust import Trust
from jupyter_mlstudio.serving.batch.types import TransformSpec
from jupyter_mlstudio.serving.copies import Find
from jupyter_mlstudio.serving.sources import Resolve
from jupyter_mlstudio.serving.types import ModelSource

ATTEMPT = {"workers", "most_errors", "trust"}
"""What may differ when the same is asked for again."""


@dataclass(frozen=True)
class Models:
    """Where models come from.

    Attributes:
        find: Finds the folder of a model.
        resolve: Tells which version an alias stands for.
        answering: Tells which model answers at an endpoint now, and what it is called.
    """

    trust: Trust
    find: Find
    resolve: Resolve
    answering: Callable[[str], tuple[ModelSource, str]]


def key_of(spec: TransformSpec) -> str:
    """Return what is the same whenever the same is asked for."""
    return hashlib.sha256(spec.model_dump_json(exclude=ATTEMPT).encode()).hexdigest()[:20]


def source_of_spec(spec: TransformSpec, models: Models) -> tuple[ModelSource, str]:
    """Return which model is meant, and what it is called."""
    if spec.endpoint is not None:
        source, label = models.answering(spec.endpoint)
        return source.model_copy(update={"trust": spec.trust}), label
    source = ModelSource(model=spec.model, run_id=spec.run_id, folder=spec.folder, trust=spec.trust)
    if spec.model is not None:
        return source, f"{spec.model.name} {spec.model.version}"
    return source, f"run {spec.run_id[:8]}" if spec.run_id is not None else str(spec.folder)


def output_of(spec: TransformSpec) -> str:
    """Return where the answers go: beside the rows, if nobody says otherwise."""
    path = Path(spec.source)
    return spec.output or path.with_name(f"{path.stem}.predictions.parquet").as_posix()
