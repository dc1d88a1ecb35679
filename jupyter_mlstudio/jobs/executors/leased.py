"""A runner that belongs to a worker: `python -m … PROJECT SETTINGS JOB ATTEMPT PID CREATED DEVICES`.

It is the same runner as on this machine, but it ends without a word when the worker is gone, whose place it takes up,
or when another attempt has taken the job over.
"""

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psutil

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.events import nobody
from jupyter_mlstudio.core.processes import ProcessRef, alive, send
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.jobs import runner
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import Running
from jupyter_mlstudio.jobs.types import JobState
from jupyter_mlstudio.settings import Settings

TICK = 0.5  # seconds between looks whether the worker lives
LOOK = 4  # of these, between looks whether the attempt still counts


def main() -> None:
    """Run the job under a lease."""
    worker = ProcessRef(pid=int(sys.argv[5]), created=float(sys.argv[6]))
    os.environ.update(json.loads(sys.argv[7]))  # which graphics processors the cluster has given to the worker
    Thread(target=watch, args=[worker], name="mlstudio-lease", daemon=True).start()
    runner.main()


def watch(worker: ProcessRef) -> None:
    """Wait until the worker is gone or the attempt is over, then end this process with all it has started."""
    place = Place(Path(sys.argv[1]), parse(Settings, Path(sys.argv[2]).read_bytes()), nobody)
    queue = Queue(place.database, place.project_id)
    while True:
        for _ in range(LOOK):
            if not alive(worker):
                vanish("The worker is gone; so is this runner.", queue)
            time.sleep(TICK)
        if _superseded(queue):
            vanish("Another attempt has taken over this job; this one ends.", queue)


def vanish(reason: str, queue: Queue) -> None:
    """End at once, with the kernel, and leave the job to whoever takes it over."""
    print(reason, flush=True)  # noqa: T201  # into the job's log
    with suppress(Exception):  # without the database there are still the children
        found = queue.find(sys.argv[3])
        if found.kernel is not None and _mine(found):
            send(found.kernel, signal.SIGKILL)
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()
    os._exit(1)


def _superseded(queue: Queue) -> bool:
    try:
        found = queue.find(sys.argv[3])
    except NotFoundError:
        return True
    except Exception:  # the database does not answer: whoever cannot write does no harm
        return False
    return found.job.state is JobState.QUEUED or not _mine(found)


def _mine(found: Running) -> bool:
    """Tell whether this is the attempt that the process was started for, or one that it has resumed since."""
    ours = found.runner is not None and found.runner.pid == os.getpid() and found.host == socket.gethostname()
    return ours or found.job.attempt == int(sys.argv[4])


if __name__ == "__main__":
    main()
