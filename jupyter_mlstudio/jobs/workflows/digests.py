"""Digests of files and of environments; a file that has not changed is read once."""

import re
from hashlib import file_digest, sha256
from pathlib import Path
from sys import executable
from threading import Lock
from typing import Any

_seen: dict[tuple[int, int, int, int], str] = {}
_environments: dict[tuple[str, ...], tuple[float, str]] = {}
_lock = Lock()
MOST = 50_000  # files whose digests are remembered
_VERSIONED = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.(?:dist-info|egg-info)")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and digests of what a folder holds."""
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file())
        text = "\n".join(f"{each.relative_to(path).as_posix()} {digest_of(each)}" for each in inside)
        return sha256(text.encode()).hexdigest()
    status = path.stat()
    key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    known = _seen.get(key)
    if known is None:
        with path.open("rb") as file:
            known = file_digest(file, "sha256").hexdigest()
        with _lock:
            if len(_seen) >= MOST:
                _seen.clear()
            _seen[key] = known
    return known


def text_digest(text: str) -> str:
    """Return a short digest of a text."""
    return sha256(text.encode()).hexdigest()[:16]


def packages_of(kernel: str) -> dict[str, str]:
    """Return the packages of a kernel's environment with their versions, as their folders tell; empty if unknown."""
    found: dict[str, str] = {}
    for folder in _folders(kernel):
        for path in folder.iterdir():
            match = _VERSIONED.fullmatch(path.name)
            if match is not None:
                found.setdefault(match["name"].lower().replace("_", "-"), match["version"])
    return found


def environment_digest(kernel: str) -> str:
    """Return a digest of the installed packages of a kernel's environment; looked up again when a folder changes."""
    folders = _folders(kernel)
    key = (kernel, *map(str, folders))
    stamp = sum(folder.stat().st_mtime for folder in folders)
    known = _environments.get(key)
    if known is None or known[0] != stamp:
        listing = "\n".join(f"{name}=={version}" for name, version in sorted(packages_of(kernel).items()))
        known = _environments[key] = (stamp, sha256(listing.encode()).hexdigest()[:16])
    return known[1]


def _folders(kernel: str) -> list[Path]:
    """Return where the packages of a kernel's interpreter are."""
    interpreter = Path(_interpreter(kernel))
    prefix = interpreter.parent.parent if interpreter.is_absolute() else Path(executable).parent.parent
    return sorted(prefix.glob("lib/python3*/site-packages")) or sorted(prefix.glob("Lib/site-packages"))


_interpreters: dict[str, str] = {}


def _interpreter(kernel: str) -> str:
    if kernel not in _interpreters:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        try:
            spec: Any = KernelSpecManager().get_kernel_spec(kernel)
        except NoSuchKernel:
            return executable
        first = str(spec.argv[0]) if spec.argv else ""
        _interpreters[kernel] = first if Path(first).is_absolute() else executable
    return _interpreters[kernel]
