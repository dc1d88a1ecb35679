"""Reads what a model folder says about itself; runs nothing of it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

OWN = "mlstudio"
"""The flavor of a folder that holds one model file and what is known of it; `format` and `file` say what it is."""
FREE = frozenset({"skops", "onnx", "xgboost", "lightgbm", "catboost"})
"""Formats that run no code when they are loaded, as long as only vetted classes are taken from a skops file."""


class NoModelError(Exception):
    """A folder that holds no model; the text says what is wrong."""


@dataclass(frozen=True)
class Field:
    """A column, or a tensor, that goes into a model or comes out of it."""

    name: str | None
    type: str
    required: bool
    dtype: str = ""
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class ModelFile:
    """The file `MLmodel` of a model folder."""

    folder: Path
    flavors: dict[str, dict[str, Any]]
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    example: dict[str, Any] | None
    run_id: str | None

    @property
    def format(self) -> str:
        """How the model was written: skops, cloudpickle, pickle, a format of `FREE`; "code" for what MLflow loads."""
        if OWN in self.flavors:
            return str(self.flavors[OWN].get("format"))
        sklearn = self.flavors.get("sklearn")
        return "code" if sklearn is None else str(sklearn.get("serialization_format") or "pickle")

    @property
    def method(self) -> str:
        """The method that answers when nobody asks for another."""
        return str(self.flavors.get("python_function", {}).get("predict_fn") or "predict")

    def plain(self) -> dict[str, Any]:
        """Write it as plain values, for `of_plain`: a worker then needs no YAML."""
        return {**asdict(self), "folder": str(self.folder)}

    @classmethod
    def of_plain(cls, content: dict[str, Any]) -> Self:
        """Read it from plain values."""
        fields = {
            name: tuple(Field(**{**each, "shape": tuple(each["shape"])}) for each in content[name])
            for name in ("inputs", "outputs")
        }
        return cls(**{**content, **fields, "folder": Path(content["folder"])})

    def example_rows(self) -> list[dict[str, Any]]:
        """Return the input example row by row; empty if there is none, or if it is no table."""
        content = self._example("artifact_path")
        if isinstance(content, dict) and "columns" in content and "data" in content:
            return [dict(zip(map(str, content["columns"]), row, strict=False)) for row in content["data"]]
        if isinstance(content, list) and all(isinstance(row, dict) for row in content):
            return content
        return []

    def example_request(self) -> dict[str, Any] | None:
        """Return the input example as a request of MLflow's protocol, if the model was saved with one."""
        content = self._example("serving_input_path")
        return content if isinstance(content, dict) else None

    def _example(self, name: str) -> Any:
        """Read a file of the example; MLflow writes NaN for what is missing, which is null in JSON."""
        path = self.folder / str((self.example or {}).get(name, ""))
        if not path.is_file():
            return None
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda _: None)


def read(folder: Path) -> ModelFile:
    """Read the file `MLmodel` of a folder.

    Raises:
        NoModelError: There is none, or it cannot be read.
    """
    import yaml

    try:
        content = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
        signature = content.get("signature") or {}
        return ModelFile(
            folder=folder,
            flavors=dict(content["flavors"]),
            inputs=_fields(signature.get("inputs")),
            outputs=_fields(signature.get("outputs")),
            example=content.get("saved_input_example_info"),
            run_id=content.get("run_id"),
        )
    except FileNotFoundError:
        raise NoModelError("The folder holds no MLmodel file, so it is no MLflow model.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise NoModelError(f"The MLmodel file cannot be read: {error}") from error


def _fields(text: str | None) -> tuple[Field, ...]:
    return tuple(_field(item) for item in json.loads(text)) if text else ()


def _field(item: dict[str, Any]) -> Field:
    tensor = item.get("tensor-spec")
    if tensor is not None:
        return Field(item.get("name"), "tensor", True, str(tensor["dtype"]), tuple(tensor["shape"]))
    return Field(item.get("name"), str(item["type"]), bool(item.get("required", True)))
