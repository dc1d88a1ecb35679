"""The kernels that a fork server keeps ready, and those who wait for one."""

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from selectors import EVENT_READ, BaseSelector
from typing import Any

from jupyter_mlstudio.core.forkserver.protocol import KERNEL, Message, close, receive, send

READY = 2  # kernels kept waiting after the first claim
BOOT = 30.0  # seconds after which a kernel that is not ready is given up
SPARE = 300.0  # seconds without a claim after which waiting kernels are not kept
RESERVE = 768 << 20  # bytes of free memory that waiting kernels must leave
FAILURES = 3  # kernels in a row that may die before they are ready

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Member:
    """A kernel that nobody has yet."""

    pid: int
    server: socket.socket
    connection: Message
    since: float = field(default_factory=time.monotonic)
    ready: bool = False
    reserved: "Claim | None" = None

    def files(self) -> list[Path]:
        """Return the names of its sockets."""
        if self.connection["transport"] != "ipc":
            return []
        numbers = [number for name, number in self.connection.items() if name.endswith("_port")]
        return [Path(f"{self.connection['ip']}-{number}") for number in numbers]


@dataclass(eq=False)
class Claim:
    """Somebody who wants a kernel."""

    asked: Message
    asker: socket.socket
    files: list[int]
    since: float = field(default_factory=time.monotonic)

    def drop(self, reason: str = "") -> None:
        """Forget it, telling why if there is a reason."""
        with suppress(OSError):
            if reason:
                send(self.asker, {"refused": reason})
        self.asker.close()
        close(self.files)
        self.files = []


class Pool:
    """Keeps kernels ready and hands each out once. `fork` starts one and returns None in the child."""

    def __init__(self, fork: Callable[[Message], Member | None], folder: Path, selector: BaseSelector) -> None:
        self._fork, self._selector = fork, selector
        self._address, self._number = str(folder / f"k{os.getpid()}"), 0
        self.members: list[Member] = []
        self.claims: deque[Claim] = deque()
        self.claimed, self._last, self._failures = 0, 0.0, 0
        self._starting: Claim | None = None

    def claim(self, claim: Claim) -> bool:
        """Serve somebody, now or as soon as a kernel is ready; return True in a newly forked child."""
        self._last = time.monotonic()
        if claim.asked["connection"] is not None:
            return self._start(claim.asked["connection"], claim)
        self.claims.append(claim)
        self._serve()
        return self.fill()

    def fill(self) -> bool:
        """Start as many kernels as are missing; return True in a newly forked child."""
        now = time.monotonic()
        kept = READY if self.claimed and now - self._last < SPARE and _free_memory() > RESERVE else 0
        wanted = len(self.claims) + kept
        while self._failures < FAILURES and self._pooled() < wanted and self._booting() < max(2, os.cpu_count() or 1):
            if self._start(self._next(), None):
                return True
        return False

    def tidy(self) -> None:
        """Give up what has waited too long, on either side."""
        now = time.monotonic()
        for member in list(self.members):
            spare = member.ready and (now - self._last > SPARE or _free_memory() < RESERVE)
            if spare or (not member.ready and now - member.since > BOOT):
                self.lose(member)
        while self.claims and (now - self.claims[0].since > KERNEL or self._failures >= FAILURES):
            self.claims.popleft().drop("No kernel became ready in time.")

    def heard(self, member: Member) -> None:
        """Take a kernel's word that it is ready, or notice its end."""
        if member not in self.members:  # it was handed over a moment ago
            return
        try:
            member.connection, _ = receive(member.server)
        except OSError:
            self._failures += not member.ready
            self.lose(member)
            return
        member.ready, self._failures = True, 0
        if member.reserved is not None:
            self._hand_over(member, member.reserved)
        self._serve()

    def lose(self, member: Member) -> None:
        """Let go of a kernel that nobody has; it ends as soon as it notices."""
        self._forget(member)
        for file in member.files():
            file.unlink(missing_ok=True)
        if member.reserved is not None:
            member.reserved.drop("The kernel died while it started.")

    def sockets(self) -> list[socket.socket]:
        """Return what a forked child has to close."""
        return [*(member.server for member in self.members), *(claim.asker for claim in self._all_claims())]

    def claim_files(self) -> list[int]:
        """Return the open files of claims, which a forked child has to close too."""
        return [file for claim in self._all_claims() for file in claim.files]

    def _all_claims(self) -> list[Claim]:
        each = (self._starting, *self.claims, *(member.reserved for member in self.members))
        return [claim for claim in each if claim is not None]

    def _serve(self) -> None:
        for member in [one for one in self.members if one.ready and one.reserved is None]:
            if not self.claims:
                return
            self._hand_over(member, self.claims.popleft())

    def _hand_over(self, member: Member, claim: Claim) -> None:
        self._forget(member, keep_open=True)
        try:
            send(member.server, claim.asked, [claim.asker.fileno(), *claim.files])
            self.claimed += 1
            claim.drop()
        except OSError:
            log.warning("A waiting kernel has died.", exc_info=True)
            self.claims.appendleft(claim)
        member.server.close()

    def _start(self, connection: Message, claim: Claim | None) -> bool:
        self._starting = claim
        member = self._fork(connection)
        if member is None:
            return True
        self._starting = None
        member.reserved = claim
        self.members.append(member)
        self._selector.register(member.server, EVENT_READ, lambda: self.heard(member))
        return False

    def _forget(self, member: Member, *, keep_open: bool = False) -> None:
        self.members.remove(member)
        self._selector.unregister(member.server)
        if not keep_open:
            member.server.close()

    def _pooled(self) -> int:
        return sum(member.reserved is None for member in self.members)

    def _booting(self) -> int:
        return sum(not member.ready for member in self.members)

    def _next(self) -> Message:
        # numbers that no other kernel of this server has: clients compare nothing else to see whether an address is new
        self._number += 5
        names = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
        ports: dict[str, Any] = {name: self._number - index for index, name in enumerate(names)}
        return {"transport": "ipc", "ip": self._address, "key": None, **ports}


def _free_memory() -> int:
    import psutil

    return int(psutil.virtual_memory().available)
