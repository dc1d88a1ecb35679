"""Loads a model folder and predicts with it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import ModelFile, NoModelError, read
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.vetting import load_vetted

METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")


class Model:
    """A loaded model. One thread at a time may use it."""

    def __init__(self, file: ModelFile, loaded: Any, methods: Sequence[str], platform: str) -> None:
        self.file, self.methods, self.platform = file, tuple(methods), platform
        self._loaded = loaded

    def predict(self, frame: Any, params: dict[str, Any]) -> Any:
        """Answer for a table with whatever the model answers: an array, a table, a list.

        Raises:
            RefusedError: A parameter is not known, or the model itself found the values wrong.
        """
        method, rest = self._method(params)
        try:
            if rest:
                return self._loaded.predict(frame, params=rest)
            return getattr(self._loaded, method)(frame)
        except (ValueError, KeyError) as error:
            raise RefusedError(
                "model_refused", f"The model could not use these values: {_first_line(error)}"
            ) from error

    def _method(self, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        rest = dict(params)
        method = rest.pop("predict_method", self.methods[0])
        if method not in self.methods:
            told = f"params: the model has no predict_method {method!r}; it has {', '.join(self.methods)}."
            raise RefusedError("unknown_method", told, expected=list(self.methods))
        if rest and self.platform == "sklearn":
            told = f"params: {next(iter(rest))!r} is not known. Only predict_method can be given."
            raise RefusedError("unknown_parameter", told, expected=["predict_method"])
        return method, rest


def load(folder: Path, *, trusted: bool, project: Path) -> Model:
    """Load a model folder, with as little imported as it needs.

    Args:
        folder: Where its MLmodel file lies.
        trusted: Whether loading may run its code. Otherwise only skops files of vetted classes load.
        project: Modules in it can be imported by trusted models, as they could where the model was trained.

    Raises:
        NoModelError: It cannot be loaded; the text says why.
    """
    file = read(folder)
    if not trusted and file.format != "skops":
        raise NoModelError("The model is from elsewhere, and loading it can run its code. Deploy it again with trust.")
    if trusted:
        sys.path.append(str(project))
        sys.path[:0] = [str(folder / str(code)) for code in _code_folders(file)]
    if "sklearn" in file.flavors:
        return _sklearn(file, _unpickled(file, trusted=trusted))
    return Model(file, _pyfunc(folder), ["predict"], "mlflow")


def _unpickled(file: ModelFile, *, trusted: bool) -> Any:
    path = file.folder / str(file.flavors["sklearn"]["pickled_model"])
    if not path.resolve().is_relative_to(file.folder.resolve()):
        raise NoModelError("The MLmodel file names a file outside its folder.")
    if file.format == "skops":
        if not trusted:
            return load_vetted(path)
        import skops.io

        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    import cloudpickle

    with path.open("rb") as stream:
        return cloudpickle.load(stream)


def _sklearn(file: ModelFile, loaded: Any) -> Model:
    found = [name for name in METHODS if hasattr(loaded, name)]
    if file.method not in found:
        raise NoModelError(f"The model has no method {file.method!r}; it is a {type(loaded).__name__}.")
    return Model(file, loaded, [file.method, *(name for name in found if name != file.method)], "sklearn")


def _pyfunc(folder: Path) -> Any:
    import mlflow.pyfunc

    return mlflow.pyfunc.load_model(str(folder))


def _code_folders(file: ModelFile) -> list[Any]:
    codes = (flavor.get("code") for flavor in file.flavors.values())
    return sorted({str(code) for code in codes if isinstance(code, str)})


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
