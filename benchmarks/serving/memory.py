"""What an endpoint costs while nobody asks it: awake, and asleep.

Counted is memory of its own: private pages (Private_Clean and Private_Dirty of `smaps_rollup`) of the endpoint's
processes after a thousand requests. Pages that they share with the fork server are not counted, nor is the host, of
which there is one for all endpoints of a project; both are printed.
"""

from typing import TYPE_CHECKING

from _project import MODELS, Caller, figure, project, save, until

if TYPE_CHECKING:
    from jupyter_mlstudio.studio import Studio

MOST = 15
REQUESTS = 1000


def main() -> None:
    """Measure and print the figures."""
    from jupyter_mlstudio.core import forkserver
    from jupyter_mlstudio.serving import reconcile
    from jupyter_mlstudio.serving.runtime.host.usage import own_megabytes

    with project() as studio:
        for name in MODELS:
            rows = save(studio.project, name)
            endpoint = studio.deploy(name, name, trust=True)
            caller = Caller(endpoint.url, endpoint.key, rows[:1])
            for _ in range(REQUESTS):
                caller.ask()
            caller.close()
            own = sum(own_megabytes(worker.pid) for worker in endpoint.stats().workers)
            figure(f"memory_awake_{name}", own, "MB", MOST, most=True)
        host = reconcile.host(studio.state / "endpoints")
        server = forkserver.status()
        print(f"  the fork server, for all of them and for jobs: {own_megabytes(server.pid):.0f} MB")
        figure("memory_host", own_megabytes(host.pid), "MB", MOST, most=True)
        for endpoint in studio.serving.endpoints().items:
            studio.serving.sleep(endpoint.id)
            until(lambda known=endpoint.id: studio.serving.endpoint(known).state == "asleep")
        until(lambda: not processes_of(studio), 10)
        figure("processes_asleep", len(processes_of(studio)), "processes", 0, most=True)


def processes_of(studio: "Studio") -> list[int]:
    """Return the processes that work for an endpoint of the project: they map its counters."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if any(str(studio.state / "endpoints") in file.path for file in process.memory_maps()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


if __name__ == "__main__":
    main()
