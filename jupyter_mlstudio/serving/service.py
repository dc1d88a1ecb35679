"""What can be done with endpoints."""

import time

from jupyter_mlstudio.core.errors import ConflictError, EngineError, NotFoundError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.core.processes import reap
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.serving import calls
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.snippets import snippets
from jupyter_mlstudio.serving.state import present
from jupyter_mlstudio.serving.supervisor import Supervisor, runs
from jupyter_mlstudio.serving.types import (
    DeploySpec,
    Endpoint,
    EndpointDetail,
    EndpointKey,
    EndpointList,
    EndpointLog,
    EndpointRecord,
    EndpointState,
    EndpointStats,
    ModelSource,
    RollbackSpec,
    RollSpec,
)

KEPT = 10
"""How many deployments of an endpoint can be rolled back to."""


class Serving:
    """Puts models behind HTTP, each endpoint in processes of its own that outlive this one."""

    def __init__(self, store: Store[EndpointRecord], supervisor: Supervisor, copies: Copies, publish: Publish) -> None:
        self._store, self._supervisor, self._copies, self._publish = store, supervisor, copies, publish
        self._marks: dict[str, tuple[int, bool]] | None = None

    def endpoints(self) -> EndpointList:
        """List the endpoints, the newest first."""
        reap()
        return EndpointList(items=[self._endpoint(record) for record in self._store.all()])

    def endpoint(self, id: str) -> Endpoint:
        """Return one endpoint."""
        reap()
        return self._endpoint(self._store.get(id))

    def named(self, name: str) -> Endpoint:
        """Return the endpoint of this name."""
        return self._endpoint(self._record_named(name))

    def detail(self, id: str) -> EndpointDetail:
        """Return an endpoint with what one needs to call it."""
        record = self._store.get(id)
        endpoint = self._endpoint(record)
        shown = endpoint.deployment or record.deployments[0]
        described = self._copies.signature(id, shown.number, self._supervisor.methods(id))
        key_file = f".mlstudio/endpoints/{id}/key"
        rows = described.example[:1] if described else []
        url = endpoint.url or f"http://127.0.0.1:{endpoint.port or 'PORT'}"
        return EndpointDetail(
            endpoint=endpoint,
            signature=described,
            snippets=snippets(record.name, url, key_file, rows),
            key_file=key_file,
        )

    def deploy(self, spec: DeploySpec) -> Endpoint:
        """Put a model behind an endpoint and return at once, while it loads; an endpoint that exists is rolled.

        Raises:
            InvalidError: There is no model, or it is not known to come from this project and `trust` is not given.
            NotFoundError: There is no such run or version.
            ConflictError: The endpoint exists and listens on another port than the one asked for.
        """
        with self._supervisor.alone():
            known = [record for record in self._store.all() if record.name == spec.endpoint]
            record = known[0] if known else self._added(spec)
        if known and spec.port not in (None, record.port):
            raise ConflictError(f"port: endpoint {spec.endpoint!r} exists with another port. Remove it first.")
        try:
            return self._roll(record.id, spec)
        except Exception:
            if not known:
                self.remove(record.id)
            raise

    def roll(self, id: str, spec: RollSpec) -> Endpoint:
        """Put another model behind an endpoint; the present one answers until the new one does.

        Raises:
            InvalidError: There is no model, or it is not known to come from this project and `trust` is not given.
            NotFoundError: There is no such endpoint, run or version.
        """
        return self._roll(id, spec)

    def rollback(self, id: str, spec: RollbackSpec) -> Endpoint:
        """Let another deployment of the endpoint answer again."""
        with self._supervisor.alone(id):
            return self._run(self._store.get(id), spec.number)

    def start(self, id: str) -> Endpoint:
        """Start an endpoint with what answered last; nothing happens if it runs."""
        with self._supervisor.alone(id):
            record, status = self._store.get(id), self._supervisor.status(id)
            if status is not None and runs(status):
                return self._endpoint(record)
            number = None if status is None else status.deployment
            return self._run(record, number or record.deployments[0].number)

    def stop(self, id: str) -> Endpoint:
        """Stop an endpoint; requests under way are finished, for a bounded time."""
        self._store.get(id)
        with self._supervisor.alone(id):
            self._store.replace(self._store.get(id).model_copy(update={"wanted": False}))
            self._supervisor.stop(id)
        return self._told(id, "changed")

    def remove(self, id: str) -> None:
        """Stop an endpoint and forget it, with its copies of models, its key and its log."""
        self._store.get(id)
        with self._supervisor.alone(id):
            self._supervisor.stop(id)
            self._store.remove(id)
            self._supervisor.remove(id)
        self._publish(Changed(kind="endpoint", id=id, change="removed"))

    def wait(self, id: str, seconds: float) -> Endpoint:
        """Wait until an endpoint answers with what was asked for last.

        Raises:
            EngineError: It cannot, or does not in time; the message says why.
        """
        deadline = time.monotonic() + seconds
        while True:
            endpoint = self.endpoint(id)
            busy = endpoint.state == EndpointState.STARTING or endpoint.rolling_to is not None
            if not busy and endpoint.state == EndpointState.READY and not endpoint.message:
                return endpoint
            if not busy:
                raise EngineError(endpoint.message or "The endpoint was stopped.")
            if time.monotonic() > deadline:
                raise EngineError(f"The endpoint is not ready after {seconds:g} seconds; it goes on loading.")
            time.sleep(0.05)

    def key(self, id: str) -> EndpointKey:
        """Return the key that callers of an endpoint's own port must send."""
        self._store.get(id)
        return EndpointKey(key=self._supervisor.key(id))

    def rotate_key(self, id: str) -> EndpointKey:
        """Give an endpoint a new key; the old one is refused from now on."""
        self._store.get(id)
        return EndpointKey(key=self._supervisor.rotate_key(id))

    def log(self, id: str, lines: int) -> EndpointLog:
        """Return the end of what an endpoint's processes printed."""
        self._store.get(id)
        return EndpointLog(lines=self._supervisor.log(id, min(max(lines, 1), 2000)))

    def stats(self, id: str) -> EndpointStats:
        """Ask an endpoint how it has been doing.

        Raises:
            ConflictError: It does not answer now.
        """
        url, key = self.address(id)
        return EndpointStats.model_validate(calls.get(f"{url}/stats", key))

    def address(self, id: str) -> tuple[str, str]:
        """Return where an endpoint answers, and its key.

        Raises:
            ConflictError: It does not answer now.
        """
        endpoint = self._endpoint(self._store.get(id))
        if endpoint.url is None:
            told = endpoint.message or "Start it first."
            raise ConflictError(f"Endpoint {endpoint.name!r} is {endpoint.state.value}. {told}", code="not_ready")
        return endpoint.url, self._supervisor.key(id)

    def poll(self) -> list[Changed]:
        """Return the endpoints whose state changed since the last call, whoever changed it."""
        before, after = self._marks, self._supervisor.marks()
        self._marks = after
        if before is None or before == after:
            return []
        reap()
        return [
            *(Changed(kind="endpoint", id=gone, change="removed") for gone in before.keys() - after.keys()),
            *(Changed(kind="endpoint", id=new, change="added") for new in after.keys() - before.keys()),
            *(
                Changed(kind="endpoint", id=kept, change="changed")
                for kept in before
                if after.get(kept, before[kept]) != before[kept]
            ),
        ]

    def _record_named(self, name: str) -> EndpointRecord:
        for record in self._store.all():
            if record.name == name:
                return record
        raise NotFoundError(f"There is no endpoint {name!r}.")

    def _added(self, spec: DeploySpec) -> EndpointRecord:
        record = EndpointRecord(
            id=new_id(), name=spec.endpoint, port=spec.port, wanted=False, deployments=[], created_at=now()
        )
        self._store.add(record)
        return record

    def _roll(self, id: str, source: ModelSource) -> Endpoint:
        self._store.get(id)
        with self._supervisor.alone(id):
            record = self._store.get(id)
            if not record.deployments:
                self._supervisor.prepare(id)
            deployment = self._copies.make(record, source)
            deployments = [deployment, *record.deployments]
            record = record.model_copy(update={"deployments": deployments[:KEPT]})
            self._store.replace(record)
            self._copies.forget(id, deployments[KEPT:])
            return self._run(record, deployment.number)

    def _run(self, record: EndpointRecord, number: int) -> Endpoint:
        deployment = next((known for known in record.deployments if known.number == number), None)
        if deployment is None:
            raise NotFoundError(f"The endpoint has no deployment {number}, or no longer.")
        record = record.model_copy(update={"wanted": True})
        self._store.replace(record)
        self._supervisor.run(record, deployment)
        return self._told(record.id, "changed")

    def _told(self, id: str, change: str) -> Endpoint:
        self._publish(Changed.model_validate({"kind": "endpoint", "id": id, "change": change}))
        return self.endpoint(id)

    def _endpoint(self, record: EndpointRecord) -> Endpoint:
        return present(record, self._supervisor.status(record.id))
