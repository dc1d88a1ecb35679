"""Listens to what a kernel is asked and what it sends: which cells were executed, in which order, and what they showed.

Every message of a kernel goes through one session object, whatever thread it comes from, and names the request that it
belongs to. So an output finds its cell even when it comes late or from a thread.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import uuid4

from jupyter_mlstudio.experiments.provenance.history import past
from jupyter_mlstudio.experiments.provenance.outputs import SHOWING, Output, Outputs, update

PLACE = "_mlstudio_capture"
"""Where a shell keeps its capture: each shell its own, and a forked kernel has none yet."""

MEMORY = 64_000_000
"""Characters of outputs that a kernel holds at most; what runs have needed is on disk by then."""

SMALL = 10_000
"""Characters of outputs that are not worth letting go."""

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Execution:
    """One execution of a cell."""

    number: int | None
    cell_id: str | None
    source: str
    started: float | None = None
    ended: float | None = None
    state: str = "running"
    outputs: Outputs = field(default_factory=Outputs)
    code: bytes = b""  # digest over the sources up to this one

    @property
    def version(self) -> tuple[int, str]:
        """Differs as soon as there is something new to keep."""
        return self.outputs.changes, self.state


class Capture:
    """The cells that a kernel has executed; safe to share between threads."""

    def __init__(self) -> None:
        self.session, self.process = uuid4().hex, os.getpid()
        self.executions: list[Execution] = []
        self.on_idle: Callable[[], None] | None = None
        self._by_request: dict[str, Execution] = {}
        self._displays: dict[str, list[tuple[Outputs, Output]]] = {}
        self._total = sha256()
        self._lock = Lock()

    def add(self, execution: Execution, request: str | None = None) -> None:
        """Note that a cell is executed."""
        with self._lock:
            self._total.update(digest_of(execution.source))
            execution.code = self._total.digest()
            self.executions.append(execution)
            if request is not None:
                self._by_request[request] = execution

    def current(self) -> int:
        """Return the place of the cell that this thread belongs to; -1 if there is none."""
        request = request_of(shell())
        found = self._by_request.get(request) if request else None
        with self._lock:
            if found is not None:
                newest = len(self.executions) - 1
                return next((at for at in range(newest, -1, -1) if self.executions[at] is found), newest)
            return len(self.executions) - 1

    def hear(self, kind: str, content: dict[str, Any], parent: dict[str, Any]) -> None:
        """Take a message that the kernel sends."""
        request = str((parent.get("header") or parent).get("msg_id", ""))
        if kind == "execute_input":
            self._begin(request, content, parent)
        elif kind in SHOWING:
            self._show(request, kind, content)
        elif kind == "execute_reply":
            self._end(request, str(content.get("status")))
        elif kind == "status" and content.get("execution_state") == "idle":
            self._idle(request)

    def hear_of(self, result: Any) -> None:
        """Note that a cell has ended in a terminal."""
        found = shell()
        last = self.executions[-1] if self.executions else None
        if last is not None and last.state == "running" and found is not None:
            last.state = "done" if getattr(result, "success", True) else "failed"
            for each in past(found, (last.number or 1) - 1)[:1]:
                each.outputs.changes += last.outputs.changes + 1
                last.outputs = each.outputs
            self._idle("")

    def copied(self) -> "Capture":
        """Return what a forked process goes on with: the same past, and a future of its own."""
        copy = Capture()
        copy.executions, copy._total = list(self.executions), self._total.copy()
        copy._by_request = dict(self._by_request)
        return copy

    def _begin(self, request: str, content: dict[str, Any], parent: dict[str, Any]) -> None:
        if (parent.get("content") or {}).get("store_history") is False:
            return
        cell_id = (parent.get("metadata") or {}).get("cellId")
        number, source = content.get("execution_count"), str(content.get("code", ""))
        self.add(Execution(number, str(cell_id) if cell_id else None, source, started=time.time()), request)

    def _show(self, request: str, kind: str, content: dict[str, Any]) -> None:
        display = (content.get("transient") or {}).get("display_id")
        with self._lock:
            if kind == "update_display_data":
                for outputs, shown in self._displays.get(str(display), ()):
                    update(shown, content)
                    outputs.changes += 1
                return
            execution = self._by_request.get(request)
            output = None if execution is None else execution.outputs.take(kind, content)
            if display and execution is not None and output is not None:
                self._displays.setdefault(str(display), []).append((execution.outputs, output))

    def _end(self, request: str, status: str) -> None:
        execution = self._by_request.get(request)
        if execution is not None:
            execution.ended = time.time()
            execution.state = "done" if status == "ok" else "failed"
            self._make_room()

    def _make_room(self) -> None:
        """Let the outputs of the oldest cells go when all together are too large."""
        sizes = [(each, each.outputs.size) for each in self.executions]
        excess = sum(size for _, size in sizes) - MEMORY
        for execution, size in sizes:
            if excess <= 0:
                break
            if size > SMALL and execution.ended is not None:
                execution.outputs.let_go()
                excess -= size
                self._displays = {
                    name: [each for each in shown if each[0] is not execution.outputs]
                    for name, shown in self._displays.items()
                }

    def _idle(self, request: str) -> None:
        if (not request or request in self._by_request) and self.on_idle is not None:
            self.on_idle()


def listen() -> Capture | None:
    """Return what this process' kernel has executed, listening from now on; None where there is no IPython."""
    found = shell()
    if found is None or not hasattr(found, "history_manager"):
        return None
    capture: Capture | None = vars(found).get(PLACE)
    session = getattr(getattr(found, "kernel", None), "session", None)
    if capture is None or session is None:  # nothing can be listened to in a terminal: its history says it all
        if capture is None:
            capture = Capture()
            if session is None:
                found.events.register("post_run_cell", capture.hear_of)
        _catch_up(capture, found)
    elif capture.process != os.getpid():
        capture = capture.copied()
    if session is not None and PLACE not in vars(session):
        _tap(session, found)
    vars(found)[PLACE] = capture
    return capture


def _catch_up(capture: Capture, found: Any) -> None:
    """Take from the history what was executed before."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # what was printed so far is in the history already
    known = capture.executions[-1].number if capture.executions else 0
    failed = getattr(found.history_manager, "exceptions", None) or {}
    for execution in capture.executions[-1:]:
        if execution.state == "running" and len(found.history_manager.input_hist_raw) - 1 != known:
            execution.state = "failed" if known in failed else "done"
    for each in past(found, known or 0):
        running = each.state == "running"
        code, cell_id = _asked(found) if running else (None, None)
        source = code if code is not None and code.rstrip("\n") == each.source else each.source
        execution = Execution(each.number, cell_id, source, state=each.state, outputs=each.outputs)
        capture.add(execution, request_of(found) if running else None)


def _asked(found: Any) -> tuple[str | None, str | None]:
    """Return source and cell id of the request that is being worked on."""
    try:
        parent = found.get_parent()
        return parent["content"]["code"], parent.get("metadata", {}).get("cellId")
    except Exception:  # a shell that is none of a kernel
        return None, None


def _tap(session: Any, found: Any) -> None:
    """Let a capture hear all that a kernel's session sends, and never be in its way."""
    send = session.send

    def tapped(stream: Any, kind: Any, content: Any = None, parent: Any = None, *rest: Any, **named: Any) -> Any:
        try:
            if isinstance(kind, dict):  # a whole message
                heard = kind["header"]["msg_type"], kind["content"], parent or kind.get("parent_header") or {}
            else:
                heard = kind, content or {}, parent or {}
            vars(found)[PLACE].hear(*heard)
        except Exception:  # whatever it was, the message must reach the browser
            LOG.debug("A message of the kernel was not understood.", exc_info=True)
        return send(stream, kind, content, parent, *rest, **named)

    session.send = tapped
    vars(session)[PLACE] = True


def digest_of(source: str) -> bytes:
    """Return what tells a source apart; line ends at its end do not count, since IPython's history loses them."""
    return sha256(source.rstrip("\n").encode("utf-8", "surrogatepass")).digest()


def request_of(found: Any) -> str | None:
    """Return the id of the request that this thread works for."""
    try:
        parent = found.get_parent()
        return str((parent.get("header") or parent).get("msg_id")) if parent else None
    except Exception:  # a shell that is none of a kernel
        return None


def shell() -> Any:
    """Return IPython's shell; only in a process that has it anyway, and untyped there."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None
