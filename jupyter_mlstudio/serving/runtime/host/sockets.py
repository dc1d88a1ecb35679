"""The sockets that endpoints listen on, and those over which the host talks to workers."""

import errno
import socket
from pathlib import Path

WAITING = 1024
"""How many connections may wait for somebody to accept them."""


def listen(address: str, asked: int | None, former: int | None) -> socket.socket:
    """Listen on the port that was asked for, or else on the former one, or else on any that is free.

    Raises:
        OSError: The port that was asked for is taken, or not ours to take; the text says what to do.
    """
    if asked is None:
        try:
            return _bound(address, former or 0)
        except OSError:
            return _bound(address, 0)
    try:
        return _bound(address, asked)
    except PermissionError:
        raise OSError(f"Port {asked} is not ours to take. Choose one above 1023.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise OSError(f"Port {asked} of {address} cannot be used: {error.strerror}.") from None
        raise OSError(
            f"Port {asked} is in use by {_owner(asked)}. Choose another port, or none to get a free one."
        ) from None


def listen_locally(path: Path) -> socket.socket:
    """Listen where only this user can reach it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(8)
    except OSError:
        listening.close()
        raise
    return listening


def connect_locally(path: Path) -> socket.socket | None:
    """Connect to a socket of `listen_locally`; None if nobody listens there."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _bound(address: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(WAITING)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _owner(port: int) -> str:
    import psutil

    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.pid and connection.laddr[1:2] == (port,):
                return f"another program ({psutil.Process(connection.pid).name()}, process {connection.pid})"
    except psutil.Error:
        pass
    return "another program"
