"""How a forked process ends: as the interpreter would, but without touching all that it shares with its siblings.

Python takes every module apart at its end, which copies the memory that was shared: a third of what a short job costs.
What anybody could notice is done: threads are waited for, exit handlers run, objects of the notebook's own are let go,
so that their files are complete, and what was printed is written.
"""

import atexit
import gc
import logging
import os
import sys
import threading
from collections.abc import Collection, MutableMapping
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn


def leave(belongings: Collection[MutableMapping[str, Any]] = (), code: int = 0) -> NoReturn:
    """End this process.

    Args:
        belongings: Names of the process's own, whose objects are let go.
        code: The exit code.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does first
    atexit._run_exitfuncs()
    for names in belongings:
        while names:
            names.popitem()  # the last first: what it needs at its end, such as imports, is still there
    sys.last_value = sys.last_traceback = None
    if belongings:
        gc.collect()  # what was there before the fork is frozen and stays as it is
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        _flush(stream)
    os._exit(code)


def new_modules(last: str) -> list[dict[str, Any]]:
    """Return the names in modules imported after the `last` one, unless they belong to an installed package."""
    # Python keeps modules in the order of their import; to look at the older ones would cost memory
    new = [sys.modules[name] for name in takewhile(last.__ne__, reversed(sys.modules))]
    files = [(module, str(getattr(module, "__file__", None) or "")) for module in new]
    return [vars(module) for module, file in files if file and "site-packages" not in file and not _is_python(file)]


def _is_python(file: str) -> bool:
    return file.startswith(str(Path(os.__file__).parent))


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):
        return
