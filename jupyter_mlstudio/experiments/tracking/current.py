"""Which run is open here: in this block, or begun in this thread and not ended yet."""

import atexit
import sys
from contextvars import ContextVar, Token
from threading import enumerate as enumerate_threads
from threading import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

_block: ContextVar["ActiveRun | None"] = ContextVar("mlstudio_run", default=None)

_begun: list[tuple[int, "ActiveRun"]] = []
"""Runs without a block, each with the thread that began it: notebook cells do not share a context."""


def entered(run: "ActiveRun") -> Token["ActiveRun | None"]:
    """Note that a block has been entered."""
    return _block.set(run)


def left(token: Token["ActiveRun | None"]) -> None:
    """Note that a block has been left."""
    try:
        _block.reset(token)
    except ValueError:  # left in another context than entered: a generator, or another cell
        _block.set(None)


def begun(run: "ActiveRun") -> None:
    """Note that a run has begun without a block."""
    _begun.append((get_ident(), run))


def ended(run: "ActiveRun") -> None:
    """Note that a run without a block has ended."""
    _begun[:] = [(thread, other) for thread, other in _begun if other is not run]


def current() -> "ActiveRun | None":
    """Return the innermost run that is open here; other threads' runs do not count."""
    here = get_ident()
    block = _block.get()
    runs = [run for thread, run in _begun if thread == here and run.is_open]
    if block is not None and block.is_open:
        runs.append(block)
    return max(runs, key=lambda run: run.number, default=None)


def open_runs() -> list["ActiveRun"]:
    """Return the runs that were begun without a block and are open."""
    return [run for _, run in _begun if run.is_open]


def end_here() -> None:
    """End the runs that this thread has begun without a block, and those left by threads that are gone."""
    here, living = get_ident(), {thread.ident for thread in enumerate_threads()}
    for thread, run in _begun:
        if thread == here or thread not in living:
            if run.is_open:
                run.end()
            ended(run)


def _end_all() -> None:
    """End what is open when the program ends: as failed if an error has ended it."""
    failed = getattr(sys, "last_value", None) is not None and "IPython" not in sys.modules
    for run in open_runs():
        run.end("failed" if failed else "finished")


atexit.register(_end_all)
