"""What a run was made with: Python, packages, machine; never the values of variables that could be secret."""

import os
import platform
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.experiments.provenance.secrets import redacted

if TYPE_CHECKING:
    from importlib.metadata import Distribution

ALLOWED = (
    "CONDA_DEFAULT_ENV", "CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG", "KERAS_BACKEND", "LANG", "LC_ALL",
    "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED", "TZ",
    "TF_DETERMINISTIC_OPS",
)  # fmt: skip
"""Variables that change what comes out, and that nobody keeps a secret in. All others are not even named."""


def environment(kernel: str | None) -> dict[str, Any]:
    """Describe what this process works with; the packages are looked for once a process."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "executable": sys.executable,
        "kernel": kernel,
        "packages": packages(tuple(sys.path)),
        "variables": {name: redacted(os.environ[name]) for name in ALLOWED if name in os.environ},
    }


@lru_cache(maxsize=4)
def packages(_: tuple[str, ...]) -> list[list[str]]:
    """List the installed packages with their versions; the path is what they are found on."""
    from importlib.metadata import distributions

    found: dict[str, list[str]] = {}
    for item in distributions():
        name, version = _named(item)
        if name and name.lower() not in found:  # of two, Python imports the one that it finds first
            found[name.lower()] = [name, version]
    return [found[name] for name in sorted(found)]


def _named(item: "Distribution") -> tuple[str, str]:
    """Return name and version; their folder tells them a hundred times as quickly as what is written in it."""
    folder = getattr(getattr(item, "_path", None), "name", "")
    name, dash, version = folder.removesuffix(".dist-info").partition("-")
    if folder.endswith(".dist-info") and dash and version:
        return name.replace("_", "-"), version
    return item.metadata["Name"] or "", item.version


def requirements(described: dict[str, Any]) -> str:
    """Write the packages of an environment in the form that pip installs from."""
    lines = [f"{name}=={version}" for name, version in described.get("packages", ())]
    return "\n".join([f"# Python {described.get('python')}", *lines]) + "\n"
