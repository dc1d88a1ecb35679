"""What a run was made with: Python, packages, machine; never the values of variables that could be secret."""

import os
import platform
import sys
from functools import lru_cache
from typing import Any

from jupyter_mlstudio.experiments.provenance.secrets import redacted

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
        name = item.metadata["Name"] or ""
        if name and name.lower() not in found:  # of two, Python imports the one that it finds first
            found[name.lower()] = [name, item.version]
    return [found[name] for name in sorted(found)]


def requirements(described: dict[str, Any]) -> str:
    """Write the packages of an environment in the form that pip installs from."""
    lines = [f"{name}=={version}" for name, version in described.get("packages", ())]
    return "\n".join([f"# Python {described.get('python')}", *lines]) + "\n"
