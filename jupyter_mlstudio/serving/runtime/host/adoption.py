"""Takes over the workers of a host that was killed: they went on answering, and hold the socket."""

import socket
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.serving.runtime.host.crew import Crew
from jupyter_mlstudio.serving.runtime.host.desired import fits
from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.worker import Worker, orphans


class Adopted(NamedTuple):
    """What was found."""

    listening: socket.socket
    crew: Crew
    leaving: list[Worker]


def adopt(folder: Path, loop: Loop) -> Adopted | None:
    """Take over who answers for an endpoint; None if nobody does.

    Workers of different orders were about to take over from one another: one of the orders goes on.
    """
    crew, leaving = None, []
    for path in orphans(folder):
        found = Worker.adopt(path, loop)
        if found is None:
            continue
        worker, order, listening = found
        if worker.state != "ready" or (crew is not None and not fits(crew.order, order)):
            listening.close()
            worker.leave()
            leaving.append(worker)
        elif crew is None:
            crew = Crew(folder, order, 1, listening, loop)
            crew.workers.append(worker)
        else:
            listening.close()
            crew.workers.append(worker)
            crew.size += 1
    return None if crew is None else Adopted(crew.listening, crew, leaving)
