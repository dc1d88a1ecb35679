"""The socket that an endpoint listens on."""

import errno
import socket
import time

PATIENCE = 10.0
"""How long a worker of a host that was killed may still hold the port."""


def listen(address: str, asked: int | None, former: int | None, killed: bool) -> socket.socket:
    """Listen on the port that was asked for, or else on the former one, or else on any that is free.

    Raises:
        OSError: The port that was asked for is taken, or not ours to take; the text says what to do.
    """
    patience = PATIENCE if killed else 0
    if asked is None:
        try:
            return _bound(address, former or 0, patience)
        except OSError:
            return _bound(address, 0, 0)
    try:
        return _bound(address, asked, patience if asked == former else 0)
    except PermissionError:
        raise OSError(f"Port {asked} is not ours to take. Choose one above 1023.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise OSError(f"Port {asked} of {address} cannot be used: {error.strerror}.") from None
        raise OSError(
            f"Port {asked} is in use by {_owner(asked)}. Choose another port, or none to get a free one."
        ) from None


def _bound(address: str, port: int, patience: float) -> socket.socket:
    deadline = time.monotonic() + patience
    while True:
        listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address, port))
            listening.listen(1024)
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
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
