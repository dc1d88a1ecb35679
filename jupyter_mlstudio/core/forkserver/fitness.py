"""Whether a kernel may be a warm one: only where nobody could tell it from one that was started the ordinary way."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.forkserver.address import INLINE, address

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec

PROVISIONER = "mlstudio-warm"


def can_be_warm(kernel_spec: "KernelSpec", environment: Mapping[str, str]) -> bool:
    """Tell whether kernels of this spec, started with this environment, may come from the fork server."""
    plain = _is_own_kernel(kernel_spec.argv, "{connection_file}") and not kernel_spec.env
    return plain and kernel_spec.interrupt_mode == "signal" and _is_own(kernel_spec) and fits(environment)


def use_warm(kernel_manager: Any) -> bool:
    """Let a kernel manager that has not started its kernel yet take a warm one, if that may be; tell whether."""
    spec = kernel_manager.kernel_spec
    if spec is None or kernel_manager.provisioner is not None or not can_be_warm(spec, os.environ):
        return False
    spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}}
    return True


def is_plain(command: Sequence[str], options: Mapping[str, Any]) -> bool:
    """Tell whether a kernel's formatted command and start options hold nothing that a warm kernel cannot have."""
    known = {"env", "cwd", "independent", "stdin", "stdout", "stderr", "kernel_id", "kernel_name", "path", "session_id"}
    streams = (options.get("stdout"), options.get("stderr"))
    files = all(
        stream is None or hasattr(stream, "fileno") or (isinstance(stream, int) and stream >= 0) for stream in streams
    )
    ours = len(command) > 0 and _is_own_kernel(command, command[-1])
    return ours and set(options) <= known and files and options.get("stdin") is None


def fits(environment: Mapping[str, str]) -> bool:
    """Tell whether the fork server has, or would have, what a kernel with this environment finds when it starts."""
    plain = environment.get("MPLBACKEND") in (None, "", INLINE) and not environment.get("PYTHONSTARTUP")
    return plain and address(environment) is not None and not any(_settings(environment))


def _is_own_kernel(command: Sequence[str], last: str) -> bool:
    if list(command[1:]) != ["-m", "ipykernel_launcher", "-f", last]:
        return False
    version = sys.version_info
    names = ("python", f"python{version.major}", f"python{version.major}.{version.minor}")
    return command[0] in names or Path(command[0]).absolute() == Path(sys.executable).absolute()  # links count


def _is_own(kernel_spec: "KernelSpec") -> bool:
    chosen = kernel_spec.metadata.get("kernel_provisioner", {}).get("provisioner_name")
    return chosen in (None, "local-provisioner", PROVISIONER)


def _settings(environment: Mapping[str, str]) -> list[Path]:
    """Find the user's own settings and start-up files of IPython, which a kernel must read for itself."""
    home = Path(environment.get("IPYTHONDIR") or Path(environment.get("HOME", "/"), ".ipython"))
    profile = home / "profile_default"
    folders = (profile, Path(sys.prefix, "etc", "ipython"), Path("/etc/ipython"), Path("/usr/local/etc/ipython"))
    found: list[Path] = []
    for folder in folders:
        with suppress(OSError):
            found += [file for file in folder.iterdir() if file.name.startswith("ipython_") and "_config." in file.name]
            found += [file for file in folder.iterdir() if file.name in ("ipython_config.py", "ipython_config.json")]
    with suppress(OSError):
        found += [file for file in (profile / "startup").iterdir() if file.suffix in (".py", ".ipy")]
    return found
