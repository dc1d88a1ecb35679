"""The fork server: `python -m jupyter_mlstudio.core.forkserver.server FOLDER`.

It imports what notebooks import, then waits on a socket and forks: runners, which somebody names, and kernels. It has
one thread, runs nobody's code, and ends when nobody asks for a while. What it has forked lives on without it.
"""

import fcntl
import gc
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from jupyter_mlstudio.core.forkserver import child, tidy
from jupyter_mlstudio.core.forkserver.address import Address, address
from jupyter_mlstudio.core.forkserver.pool import Claim, Member, Pool
from jupyter_mlstudio.core.forkserver.preload import Preloaded, TooManyThreadsError, preload, threads
from jupyter_mlstudio.core.forkserver.protocol import Message, channel, close, peer, receive, send
from jupyter_mlstudio.core.types import now

IDLE = 15 * 60.0  # seconds without a request after which the server ends
TICK = 2.0  # seconds between looks at what has waited too long
CHECK = 30.0  # seconds between looks at whether packages have changed
STREAMS = 2  # what a kernel prints to
ENDINGS = 500  # exit codes remembered

log = child.LOG
Work = Callable[[], None]


class Server:
    """Answers requests; in a forked child `serve` returns what the child has to do."""

    def __init__(self, here: Address, preloaded: Preloaded, listener: socket.socket) -> None:
        self._here, self._preloaded, self._listener = here, preloaded, listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._pool = Pool(self._fork_kernel, here.folder, self._selector)
        self._children: dict[int, tuple[int, Member | None]] = {}
        self._endings: dict[int, int] = {}
        self._connections: set[socket.socket] = set()
        self._work: Work | None = None
        self._started_at, self._asked, self._checked = now(), time.monotonic(), time.monotonic()
        self._started, self._stopping = 0, False
        self._environment = dict(os.environ)

    def serve(self) -> Work | None:
        """Answer until nobody asks any more, or this is a child with work of its own."""
        while not self._finished():
            for key, _ in self._selector.select(TICK):
                self._handle(key.data)
                if self._work is not None:
                    return self._work
            self._pool.tidy()
            if self._pool.fill():
                return self._work
        return None

    def close(self) -> None:
        """Stop listening and let waiting kernels end."""
        self._here.socket.unlink(missing_ok=True)
        for member in list(self._pool.members):
            self._pool.lose(member)
        self._leave()

    def _finished(self) -> bool:
        moment = time.monotonic()
        if moment - self._checked > CHECK:
            self._checked = moment
            if address(self._environment) != self._here or not self._here.socket.exists():
                log.info("Packages have changed: another fork server takes over.")
                return True
        return self._stopping or moment - self._asked > IDLE

    def _handle(self, event: Callable[[], None]) -> None:
        try:
            event()
        except Exception:  # whatever one request does, the others are served
            log.exception("An event could not be handled.")

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            if peer(connection)[1] != os.getuid():
                connection.close()
                return
            connection.setblocking(False)
            self._connections.add(connection)
            self._selector.register(connection, selectors.EVENT_READ, partial(self._heard, connection))

    def _heard(self, connection: socket.socket) -> None:
        try:
            asked, files = receive(connection)
        except OSError:
            self._hang_up(connection)
            return
        self._asked = time.monotonic()
        try:
            self._answer(connection, asked, files)
        except (OSError, KeyError, ValueError, TooManyThreadsError) as error:
            log.warning("A request failed.", exc_info=True)
            with suppress(OSError):
                send(connection, {"refused": str(error)})
            self._hang_up(connection)

    def _answer(self, connection: socket.socket, asked: Message, files: list[int]) -> None:
        verb = asked["verb"]
        if verb == "run":
            self._run(connection, asked, files)
        elif verb == "kernel":
            self._claim(connection, asked, files)
        elif verb == "ending":
            send(connection, {"code": self._endings.get(asked["pid"])})
        elif verb == "status":
            send(connection, self._status())
        elif verb == "stop":
            self._stopping = True
            send(connection, {"pid": os.getpid()})

    def _claim(self, connection: socket.socket, asked: Message, files: list[int]) -> None:
        own = tidy.shadows(Path(asked["folder"]), self._preloaded.added)
        if own or len(files) != STREAMS + asked["leased"]:
            close(files)
            raise ValueError(f"The folder has modules of its own: {', '.join(own)}.")
        self._selector.unregister(connection)
        self._connections.discard(connection)
        self._pool.claim(Claim(asked, connection, files))

    def _run(self, connection: socket.socket, asked: Message, files: list[int]) -> None:
        self._started += 1
        if self._fork() == 0:
            connection.setblocking(True)
            self._connections.discard(connection)
            self._leave()
            self._work = partial(child.run, asked, connection, files, self._preloaded)
            return
        close(files)
        self._hang_up(connection)

    def _fork_kernel(self, connection: Message) -> Member | None:
        ours, theirs = channel()
        pid = self._fork()
        if pid == 0:
            ours.close()
            self._leave()
            self._work = partial(_kernel, theirs, connection, self._preloaded)
            return None
        theirs.close()
        member = Member(pid, ours, connection)
        for other, (handle, earlier) in self._children.items():
            if earlier is not None and earlier.files() == member.files():  # it was restarted: the names live on
                self._children[other] = (handle, None)
        self._children[pid] = (self._children[pid][0], member)
        return member

    def _fork(self) -> int:
        if threads() > 1:
            raise TooManyThreadsError("The fork server has more than one thread.")
        pid = os.fork()
        if pid:
            handle = os.pidfd_open(pid)
            self._children[pid] = (handle, None)
            self._selector.register(handle, selectors.EVENT_READ, partial(self._reap, pid))
        return pid

    def _reap(self, pid: int) -> None:
        handle, member = self._children.pop(pid)
        self._selector.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(pid, 0)
        self._endings[pid] = os.waitstatus_to_exitcode(status)
        while len(self._endings) > ENDINGS:
            del self._endings[next(iter(self._endings))]
        for file in member.files() if member else ():
            file.unlink(missing_ok=True)

    def _hang_up(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        self._connections.discard(connection)
        connection.close()

    def _leave(self) -> None:
        """Close, in a child or at the end, everything that belongs to the server."""
        handles = [handle for handle, _ in self._children.values()]
        self._selector.close()
        for each in (self._listener, *self._connections, *self._pool.sockets()):
            each.close()
        close([*handles, *self._pool.claim_files()])

    def _status(self) -> Message:
        members = self._pool.members
        return {
            "pid": os.getpid(),
            "started_at": self._started_at.isoformat(),
            "memory": tidy.memory(),
            "waiting": sum(member.ready for member in members),
            "booting": sum(not member.ready for member in members),
            "claimed": self._pool.claimed,
            "started": self._started,
            "living": len(self._children),
            "preloaded": len(sys.modules),
        }


def _kernel(server: socket.socket, connection: Message, preloaded: Preloaded) -> None:
    from jupyter_mlstudio.core.forkserver.kernels import kernel

    kernel(server, connection, preloaded)


def main() -> None:
    """Become the fork server of a folder, unless there is one."""
    here = Address(Path(sys.argv[1]))
    _log_to_stderr()
    here.folder.chmod(0o700)  # fails if it is somebody else's; kernels will listen in it
    os.chdir(here.folder)
    lock = os.open(here.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # this kind of lock is the process's own: forked children do not share it
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    work = _serve(here)
    if work is not None:
        os.close(lock)
        gc.enable()
        work()


def _log_to_stderr() -> None:
    # not the root logger, which children must find as Python makes it
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    child.LOG.addHandler(handler)
    child.LOG.setLevel(logging.INFO)


def _serve(here: Address) -> Work | None:
    del sys.path[0]  # the folder that this process was started in is nobody's
    tidy.sweep(here)
    here.socket.unlink(missing_ok=True)
    begun = time.monotonic()
    gc.disable()
    try:
        preloaded = preload()
    except TooManyThreadsError as error:
        here.failed.write_text(str(error))
        raise
    here.failed.unlink(missing_ok=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log.info("Ready after %.1f s, with %s modules.", time.monotonic() - begun, len(sys.modules))
    server = Server(here, preloaded, tidy.listen(here.socket))
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "_stopping", True))
    work = server.serve()
    if work is None:
        server.close()
        log.info("Ended.")
    return work


if __name__ == "__main__":
    main()
