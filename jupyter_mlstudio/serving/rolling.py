"""Changes what answers behind an endpoint: each change is kept first, then told to the endpoint's host."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.serving import traffic
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.types import (
    Deployment,
    DeploySpec,
    EndpointRecord,
    EndpointState,
    ModelAlias,
    RollSpec,
    Share,
)

KEPT = 10
"""How many deployments of an endpoint that are in no traffic can be rolled back to."""


class Rolling:
    """Keeps what is wanted of endpoints; safe to share between threads and processes."""

    def __init__(self, store: Store[EndpointRecord], supervisor: Supervisor, copies: Copies) -> None:
        self._store, self._supervisor, self._copies = store, supervisor, copies

    def add(self, spec: DeploySpec) -> tuple[EndpointRecord, bool]:
        """Return the endpoint of this name, and whether it was made for it.

        Raises:
            ConflictError: It exists with another port than the one asked for.
        """
        with self._supervisor.alone():
            known = [record for record in self._store.all() if record.name == spec.endpoint]
            if known:
                return self._with_port(known[0], spec), False
            record = EndpointRecord(
                id=new_id(),
                name=spec.endpoint,
                port=spec.port,
                wanted=False,
                deployments=[],
                created_at=now(),
                lazy=spec.lazy,
            )
            self._store.add(record)
            return record, True

    def _with_port(self, record: EndpointRecord, spec: DeploySpec) -> EndpointRecord:
        """Hold the port that is asked for against the endpoint's; one that never answered may get another."""
        status = self._supervisor.status(record.id)
        failed = status is not None and status.state == EndpointState.FAILED and not status.traffic
        if failed and spec.port != record.port:
            record = record.model_copy(update={"port": spec.port})
            self._store.replace(record)
        elif spec.port not in (None, record.port):
            raise ConflictError(f"port: endpoint {spec.endpoint!r} exists with another port. Remove it first.")
        return record

    def roll(self, id: str, spec: RollSpec, **changes: Any) -> None:
        """Copy a model in and let it into the traffic."""
        changes |= _followed(spec)
        self._store.get(id)
        with self._supervisor.alone(id):
            record = self._store.get(id)
            if not record.deployments:
                self._supervisor.prepare(id)
            present = self.answering(record)
            deployment = self._copies.make(record, spec, spec.served_as)
            wanted = traffic.rolled(present, deployment.number, spec)
            kept, gone = _kept([deployment, *record.deployments], [*present, *wanted])
            self.run(record, deployments=kept, traffic=wanted, trouble="", **changes)
            self._copies.forget(id, gone)

    def run(self, record: EndpointRecord, **changes: Any) -> None:
        """Keep a change of an endpoint and let its host know."""
        record = record.model_copy(update={**changes, "wanted": True})
        self._store.replace(record)
        self._supervisor.run(record)

    def back(self, id: str, number: int) -> None:
        """Let another deployment answer alone."""
        with self._supervisor.alone(id):
            record = self._store.get(id)
            deployment = next((known for known in record.deployments if known.number == number), None)
            if deployment is None:
                raise NotFoundError(f"The endpoint has no deployment {number}, or no longer.")
            self.run(record, traffic=traffic.alone(self.answering(record), number, deployment.served_as))

    def divide(self, id: str, shares: list[Share]) -> None:
        """Divide the requests anew."""
        with self._supervisor.alone(id):
            record = self._store.get(id)
            traffic.check(shares, record.deployments)
            self.run(record, traffic=shares)

    def promote(self, id: str, number: int) -> None:
        """Give a canary or a shadow everything."""
        with self._supervisor.alone(id):
            record = self._store.get(id)
            self.run(record, traffic=traffic.promoted(self.answering(record), number))

    def keep(self, id: str, **changes: Any) -> None:
        """Keep what an endpoint's host need not know."""
        with self._supervisor.alone(id):
            self._store.replace(self._store.get(id).model_copy(update=changes))

    def start(self, id: str, runs: Callable[[EndpointRecord], bool]) -> None:
        """Let what answered last answer again, unless the endpoint runs."""
        self._store.get(id)
        with self._supervisor.alone(id):
            record = self._store.get(id)
            if not runs(record):
                self.run(record, traffic=self.answering(record))

    def set(self, id: str, **changes: Any) -> None:
        """Change how an endpoint works; one that is stopped learns of it when it starts."""
        with self._supervisor.alone(id):
            record = self._store.get(id)
            if record.wanted:
                self.run(record, **changes)
            else:
                self._store.replace(record.model_copy(update=changes))

    def answering(self, record: EndpointRecord) -> list[Share]:
        """Return what answers now, or did last; a deployment that could not take over is not in it."""
        status = self._supervisor.status(record.id)
        known = {deployment.number for deployment in record.deployments}
        last = [] if status is None else status.traffic
        return [share for share in last or record.traffic if share.number in known]


def _followed(spec: RollSpec) -> dict[str, Any]:
    if spec.follow is None:
        return {}
    if spec.model is None:
        raise InvalidError("follow: only a registered model has aliases. Deploy one of its versions to follow one.")
    return {"follow": ModelAlias(name=spec.model.name, alias=spec.follow), "followed": spec.model.version}


def _kept(deployments: list[Deployment], shares: list[Share]) -> tuple[list[Deployment], list[Deployment]]:
    """Part the deployments into those that can be asked or rolled back to and the others."""
    used = {share.number for share in shares}
    spare = [deployment for deployment in deployments if deployment.number not in used][KEPT - 1 :]
    return [each for each in deployments if each not in spare], spare
