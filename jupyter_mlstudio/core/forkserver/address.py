"""Where the fork server of an environment listens: one folder for one set of facts that imports depend on."""

import hashlib
import os
import platform
import site
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jupyter_mlstudio.core.forkserver.preload import PRELOAD

LONGEST = 72  # characters of the runtime folder's name; a socket's whole name may have 107
PREFIX = "mlstudio-"
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel without another wish draws with

# What the interpreter or a preloaded package reads once, when it starts or is imported.
_BEGINNINGS = (
    *("PYTHON", "LD_", "MALLOC_", "GLIBC_", "LC_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_", "BLIS_"),
    *("NUMEXPR_", "VECLIB_", "NVPL_", "NPY_", "NUMPY_", "PANDAS_", "SCIPY_", "SKLEARN_", "JOBLIB_", "LOKY_", "ARROW_"),
    *("JE_ARROW_", "MIMALLOC_", "MPL", "MATPLOTLIB", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "TF_", "XLA_", "TORCH_"),
    *("IPYTHON", "PYDEVD_", "DEBUGPY_", "CONDA_", "TQDM_", "PYDANTIC_"),
)
_NAMES = frozenset(
    (
        *("TZ", "LANG", "LANGUAGE", "HOME", "VIRTUAL_ENV", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"),
        *("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"),  # a batch job must not run in another one's share of the machine
    )
)
# What packages and kernels set for themselves, so that processes started from a notebook find the same fork server.
_SET_BY_IMPORTS = frozenset(
    (
        ("PYDEVD_USE_FRAME_EVAL", "NO"),
        ("KMP_DUPLICATE_LIB_OK", "True"),
        ("KMP_INIT_AT_FORK", "FALSE"),
        ("MPLBACKEND", INLINE),
    )
)
_CARRIED = ("PATH", "USER", "LOGNAME", "SHELL", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "TMPDIR")


@dataclass(frozen=True)
class Address:
    """The folder of one fork server and what lies in it."""

    folder: Path

    @property
    def socket(self) -> Path:
        """Where requests go; it exists once the imports are done."""
        return self.folder / "ask"

    @property
    def lock(self) -> Path:
        """Held by the one process that is, or is about to be, the fork server."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """What the fork server prints."""
        return self.folder / "log"

    @property
    def failed(self) -> Path:
        """Tells since when it cannot serve here, and why."""
        return self.folder / "failed"


def decisive(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that decide what an import does, so that processes may share one only if these are equal."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if (name in _NAMES or name.startswith(_BEGINNINGS)) and (name, value) not in _SET_BY_IMPORTS
    }


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the little that a fork server is started with: all its children could read it, so no secrets."""
    carried = {name: environment[name] for name in _CARRIED if name in environment}
    return {**carried, **decisive(environment)}


def address(environment: Mapping[str, str]) -> Address | None:
    """Return where the fork server for a process with this environment listens, or None if there can be none."""
    if not sys.platform.startswith("linux") or not hasattr(os, "pidfd_open"):
        return None
    folder = runtime_folder()
    if len(str(folder)) > LONGEST:
        return None
    facts = (_of_this_machine(), PRELOAD, _packages(), sorted(decisive(environment).items()))
    return Address(folder / f"{PREFIX}{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}")


def runtime_folder() -> Path:
    """Return the user's folder for sockets and the like."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def _of_this_machine() -> tuple[object, ...]:
    # the folder may be shared between machines and containers, which cannot fork for one another
    processes = Path("/proc/self/ns/pid").stat().st_ino
    return (sys.executable, sys.prefix, sys.version, os.getuid(), platform.node(), processes)


def _packages() -> tuple[tuple[str, int], ...]:
    # remembered for as long as a process might start many others
    return _packages_at(int(time.monotonic() / _REMEMBERED))


@lru_cache(maxsize=1)
def _packages_at(_: int) -> tuple[tuple[str, int], ...]:
    return tuple(_stamps())


def _stamps() -> Iterator[tuple[str, int]]:
    """Yield what changes when a package is installed or removed, or when the fork server's own code is edited."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    yield from ((folder, Path(folder).stat().st_mtime_ns) for folder in folders if Path(folder).is_dir())
    with os.scandir(Path(__file__).parent) as entries:
        yield from sorted((entry.path, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(".py"))


_REMEMBERED = 2.0  # seconds
