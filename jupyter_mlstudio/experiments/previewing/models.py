"""What a saved model tells of itself: its MLmodel file, read as text. Nothing of the model is loaded or run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.experiments.previewing.types import ArtifactPreview, ModelDescription, ModelField

PURE = "python_function"
"""The flavor that every model of Python has beside that of its library."""


def described(path: str, file: Callable[[str], Path], look: Callable[[str], ArtifactPreview]) -> ModelDescription:
    """Describe the model in a folder, given what finds a file there and what looks into it.

    Raises:
        NotFoundError: The folder holds no model.
        InvalidError: What it says of itself cannot be read.
    """
    told = _read(file(f"{path}/MLmodel"))
    flavors = _mapping(told.get("flavors"))
    signature = _mapping(told.get("signature"))
    return ModelDescription(
        path=path,
        flavors=[name for name in flavors if name != PURE] or list(flavors),
        version=_version(flavors),
        python=_text(_mapping(flavors.get(PURE)).get("python_version")),
        size=_whole(told.get("model_size_bytes")),
        inputs=_fields(signature.get("inputs")),
        outputs=_fields(signature.get("outputs")),
        params=_fields(signature.get("params")),
        example=_example(path, _mapping(told.get("saved_input_example_info")), look),
        requirements=_requirements(path, file),
    )


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        return _mapping(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidError(f"The model's file {file.name!r} cannot be read: {error}.", code="unreadable") from error


def _example(path: str, told: dict[str, Any], look: Callable[[str], ArtifactPreview]) -> ArtifactPreview | None:
    name = _text(told.get("artifact_path"))
    try:
        return look(f"{path}/{name}") if name else None
    except NotFoundError:
        return None


def _requirements(path: str, file: Callable[[str], Path]) -> list[str]:
    try:
        lines = file(f"{path}/requirements.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    except NotFoundError:
        return []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _fields(told: object) -> list[ModelField]:
    try:
        items = json.loads(told) if isinstance(told, str) else []
    except ValueError:
        return []
    return [_field(item) for item in items if isinstance(item, dict)]


def _field(item: dict[str, Any]) -> ModelField:
    tensor = _mapping(item.get("tensor-spec"))
    shape = " x ".join("any" if size == -1 else str(size) for size in tensor.get("shape", []))
    kind = f"{tensor.get('dtype', '')} [{shape}]" if tensor else _kind(item)
    given = item.get("default")
    return ModelField(
        name=str(item.get("name") or ""),
        type=kind,
        required=bool(item.get("required", "default" not in item)),
        default=None if given is None else str(given),
    )


def _kind(item: dict[str, Any]) -> str:
    kind = str(item.get("type", ""))
    inner = item.get("items")
    return f"{kind} of {_kind(inner)}" if isinstance(inner, dict) else kind


def _version(flavors: dict[str, Any]) -> str | None:
    """Return the library and its version, which a flavor keeps under a name of its own."""
    for name, flavor in flavors.items():
        for key, value in _mapping(flavor).items():
            if name != PURE and key.endswith("_version"):
                return f"{key.removesuffix('_version')} {value}"
    return None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
