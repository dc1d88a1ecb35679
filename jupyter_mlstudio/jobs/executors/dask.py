"""A Dask cluster: one that somebody runs, on any machines, or one on this machine."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.jobs.executors.types import Capabilities, Outcome, Sign, Work, Worker, tokens_of

if TYPE_CHECKING:
    from distributed import Future
    from distributed.security import Security

TIMEOUT = 10  # seconds that a scheduler may take to answer
GIGABYTE = 1024**3


def carry(work: Work) -> Outcome:
    """Run one attempt at a job on a Dask worker."""
    from distributed import get_worker

    from jupyter_mlstudio.jobs.executors import carry as worker

    return worker.carry(work, str(get_worker().address))


@contextmanager
def dask_errors() -> Iterator[None]:
    """Turn whatever Dask raises into ours."""
    try:
        yield
    except Exception as error:  # closed comms, timeouts, cancelled futures: it has no base for them
        raise EngineError(f"The Dask scheduler does not answer any more: {error}") from error


class DaskExecutor:
    """Hands work to a Dask scheduler.

    A task is named after its attempt, so that handing it in again finds it; the scheduler holds on to it when this
    process ends. It may run a task twice when a worker dies: the tables refuse the second one.
    """

    def __init__(self, address: str, changed: Callable[[], None], security: "Security | None" = None) -> None:
        from distributed import Client

        self._changed = changed
        self._spelled: dict[str, str] = {}
        try:
            self._client: Any = Client(
                address, timeout=TIMEOUT, set_as_default=False, name="mlstudio", security=security
            )
            self._check()
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineError(f"The Dask scheduler at {address} cannot be used: {error}") from error

    def submit(self, spec: Work, key: str) -> "Future[Outcome]":
        """Hand work in; it stays with the scheduler until it is done."""
        from distributed import fire_and_forget

        options = {"priority": spec.priority, "resources": self._resources(spec)}
        with dask_errors():
            future: Future[Outcome] = self._client.submit(carry, spec, key=key, pure=False, retries=0, **options)
            future.add_done_callback(lambda _: self._changed())
            fire_and_forget(future)
        return future

    def poll(self, handle: "Future[Outcome]") -> Sign:
        """Tell how the task is."""
        if handle.status == "pending":
            return Sign.WAITING
        if handle.status == "finished":
            return Sign.ENDED
        if handle.status != "error":
            return Sign.LOST
        with dask_errors():
            killed = type(handle.exception(timeout=TIMEOUT)).__name__ == "KilledWorker"
        return Sign.LOST if killed else Sign.FAILED

    def outcome(self, handle: "Future[Outcome]") -> Outcome:
        """Return what the worker said."""
        with dask_errors():
            result: Outcome = handle.result(timeout=TIMEOUT)
        return result

    def cancel(self, handle: "Future[Outcome]") -> None:
        """Take the task back from the scheduler."""
        with dask_errors():
            handle.cancel(force=True)

    def logs(self, handle: "Future[Outcome]") -> str:
        """Return why the task failed, if it did."""
        if handle.status != "error":
            return f"Dask says that the task is {handle.status}."
        with dask_errors():
            error = handle.exception(timeout=TIMEOUT)
        return f"{type(error).__name__}: {error}"

    def capabilities(self) -> Capabilities:
        """Return the workers that are there."""
        with dask_errors():
            known = self._client.scheduler_info(n_workers=-1)["workers"]
        workers = [_worker(address, each) for address, each in known.items()]
        self._spelled = {name.lower(): name for each in known.values() for name in each.get("resources", {})}
        tokens = {"cpu": float(sum(worker.cpus for worker in workers))}
        for worker in workers:
            for name, amount in worker.tokens.items():
                if name != "cpu":
                    tokens[name] = tokens.get(name, 0) + amount
        return Capabilities(workers=workers, tokens=tokens, dashboard=self._dashboard())

    def lives(self) -> bool:
        """Tell whether the scheduler is there."""
        return bool(self._client.status == "running")

    def close(self) -> None:
        """Leave the scheduler; tasks that it holds go on."""
        self._client.close(timeout=2)

    def _resources(self, spec: Work) -> dict[str, float] | None:
        """Return what the task asks of a worker, of the resources that workers speak of, in their spelling."""
        needs = {"cpu": spec.resources.cpu, "memory": spec.resources.memory, **tokens_of(spec.resources)}
        asked = {self._spelled[name]: amount for name, amount in needs.items() if name in self._spelled and amount}
        return asked or None

    def _dashboard(self) -> str | None:
        link = self._client.dashboard_link
        return str(link) if link and "None" not in link else None

    def _check(self) -> None:
        """Refuse a cluster whose versions differ so much that results would be misread."""
        mine = version("distributed")
        scheduler = self._client.get_versions()["scheduler"]
        theirs = str(scheduler["packages"]["distributed"])
        if theirs != mine:
            raise ValueError(f"it runs distributed {theirs}, here is {mine}; install the same version on both.")
        python = ".".join(str(part) for part in sys.version_info[:2])
        if not str(scheduler["host"]["python"]).startswith(f"{python}."):
            raise ValueError(f"it runs Python {scheduler['host']['python']}, here is {python}.")


def _worker(address: str, known: dict[str, Any]) -> Worker:
    offered = known.get("resources", {})
    cpus = next((amount for name, amount in offered.items() if name.lower() == "cpu"), known["nthreads"])
    memory = next((amount for name, amount in offered.items() if name.lower() == "memory"), None)
    more = {name.lower(): amount for name, amount in offered.items() if name.lower() not in {"cpu", "memory"}}
    limit = known.get("memory_limit") or 0
    return Worker(
        name=address,
        host=str(urlsplit(address).hostname),
        cpus=float(cpus),
        memory=round(limit / GIGABYTE, 2) if memory is None else float(memory),
        tokens=more,
    )
