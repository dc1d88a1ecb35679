"""What a kernel offers the panels: wrangling sessions over comms, and the frames that widgets show."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, get_type_hints

from jupyter_mlstudio.core.errors import EngineError, InvalidError, StudioError
from jupyter_mlstudio.core.validation import convert

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.messages import Progress
    from jupyter_mlstudio.wrangling.session import Session

TARGET = "mlstudio.wrangling"

_IN_ORDER = frozenset({"open", "apply", "steps", "save", "load"})
"""Verbs that are answered one after the other; the others compute beside them."""
_BESIDE = frozenset({"stop", "frames", "window", "preview", "profile", "leaks", "code", "run"})
_PARTS = {
    "looking": frozenset({"find", "cell", "values", "difference", "changes"}),
    "sources": frozenset({"inspect", "tables", "formats", "settle"}),
    "combining": frozenset({"matches", "allow"}),
    "out": frozenset({"job"}),
    "report": frozenset({"insights", "bias", "html", "stop"}),
    "selection": frozenset({"select", "stop"}),
    "rules": frozenset({"kinds", "check", "failing", "suggest", "export"}),
    "assist": frozenset({"example", "clusters", "suggest"}),
}
"""Verbs of the parts of a session, called `part.verb`; they compute beside the others."""


def register() -> None:
    """Let panels open sessions in this kernel; harmless when it was done before."""
    from comm import get_comm_manager

    get_comm_manager().register_target(TARGET, _begin)


def _begin(comm: Any, _: object) -> None:
    Conversation(comm)


class Shown:
    """Frames that widgets show, under names that no variable has."""

    def __init__(self) -> None:
        self._frames: dict[str, object] = {}
        self._lock = Lock()
        self._count = 0

    def add(self, frame: object, name: str) -> str:
        """Keep a frame alive, and return the name under which sessions find it."""
        with self._lock:
            self._count += 1
            key = f"{name}#{self._count}"
            self._frames[key] = frame
            return key

    def remove(self, key: str) -> None:
        """Let go of a frame."""
        with self._lock:
            self._frames.pop(key, None)

    def all(self) -> dict[str, object]:
        """Return all frames by name."""
        with self._lock:
            return dict(self._frames)


SHOWN = Shown()


def variables() -> Mapping[str, object]:
    """Return the variables of the user, and the frames that widgets show."""
    from IPython import get_ipython

    shell = get_ipython()
    return {**(dict(shell.user_ns) if shell is not None else {}), **SHOWN.all()}


class Conversation:
    """One panel and its session: requests come over a comm, answers go back in any order, tables as binary buffers."""

    def __init__(self, comm: Any) -> None:
        self._comm = comm
        self._pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="mlstudio-wrangling")
        self._order = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mlstudio-wrangling-order")
        self._sending, self._making = Lock(), Lock()
        comm.on_msg(self._hear)
        comm.on_close(lambda _: self._end())
        verbs = [f"{part}.{verb}" for part, verbs in _PARTS.items() for verb in sorted(verbs)]
        self._send({"ready": True, "verbs": verbs}, [])

    @property
    def _session(self) -> "Session":
        with self._making:
            return self._made

    @cached_property
    def _made(self) -> "Session":
        from jupyter_mlstudio.wrangling.session import Session
        from jupyter_mlstudio.wrangling.sources import Files, project_folder

        return Session(Files(project_folder()), variables, self._tell)

    def _hear(self, message: dict[str, Any]) -> None:
        request = message["content"]["data"]
        verb = str(request.get("verb"))
        if verb.rpartition(".")[2] == "stop":  # at once: it is meant for what runs now
            self._answer(request)
        else:
            # In the caller's context, so that the answer goes back through the same subshell.
            pool = self._order if verb in _IN_ORDER else self._pool
            pool.submit(copy_context().run, self._answer, request)

    def _answer(self, request: dict[str, Any]) -> None:
        outcome, table = outcome_of(self._session, request)
        self._send({"id": request.get("id"), **outcome}, [table] if table is not None else [])

    def _tell(self, progress: "Progress") -> None:
        self._send({"progress": progress.model_dump()}, [])

    def _send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        with self._sending:
            self._comm.send(content, buffers=buffers)

    def _end(self) -> None:
        self._session.close()
        for pool in (self._pool, self._order):
            pool.shutdown(wait=False, cancel_futures=True)


def outcome_of(session: "Session", request: dict[str, Any]) -> tuple[dict[str, Any], bytes | None]:
    """Call a verb of a session with plain arguments; return its answer or its error as plain data, and its table."""
    try:
        verb = _verb(session, request.get("verb"))
        hints = get_type_hints(verb, include_extras=True)
        arguments = _arguments(hints, request.get("arguments") or {})
        answer = verb(**arguments)
        head, table = answer if isinstance(answer, tuple) else (answer, None)
        return {"result": None if head is None else json.loads(head.model_dump_json())}, table
    except StudioError as error:
        return {"error": {"message": str(error), "reason": error.code}}, None
    except Exception as error:  # the border of the kernel: whatever it was, the panel must hear of it
        failure = EngineError(f"{type(error).__name__}: {error}")
        return {"error": {"message": str(failure), "reason": failure.code}}, None


def _verb(session: "Session", name: object) -> Any:
    if name in _IN_ORDER | _BESIDE:
        return getattr(session, str(name))
    part, _, verb = str(name).partition(".")
    if verb not in _PARTS.get(part, ()):
        raise InvalidError(f"A session has no verb {name!r}.")
    return getattr(getattr(session, part), verb)


def _arguments(hints: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    unknown = set(given) - set(hints)
    if unknown:
        raise InvalidError(f"There is no argument {sorted(unknown)[0]!r} here.")
    return {name: convert(hints[name], value) for name, value in given.items()}


def name_of(frame: object) -> str:
    """Return the name of the user's variable that holds exactly this frame, or a plain word."""
    for name, value in variables().items():
        if value is frame and not name.startswith("_") and "#" not in name:
            return name
    return "table"
