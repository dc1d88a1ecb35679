"""From asleep to the first answer: the caller connects to a port behind which no process is, and is answered."""

import statistics
import sys
from typing import TYPE_CHECKING

from _project import MODELS, Caller, figure, project, save, until

if TYPE_CHECKING:
    import psutil

    from jupyter_mlstudio.serving.client import EndpointClient
    from jupyter_mlstudio.studio import Studio

GOALS = {"linear": 60, "mixed": 60, "forest": 100}
ROUNDS = 11


def main() -> None:
    """Measure and print the figures."""
    from jupyter_mlstudio.serving.types import Scaling

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with project() as studio:
        for name in MODELS:
            rows = save(studio.project, name)
            endpoint = studio.deploy(name, name, trust=True)
            studio.serving.scale(endpoint.id, Scaling(min_workers=0))
            caller = Caller(endpoint.url, endpoint.key, rows[:1])
            expected = caller.ask()
            times = [wake(studio, endpoint, caller, expected) for _ in range(rounds)]
            middle = statistics.median(times)
            print(f"  {name}, ms: {' '.join(f'{each:.0f}' for each in sorted(times))}")
            figure(f"wake_{name}", middle, "ms", GOALS[name], most=True)


def wake(studio: "Studio", endpoint: "EndpointClient", caller: Caller, expected: list) -> float:
    """Put it to sleep, then ask; returns milliseconds."""
    import time

    caller.close()
    studio.serving.sleep(endpoint.id)
    until(lambda: endpoint.state == "asleep" and not processes_of(endpoint))
    begin = time.perf_counter()
    answer = caller.ask()
    passed = time.perf_counter() - begin
    assert answer == expected, "the answer is another one"
    return 1e3 * passed


def processes_of(endpoint: "EndpointClient") -> list[int]:
    """Return the processes that belong to the endpoint alone."""
    import psutil

    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "name"])
        if endpoint.id in " ".join(process.info["cmdline"] or []) or in_folder(process, endpoint.id)
    ]


def in_folder(process: "psutil.Process", id: str) -> bool:
    """Tell whether a forked process works for this endpoint: its command line is the fork server's."""
    import psutil

    if process.info["name"] != "mlstudio-run":
        return False
    try:
        return any(id in file.path for file in process.memory_maps())
    except psutil.Error:
        return False


if __name__ == "__main__":
    main()
