"""Calls a Python function in the kernel of a job, with tables as frames, and hands on what it returns."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.outputs import give
from jupyter_mlstudio.jobs.workflows.functions import target_of


def call(function: str, parameters: Mapping[str, Any], *, tables: Sequence[str] = ()) -> Any:
    """Call a function; what it returns becomes the outputs of the job.

    The items of a dictionary become outputs under their names; anything else becomes the output `result`.

    Args:
        function: `path/to/file.py:name` or `module:name`.
        parameters: What it is given.
        tables: Names of parameters that are paths of tables: the function gets a pandas DataFrame, or what its
            annotation says: a Polars DataFrame, or the path itself.
    """
    target = _loaded(function)
    hints = _hints(target)
    given = {name: _table(value, hints.get(name)) if name in tables else value for name, value in parameters.items()}
    result = target(**given)
    project = Path(os.environ.get("MLSTUDIO_PROJECT", "."))
    for name, value in (result if _named(result) else {"result": result}).items():
        give(project.resolve(), name, value)
    return result


def _named(result: object) -> bool:
    return isinstance(result, dict) and all(isinstance(name, str) and name.isidentifier() for name in result)


def _loaded(function: str) -> Any:
    target = target_of(function)
    sys.path.insert(0, str(Path.cwd()))
    if target.file is None:
        module = importlib.import_module(str(target.module))
    else:
        path = Path(target.file).resolve()
        sys.path.insert(0, str(path.parent))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise InvalidError(f"function: {target.file!r} is no Python file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    if not hasattr(module, target.name):
        raise InvalidError(f"function: {target.file or target.module!r} defines no {target.name!r}.")
    return getattr(module, target.name)


def _hints(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except (NameError, TypeError):
        return {}


def _table(value: Any, hint: Any) -> Any:
    if isinstance(value, list):
        return [_table(item, None) for item in value]
    if hint is str or hint is Path:
        return hint(value)
    if getattr(hint, "__module__", "").partition(".")[0] == "polars":
        import polars as pl

        return pl.read_parquet(value)
    import pandas as pd

    return pd.read_parquet(value)


def script(path: str) -> dict[str, Any]:
    """Run a Python script from top to bottom, as a node of a workflow; its plain variables are handed on."""
    import runpy

    sys.path.insert(0, str(Path(path).resolve().parent))
    names = runpy.run_path(path, run_name="__main__")
    plain = (bool, int, float, str)
    return {name: value for name, value in names.items() if isinstance(value, plain) and not name.startswith("_")}
