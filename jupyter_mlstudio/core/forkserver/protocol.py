"""The messages between the fork server, those who ask it, and kernels: JSON, with open files beside it."""

import json
import os
import resource
import socket
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LARGEST = 1 << 20  # bytes of one message; the system's own limit is lower, and sending fails there
MOST_FILES = 8
ANSWER = 2.0  # seconds that a forked process may take to say that it lives
KERNEL = 6.0  # seconds that a kernel may take, if none waits and one is started
GO = b"go"

Message = dict[str, Any]  # JSON: whatever the verb needs


class UnreachableError(OSError):
    """The other side has gone, or answers nonsense."""


def channel() -> tuple[socket.socket, socket.socket]:
    """Return two connected ends; messages keep their borders."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(to: socket.socket, message: Mapping[str, Any], files: Sequence[int] = ()) -> None:
    """Send a message, and copies of open files with it."""
    socket.send_fds(to, [json.dumps(message).encode(errors="surrogateescape")], list(files))


def receive(source: socket.socket) -> tuple[Message, list[int]]:
    """Receive a message and the files that came with it, which the caller closes.

    Raises:
        UnreachableError: The other side has closed, or sent something else.
    """
    content, files, _, _ = socket.recv_fds(source, LARGEST, MOST_FILES)
    try:
        message = json.loads(content) if content else None
    except ValueError:
        message = None
    if not isinstance(message, dict):
        close(files)
        raise UnreachableError("The connection has ended.")
    return message, files


def close(files: Sequence[int]) -> None:
    """Close files that came with a message."""
    for file in files:
        os.close(file)


def peer(connection: socket.socket) -> tuple[int, int]:
    """Return process and user of the other side, as the system vouches for them."""
    size = struct.calcsize("3i")
    pid, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return pid, user


def surroundings(environment: Mapping[str, str], folder: str | None) -> Message:
    """Describe what a process started the ordinary way would inherit from this one."""
    limits = {str(kind): resource.getrlimit(kind) for kind in _LIMITS}
    return {"environment": dict(environment), "folder": folder or str(Path.cwd()), "umask": _umask(), "limits": limits}


def _umask() -> int:
    # asking for it through os.umask would change it for a moment, for all threads
    status = Path("/proc/self/status").read_text()
    return int(status.partition("Umask:")[2].split()[0], 8)


_LIMITS = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})
