"""What the fork server does beside forking: listens, measures itself, looks around, cleans up."""

import fcntl
import os
import socket
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from jupyter_mlstudio.core.forkserver.address import PREFIX, Address

BACKLOG = 128


def listen(path: Path) -> socket.socket:
    """Listen on a socket that only this user can reach, and that appears only once it answers."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    listener.bind(str(part))
    part.chmod(0o600)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    part.rename(path)
    return listener


def shadows(folder: Path, modules: Mapping[str, str]) -> list[str]:
    """Return what a kernel in this folder would find there in place of an imported module, given their files."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.removesuffix(".py")
            if entry.name == "matplotlibrc" or (name in modules and _is_another(entry, modules[name])):
                found.append(entry.name)
    return found


def _is_another(entry: os.DirEntry[str], imported: str) -> bool:
    file = Path(entry.path, "__init__.py") if entry.is_dir() else Path(entry.path)
    return file.suffix == ".py" and file.exists() and file.resolve() != Path(imported).resolve()


def memory() -> int:
    """Return how many bytes this process holds, shared ones included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def sweep(here: Address) -> None:
    """Remove what dead fork servers and kernels have left, here and beside."""
    for folder in here.folder.parent.glob(f"{PREFIX}*"):
        if folder == here.folder or _abandoned(folder):
            _remove_dead_sockets(folder)
        if folder != here.folder and _abandoned(folder) and not any(_sockets(folder)):
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            folder.rmdir()


def _abandoned(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _YOUNG:
            return False
        with (folder / "lock").open("r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:
        return False


def _sockets(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if stat.S_ISSOCK(file.lstat().st_mode)]


def _remove_dead_sockets(folder: Path) -> None:
    for file in _sockets(folder):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            try:
                probe.connect(str(file))
            except ConnectionRefusedError:
                file.unlink(missing_ok=True)
            except OSError:
                continue


_YOUNG = 60.0  # seconds in which somebody may be about to use a folder
