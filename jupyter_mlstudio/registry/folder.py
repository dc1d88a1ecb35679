"""What a model folder says about itself; runs nothing of it, and imports no engine."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FREE = frozenset({"skops", "onnx", "xgboost", "lightgbm", "catboost"})
"""Forms that run no code when they are loaded."""

LARGEST = 2_000_000
"""Bytes of a text that is read from a model folder."""


class Column(NamedTuple):
    """A column that a model takes or answers with."""

    name: str
    type: str
    required: bool


class Folder(NamedTuple):
    """What is known from a model folder."""

    flavors: dict[str, str]
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    example: str
    requirements: tuple[str, ...]
    python: str
    size: int
    pickled: bool


NOTHING = Folder({}, (), (), "", (), "", 0, True)


def read(folder: Path | None) -> Folder:
    """Read a model folder; one that cannot be read says nothing."""
    if folder is None or not (folder / "MLmodel").is_file():
        return NOTHING
    content = described(folder / "MLmodel")
    flavors = _mapping(content.get("flavors"))
    return Folder(
        flavors={name: _version_of(name, _mapping(flavor)) for name, flavor in flavors.items()},
        inputs=_columns(_mapping(content.get("signature")).get("inputs")),
        outputs=_columns(_mapping(content.get("signature")).get("outputs")),
        example=_example(folder, _mapping(content.get("saved_input_example_info"))),
        requirements=_requirements(folder / "requirements.txt"),
        python=str(_mapping(flavors.get("python_function")).get("python_version") or ""),
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        pickled=is_pickled(flavors),
    )


def described(file: Path) -> dict[str, Any]:
    """Read the file `MLmodel`; one that is no YAML of a mapping says nothing."""
    import yaml

    try:
        return _mapping(yaml.safe_load(_text(file)))
    except yaml.YAMLError:
        return {}


def is_pickled(flavors: dict[str, Any]) -> bool:
    """Tell whether loading a model of these flavors can run code that came with it."""
    form = _mapping(flavors.get("mlstudio")).get("format") or _mapping(flavors.get("sklearn")).get(
        "serialization_format"
    )
    return str(form) not in FREE


def _version_of(name: str, flavor: dict[str, Any]) -> str:
    found = (value for key, value in flavor.items() if key.endswith("_version") and key != "python_version")
    return str(next(found, "") or "") if name != "python_function" else ""


def _columns(text: object) -> tuple[Column, ...]:
    try:
        items = json.loads(str(text)) if text else []
        return tuple(_column(item, place) for place, item in enumerate(items))
    except (ValueError, TypeError, AttributeError, KeyError):
        return ()


def _column(item: dict[str, Any], place: int) -> Column:
    tensor = item.get("tensor-spec")
    kind = f"{tensor['dtype']} {tensor['shape']}" if isinstance(tensor, dict) else str(item.get("type", ""))
    return Column(str(item.get("name") or place), kind, bool(item.get("required", True)))


def _example(folder: Path, named: dict[str, Any]) -> str:
    path = (folder / str(named.get("artifact_path", ""))).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return ""
    try:
        return json.dumps(_rows(json.loads(_text(path), parse_constant=lambda _: None)), indent=1, ensure_ascii=False)
    except ValueError:
        return ""


def _rows(content: Any) -> Any:
    """Return the first rows of an example, row by row if it is a table."""
    if isinstance(content, dict) and isinstance(content.get("data"), list) and "columns" in content:
        return [dict(zip(map(str, content["columns"]), row, strict=False)) for row in content["data"][:1]]
    return content[:1] if isinstance(content, list) else content


def _requirements(file: Path) -> tuple[str, ...]:
    lines = (line.strip() for line in _text(file).splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _text(file: Path) -> str:
    if not file.is_file() or file.stat().st_size > LARGEST:
        return ""
    return file.read_text(encoding="utf-8", errors="replace")


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
