"""What can be done with endpoints."""

import time
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError, StudioError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.core.processes import reap
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.serving import described, noticed
from jupyter_mlstudio.serving.batch.service import Transforms
from jupyter_mlstudio.serving.batch.verbs import TransformVerbs
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.following import Aliases, Following
from jupyter_mlstudio.serving.later import LaterVerbs
from jupyter_mlstudio.serving.rolling import Rolling
from jupyter_mlstudio.serving.state import present
from jupyter_mlstudio.serving.stats_types import EndpointLog, EndpointStats
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.targets.verbs import ExportVerbs
from jupyter_mlstudio.serving.types import (
    CaptureSpec,
    DeploySpec,
    Endpoint,
    EndpointDetail,
    EndpointKey,
    EndpointList,
    EndpointRecord,
    EndpointState,
    FollowSpec,
    PromoteSpec,
    RollbackSpec,
    RollSpec,
    Scaling,
    TrafficSpec,
)

RUNNING = (EndpointState.STARTING, EndpointState.READY, EndpointState.ASLEEP)
NOTICED = 0.06
"""Seconds within which all workers know of a new key."""


class Serving(TransformVerbs, ExportVerbs, LaterVerbs):
    """Puts models behind HTTP, each endpoint in processes of its own that outlive this one."""

    def __init__(
        self,
        store: Store[EndpointRecord],
        supervisor: Supervisor,
        copies: Copies,
        publish: Publish,
        aliases: Aliases | None = None,
        transforms: Transforms | None = None,
    ) -> None:
        self._store, self._supervisor, self._copies, self._publish = store, supervisor, copies, publish
        if transforms is not None:
            self.transforms = transforms
        self._rolling = Rolling(store, supervisor, copies)
        self._following = Following(store, aliases, self._alias_moved)
        self._marks: dict[str, Any] | None = None

    def endpoints(self) -> EndpointList:
        """List the endpoints, the newest first."""
        reap()
        self._supervisor.reconcile()
        return EndpointList(items=[self._endpoint(record) for record in self._store.all()])

    def endpoint(self, id: str) -> Endpoint:
        """Return one endpoint."""
        reap()
        self._supervisor.reconcile()
        return self._endpoint(self._store.get(id))

    def named(self, name: str) -> Endpoint:
        """Return the endpoint of this name."""
        for record in self._store.all():
            if record.name == name:
                return self._endpoint(record)
        raise NotFoundError(f"There is no endpoint {name!r}.")

    def detail(self, id: str) -> EndpointDetail:
        """Return an endpoint with what one needs to call it."""
        return described.detail(self.endpoint(id), self._supervisor, self._copies)

    def deploy(self, spec: DeploySpec) -> Endpoint:
        """Put a model behind an endpoint and return at once, while it loads; an endpoint that exists is rolled.

        Raises:
            InvalidError: There is no model, or it is not known to come from this project and `trust` is not given.
            NotFoundError: There is no such run or version.
            ConflictError: The endpoint exists and listens on another port than the one asked for.
        """
        record, new = self._rolling.add(spec)
        asked = {"scaling": spec.scaling, "capture": spec.capture, "lazy": spec.lazy or None}
        try:
            self._rolling.roll(record.id, spec, **{name: each for name, each in asked.items() if each is not None})
        except Exception:
            if new:
                self.remove(record.id)
            raise
        return self._told(record.id)

    def roll(self, id: str, spec: RollSpec) -> Endpoint:
        """Put another model behind an endpoint: instead of the present one, beside it, or as its shadow.

        Raises:
            InvalidError: There is no model, or it is not known to come from this project and `trust` is not given.
            NotFoundError: There is no such endpoint, run or version.
        """
        self._rolling.roll(id, spec)
        return self._told(id)

    def rollback(self, id: str, spec: RollbackSpec) -> Endpoint:
        """Let another deployment of the endpoint answer again, alone."""
        self._rolling.back(id, spec.number)
        return self._told(id)

    def divide(self, id: str, spec: TrafficSpec) -> Endpoint:
        """Divide the requests among deployments; nothing is started for those that answer already.

        Raises:
            InvalidError: A deployment is not there, or nobody would answer for a model name.
        """
        self._rolling.divide(id, spec.shares)
        return self._told(id)

    def promote(self, id: str, spec: PromoteSpec) -> Endpoint:
        """Give a canary or a shadow the whole traffic of its model name.

        Raises:
            NotFoundError: It is not in the traffic.
        """
        self._rolling.promote(id, spec.number)
        return self._told(id)

    def follow(self, id: str, spec: FollowSpec) -> Endpoint:
        """Follow an alias of a registered model from now on, or none; what it stands for now is rolled to.

        Raises:
            NotFoundError: There is no such model or alias.
            InvalidError: The version is not known to come from this project.
        """
        ref = self._following.standing(spec.follow) if spec.follow is not None else None
        self._rolling.keep(id, follow=spec.follow, followed=ref and ref.version, trouble="")
        answers = self.endpoint(id).deployment
        if ref is not None and (answers is None or answers.model != ref):
            self._rolling.roll(id, RollSpec(model=ref))
        return self._told(id)

    def scale(self, id: str, spec: Scaling) -> Endpoint:
        """Say how many workers shall answer from now on, and when the endpoint may fall asleep."""
        self._rolling.set(id, scaling=spec)
        return self._told(id)

    def capture(self, id: str, spec: CaptureSpec) -> Endpoint:
        """Say what is kept of requests and answers from now on."""
        self._rolling.set(id, capture=spec)
        return self._told(id)

    def start(self, id: str) -> Endpoint:
        """Start an endpoint with what answered last; nothing happens if it runs."""
        self._rolling.start(id, lambda record: self._endpoint(record).state in RUNNING)
        return self._told(id)

    def stop(self, id: str) -> Endpoint:
        """Stop an endpoint; requests under way are finished, for a bounded time."""
        self._store.get(id)
        with self._supervisor.alone(id):
            self._store.replace(self._store.get(id).model_copy(update={"wanted": False}))
            self._supervisor.stop(id)
        return self._told(id)

    def sleep(self, id: str) -> Endpoint:
        """Let an endpoint fall asleep now; the next request wakes it.

        Raises:
            ConflictError: It does not run.
        """
        self._check_runs(id)
        self._supervisor.sleep(id)
        return self._told(id)

    def wake(self, id: str) -> Endpoint:
        """Wake an endpoint before the first request does.

        Raises:
            ConflictError: It does not run.
        """
        self._check_runs(id)
        self._supervisor.wake(id)
        return self._told(id)

    def remove(self, id: str) -> None:
        """Stop an endpoint and forget it, with its copies of models, its key and its log."""
        self._store.get(id)
        with self._supervisor.alone(id):
            self._supervisor.stop(id)
            self._store.remove(id)
            self._supervisor.remove(id)
        self._publish(Changed(kind="endpoint", id=id, change="removed"))

    def wait(self, id: str, seconds: float) -> Endpoint:
        """Wait until an endpoint answers, or may be woken, with what was asked for last.

        Raises:
            EngineError: It cannot, or does not in time; the message says why.
        """
        return noticed.settled(lambda: self.endpoint(id), seconds)

    def key(self, id: str) -> EndpointKey:
        """Return the key that callers of an endpoint's own port must send."""
        self._store.get(id)
        return EndpointKey(key=self._supervisor.key(id))

    def rotate_key(self, id: str) -> EndpointKey:
        """Give an endpoint a new key; the old one is refused from now on."""
        self._store.get(id)
        key = self._supervisor.rotate_key(id)
        time.sleep(NOTICED)
        return EndpointKey(key=key)

    def log(self, id: str, lines: int) -> EndpointLog:
        """Return the end of what an endpoint's processes printed."""
        self._store.get(id)
        return EndpointLog(lines=self._supervisor.log(id, min(max(lines, 1), 2000)))

    def stats(self, id: str) -> EndpointStats:
        """Say how an endpoint has been doing; its processes are not asked, so that nobody is woken.

        Raises:
            ConflictError: It was never started.
        """
        return self._supervisor.stats(self._store.get(id).id)

    def address(self, id: str) -> tuple[str, str]:
        """Return where an endpoint answers, and its key; one that is asleep is woken by whoever asks there.

        Raises:
            ConflictError: It does not answer now.
        """
        endpoint = self.endpoint(id)
        if endpoint.url is None:
            told = endpoint.message or "Start it first."
            raise ConflictError(f"Endpoint {endpoint.name!r} is {endpoint.state.value}. {told}", code="not_ready")
        return endpoint.url, self._supervisor.key(id)

    def alias_moved(self) -> None:
        """Look whether an alias that is followed stands for another version, and roll in the background if so."""
        self._following.look()

    def catch_up(self) -> None:
        """Look whether an alias that is followed stands for another version, and roll; returns when that has begun."""
        self._following.catch_up()

    @property
    def follows(self) -> bool:
        """Whether any endpoint follows an alias."""
        return self._following.needed

    def poll(self) -> list[Changed]:
        """Return the endpoints whose state changed since the last call, whoever changed it."""
        self._supervisor.reconcile()
        self._following.poll()
        before, after = self._marks, self._supervisor.marks()
        self._marks = after
        return noticed.differences(before, after)

    def _alias_moved(self, id: str, ref: ModelRef) -> None:
        """Roll an endpoint to what its alias stands for now, unless another process did so meanwhile."""
        try:
            if self._store.get(id).followed != ref.version:
                self._rolling.roll(id, RollSpec(model=ref), followed=ref.version)
        except NotFoundError:  # the endpoint or the version was removed meanwhile
            return
        except StudioError as error:
            self._rolling.keep(id, followed=ref.version, trouble=f"{ref.name} {ref.version}: {error}")
        self._told(id)

    def _check_runs(self, id: str) -> None:
        endpoint = self.endpoint(id)
        if endpoint.state not in RUNNING:
            raise ConflictError(
                f"Endpoint {endpoint.name!r} is {endpoint.state.value}. Start it first.", code="not_ready"
            )

    def _told(self, id: str) -> Endpoint:
        self._publish(Changed(kind="endpoint", id=id, change="changed"))
        return self.endpoint(id)

    def _endpoint(self, record: EndpointRecord) -> Endpoint:
        endpoint = present(record, self._supervisor.status(record.id))
        if record.trouble and not endpoint.message:
            return endpoint.model_copy(update={"message": record.trouble})
        return endpoint
