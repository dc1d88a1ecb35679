"""A Ray cluster: one that somebody runs, on any machines, or one on this machine."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.jobs.executors.types import Capabilities, Outcome, Sign, Work, Worker, tokens_of

NAMESPACE = "mlstudio"
TIMEOUT = 10.0  # seconds that the cluster may take to answer
GIGABYTE = 1024**3


def carry(work: Work) -> Outcome:
    """Run one attempt at a job in a Ray worker."""
    import ray

    from jupyter_mlstudio.jobs.executors import carry as worker

    return worker.carry(work, str(ray.get_runtime_context().get_worker_id()))


class Keeper:
    """Lives on the cluster and holds its tasks, which Ray would end together with whoever asked for them."""

    def __init__(self) -> None:
        self._tasks: dict[str, Any] = {}

    def submit(self, work: Work, options: Mapping[str, Any]) -> None:
        """Start a task, unless there is one for this attempt."""
        import ray

        if work.key not in self._tasks:
            self._tasks[work.key] = ray.remote(carry).options(name=work.key, **options).remote(work)

    def poll(self, key: str) -> tuple[Sign, Outcome | str]:
        """Return how a task is, and its outcome or why it failed."""
        import ray
        from ray import exceptions

        gone = (exceptions.WorkerCrashedError, exceptions.NodeDiedError, exceptions.OutOfMemoryError)
        if key not in self._tasks:
            return Sign.LOST, "The cluster knows nothing of it."
        try:
            done, _ = ray.wait([self._tasks[key]], timeout=0)
            return (Sign.ENDED, ray.get(self._tasks[key])) if done else (Sign.WAITING, "")
        except Exception as error:  # whatever it was, the tables decide what becomes of the job
            return Sign.LOST if isinstance(error, gone) else Sign.FAILED, f"{type(error).__name__}: {error}"

    def forget(self, key: str, *, cancel: bool) -> None:
        """Let go of a task."""
        import ray

        task = self._tasks.pop(key, None)
        if cancel and task is not None:
            ray.cancel(task, force=False)


@contextmanager
def ray_errors() -> Iterator[None]:
    """Turn whatever Ray raises into ours."""
    try:
        yield
    except Exception as error:  # timeouts, dead actors, broken connections: it has no base for them
        raise EngineError(f"The Ray cluster does not answer any more: {error}") from error


class RayExecutor:
    """Hands work to a Ray cluster, through a keeper that stays there when this process ends."""

    def __init__(self, address: str, **options: Any) -> None:
        import ray

        name = f"keeper-{version('jupyter-mlstudio')}"
        try:
            ray.init(address=address, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR, **options)
            self._keeper: Any = (
                ray.remote(Keeper)
                .options(name=name, lifetime="detached", get_if_exists=True, num_cpus=0, max_concurrency=4)
                .remote()
            )
        except Exception as error:  # Ray raises whatever comes to it: ConnectionError, RuntimeError, ValueError
            raise EngineError(f"The Ray cluster at {address} cannot be used: {error}") from error
        self._known: dict[str, tuple[Sign, Outcome | str]] = {}
        self._asked: dict[str, Any] = {}
        self._offered: frozenset[str] = frozenset()

    def submit(self, spec: Work, key: str) -> str:
        """Hand work to the keeper."""
        needs = spec.resources
        options: dict[str, Any] = {"num_cpus": needs.cpu, "max_retries": 0}
        tokens = {name: amount for name, amount in tokens_of(needs).items() if name == "gpu" or name in self._offered}
        options["num_gpus"] = tokens.pop("gpu", 0)
        if needs.memory:
            options["memory"] = int(needs.memory * GIGABYTE)
        if tokens:
            options["resources"] = tokens
        self._get(self._keeper.submit.remote(spec, options))
        return key

    def poll(self, handle: str) -> Sign:
        """Tell how the task is, as far as the keeper's last answer says."""
        import ray

        if handle not in self._known:
            question = self._asked.setdefault(handle, self._keeper.poll.remote(handle))
            if not ray.wait([question], timeout=0)[0]:
                return Sign.WAITING
            sign, said = self._get(self._asked.pop(handle))
            if sign is Sign.WAITING:
                return Sign.WAITING
            self._known[handle] = (sign, said)
            self._keeper.forget.remote(handle, cancel=False)
        return self._known[handle][0]

    def outcome(self, handle: str) -> Outcome:
        """Return what the worker said."""
        said = self._known[handle][1]
        assert isinstance(said, Outcome)
        return said

    def cancel(self, handle: str) -> None:
        """Take the task back, if it has not begun."""
        self._keeper.forget.remote(handle, cancel=True)

    def logs(self, handle: str) -> str:
        """Return why the task failed, if it did."""
        return str(self._known[handle][1]) if handle in self._known else ""

    def capabilities(self) -> Capabilities:
        """Return the nodes that are there."""
        import ray

        with ray_errors():
            nodes = [_node(node) for node in ray.nodes() if node["Alive"]]
        self._offered = frozenset(name for node in nodes for name in node.tokens)
        tokens: dict[str, float] = {"cpu": sum(node.cpus for node in nodes), "memory": sum(n.memory for n in nodes)}
        for node in nodes:
            for name, amount in node.tokens.items():
                tokens[name] = tokens.get(name, 0) + amount
        return Capabilities(workers=nodes, tokens=tokens, dashboard=None)

    def lives(self) -> bool:
        """Tell whether the cluster is there."""
        import ray

        return bool(ray.is_initialized())

    def close(self) -> None:
        """Leave the cluster; its tasks go on."""
        import ray

        ray.shutdown()

    def _get(self, answer: Any) -> Any:
        import ray

        with ray_errors():
            return ray.get(answer, timeout=TIMEOUT)


def _node(node: Mapping[str, Any]) -> Worker:
    resources = dict(node["Resources"])
    cpus, memory = resources.pop("CPU", 0), resources.pop("memory", 0)
    more = {
        name.lower() if name == "GPU" else name: amount
        for name, amount in resources.items()
        if not name.startswith(("node:", "object_store_memory", "accelerator_type:"))
    }
    return Worker(
        name=str(node["NodeID"])[:12],
        host=str(node["NodeManagerHostname"]),
        cpus=float(cpus),
        memory=round(memory / GIGABYTE, 2),
        tokens=more,
    )
