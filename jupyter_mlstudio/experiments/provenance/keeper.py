"""Keeps what is known about runs, in a thread of its own: neither a training nor the end of a block waits for it."""

import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock, RLock

from jupyter_mlstudio.experiments.provenance.blobs import Blobs
from jupyter_mlstudio.experiments.provenance.capture import Capture
from jupyter_mlstudio.experiments.provenance.snapshot import FRESH, Pieces, Setting, Surroundings, look, manifest

Label = Callable[[Mapping[str, str]], None]
KeepFile = Callable[[str, bytes], None]

SNAPSHOT = "mlstudio.snapshot"
ENVIRONMENT = "mlstudio.environment"
CODE = "mlstudio.code"
COMMIT = "mlflow.source.git.commit"
CHANGED = "mlstudio.git_changed"
ARTIFACT = "provenance/snapshot.json.gz"

LATER = 20
"""Runs of one cell whose file on a tracking server is written again when the cell has ended."""

PATIENCE = 15
"""Seconds that a forked process waits at most until all is kept: its threads are not waited for when it ends."""

HEAD_START = 0.3
"""Seconds that a run has for itself before its surroundings are looked at: a short training is over by then."""

LOG = logging.getLogger(__name__)


class Keeper:
    """Writes the snapshots of one process' runs into a project's database."""

    def __init__(self, state: Path) -> None:
        self.blobs = Blobs(state)
        self._pieces: dict[str, Pieces] = {}
        self._open: dict[str, Entry] = {}
        self._ended: list[Entry] = []
        self._around: tuple[Setting, int, Surroundings] | None = None
        self._lock = Lock()

    def fresh(self, setting: Setting, place: int) -> Surroundings | None:
        """Return what surrounds a run that is made in this cell, if that has just been looked at."""
        found = self._around
        if found is None or found[:2] != (setting, place) or time.monotonic() - found[2].at > FRESH:
            return None
        return found[2]

    def begin(self, entry: "Entry") -> None:
        """Keep what there is about a run that has begun."""
        if entry.capture is not None:
            entry.capture.on_idle = self._idle
        with self._lock:
            self._open[entry.run_id] = entry
        submit(lambda: self._begin(entry), entry.let_run)

    def end(self, entry: "Entry", last: int) -> None:
        """Keep what there is about a run that has ended."""
        entry.over.release()
        with self._lock:
            self._open.pop(entry.run_id, None)
        kept = submit(lambda: self._end(entry, last))
        if multiprocessing.parent_process() is not None:
            kept.exception(timeout=PATIENCE)

    def _begin(self, entry: "Entry") -> None:
        pieces = self._of(entry)
        pieces.write(entry.first)
        self._note(entry, entry.first, None, ended=False)
        known = entry.around
        around = known or self.fresh(entry.setting, entry.first)
        if around is None:
            executed = entry.capture.executions[: entry.first + 1] if entry.capture is not None else []
            around = look(self.blobs, entry.setting, entry.kernel, executed)
            self._around = (entry.setting, entry.first, around)
        entry.around = around
        tags = self._keep_manifest(entry, entry.first, ended=False)
        if known is None:
            entry.label(tags)

    def _end(self, entry: "Entry", last: int) -> None:
        self._of(entry).write(last)
        tags = self._keep_manifest(entry, last, ended=True)
        if last != entry.first:
            entry.label(tags)
        self._send(entry)
        self._ended.append(entry)

    def _idle(self) -> None:
        submit(self._cell_ended)

    def _cell_ended(self) -> None:
        """Complete the outputs of the cells that were running, also for runs that are still open."""
        with self._lock:
            still = list(self._open.values())
        ended, self._ended = self._ended, []
        for entry in still:
            last = len(entry.capture.executions) - 1 if entry.capture is not None else entry.first
            self._of(entry).write(last)
            self._note(entry, last, None, ended=False)
        for session, pieces in list(self._pieces.items()):
            capture = next((each.capture for each in ended if each.session == session), None)
            if capture is not None:
                pieces.write(len(capture.executions) - 1)
        for entry in ended[-LATER:]:
            self._send(entry)

    def _keep_manifest(self, entry: "Entry", last: int, *, ended: bool) -> dict[str, str]:
        assert entry.around is not None  # looked for at its beginning
        body = manifest(entry.setting, entry.around, entry.code(last))
        self._note(entry, last, self.blobs.keep(body), ended=ended)
        return tags_of(body, entry.around, entry.code(last))

    def _note(self, entry: "Entry", last: int, kept: int | None, *, ended: bool) -> None:
        self.blobs.database.run(
            "INSERT INTO runs VALUES (:id, :session, :first, :last, :manifest, :ended) ON CONFLICT (id) DO UPDATE SET"
            " last = excluded.last, manifest = ifnull(excluded.manifest, manifest), ended = excluded.ended",
            {
                "id": entry.run_id,
                "session": self._of(entry).session,
                "first": entry.first,
                "last": last,
                "manifest": kept,
                "ended": int(ended),
            },
        )

    def _send(self, entry: "Entry") -> None:
        """Keep all of it with a run whose store is elsewhere."""
        if entry.keep_file is not None:
            from jupyter_mlstudio.experiments.provenance.portable import packed

            entry.keep_file(ARTIFACT, packed(self.blobs, entry.run_id))

    def _of(self, entry: "Entry") -> Pieces:
        return self._pieces.setdefault(entry.session, Pieces(self.blobs, entry.capture))


class Entry:
    """A run as the keeper knows it."""

    def __init__(self, setting: Setting, capture: Capture | None) -> None:
        self.setting, self.capture = setting, capture
        self.first = -1 if capture is None else capture.current()
        self.around: Surroundings | None = None
        self.run_id = ""
        self.label: Label = lambda _: None
        self.keep_file: KeepFile | None = None
        self.began = time.monotonic()
        self.over = Lock()  # held until the run is over; a bare one, which a fork leaves usable
        self.over.acquire()

    def let_run(self) -> None:
        """Wait until the run is over, or has gone on for a while."""
        self.over.acquire(timeout=max(self.began + HEAD_START - time.monotonic(), 0))

    @property
    def session(self) -> str:
        """What names the session that the run belongs to."""
        return "scripts" if self.capture is None else self.capture.session

    @property
    def kernel(self) -> str | None:
        """Which kernel it is; None outside a notebook."""
        return None if self.capture is None else "ipykernel" if "ipykernel" in sys.modules else "ipython"

    def code(self, last: int) -> str | None:
        """Return the digest of the sources that were executed up to a place."""
        if self.capture is None or not 0 <= last < len(self.capture.executions):
            return None
        return self.capture.executions[last].code.hex()


def tags_of(body: bytes, around: Surroundings, code: str | None) -> dict[str, str]:
    """Return the tags that say what was kept."""
    from jupyter_mlstudio.experiments.provenance.blobs import digest_of

    tags = {SNAPSHOT: digest_of(body), ENVIRONMENT: around.environment}
    if code is not None:
        tags[CODE] = code
    if around.commit is not None:
        tags.update({COMMIT: around.commit, CHANGED: str(around.changed).lower()})
    return tags


def keeper(state: Path) -> Keeper:
    """Return this process' keeper for the project with this state folder."""
    return _keeper(state, os.getpid())


def submit(work: Callable[[], None], first: Callable[[], None] = lambda: None) -> "Future[None]":
    """Do something in the keepers' thread, one after the other; what fails there fails no run."""

    def quietly() -> None:
        try:
            first()  # outside the turn: a fork does not wait for it
            with TURN:
                work()
        except Exception:  # a full disk, a store that is gone: the run goes on, and its origin says what is missing
            LOG.warning("What a run comes from could not be kept completely.", exc_info=True)

    try:
        return _thread(os.getpid()).submit(quietly)
    except RuntimeError:  # the interpreter is ending: there is nobody left to wait
        quietly()
        done: Future[None] = Future()
        done.set_result(None)
        return done


class Turn:
    """What a fork waits for: a process that is forked while another thread holds a lock would wait for it for ever."""

    def __init__(self) -> None:
        self._lock = RLock()
        os.register_at_fork(before=self._wait, after_in_parent=self._go_on, after_in_child=self._begin_anew)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _wait(self) -> None:
        self._waited = self._lock.acquire(timeout=PATIENCE)

    def _go_on(self) -> None:
        if self._waited:
            self._lock.release()

    def _begin_anew(self) -> None:
        self._lock = RLock()


TURN = Turn()


@cache
def _keeper(state: Path, _process: int) -> Keeper:
    return Keeper(state)


@cache
def _thread(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="mlstudio-provenance")
