"""An endpoint as a notebook holds it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.serving import calls
from jupyter_mlstudio.serving.bodies import Rows, arrow, body, predictions
from jupyter_mlstudio.serving.deferred_types import DeferredState
from jupyter_mlstudio.serving.service import Serving
from jupyter_mlstudio.serving.stats_types import EndpointStats
from jupyter_mlstudio.serving.traffic import leading
from jupyter_mlstudio.serving.types import (
    Endpoint,
    EndpointDetail,
    EndpointState,
    PromoteSpec,
    RollbackSpec,
    Scaling,
    Share,
    TrafficSpec,
)

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.widget import EndpointWidget

MANY = 500
"""From how many rows a DataFrame travels as Arrow."""


class EndpointClient:
    """Asks an endpoint for predictions, and says how it is. In a `with` block it is stopped at the end."""

    def __init__(self, serving: Serving, id: str) -> None:
        self._serving, self.id = serving, id
        self._address: tuple[str, str] | None = None

    @property
    def now(self) -> Endpoint:
        """How the endpoint is at this moment."""
        return self._serving.endpoint(self.id)

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.now.name

    @property
    def state(self) -> EndpointState:
        """Whether it is starting, ready, asleep, failed or stopped."""
        return self.now.state

    @property
    def url(self) -> str:
        """The endpoint's own address."""
        return self._serving.address(self.id)[0]

    @property
    def key(self) -> str:
        """The key that callers of the endpoint's own address must send."""
        return self._serving.key(self.id).key

    def predict(self, rows: Rows, method: str | None = None, *, model: str = "") -> list[Any]:
        """Predict rows over HTTP, one answer a row.

        Args:
            rows: A DataFrame, or one or more rows as mappings from column to value.
            method: Such as "predict_proba"; the model's default if not given.
            model: Name of the model, if the endpoint answers for several.

        Raises:
            InvalidError: The endpoint refused the rows; the message names the column and what was expected.
            ConflictError: It is not ready, or too busy.
            EngineError: The model failed.
        """
        path = f"/models/{model}/invocations" if model else "/invocations"
        large = hasattr(rows, "columns") and len(rows) >= MANY
        if large and (content := arrow(rows)) is not None:
            headers = {"Content-Type": calls.STREAM, "Accept": calls.STREAM}
            return predictions(self._ask(path + (f"?predict_method={method}" if method else ""), content, headers))
        return predictions(self._ask(path, body(rows, method), {"Content-Type": "application/json"}))

    def predict_async(self, rows: Rows, method: str | None = None, *, model: str = "") -> "Promise":
        """Ask for predictions that may take long; returns at once, and the answer is kept for a day.

        Raises:
            ConflictError: Too many requests wait, or the endpoint is not ready.
        """
        path = f"/models/{model}/invocations" if model else "/invocations"
        headers = {"Content-Type": "application/json", "Prefer": "respond-async"}
        return Promise(self, str(self._ask(path, body(rows, method), headers).json()["id"]))

    def promise(self, id: str) -> "Promise":
        """Return what was asked for earlier, in any notebook."""
        return Promise(self, id)

    def detail(self) -> EndpointDetail:
        """Return it with what one needs to call it: columns, snippets, how its models are computed."""
        return self._serving.detail(self.id)

    def rotate_key(self) -> str:
        """Make a new key; the old one is refused from now on."""
        return self._serving.rotate_key(self.id).key

    def stats(self) -> EndpointStats:
        """Return how the endpoint has been doing."""
        return self._serving.stats(self.id)

    @property
    def traffic(self) -> list[Share]:
        """Who answers how much of what is asked."""
        return self.now.traffic

    def split(self, weights: Mapping[int, float], *, model: str = "") -> Self:
        """Divide the requests among deployments, as in `split({3: 90, 4: 10})`; waits until it is so.

        Args:
            weights: The number of each deployment, and its weight relative to the others.
            model: Name of the model, if the endpoint answers for several.

        Raises:
            InvalidError: There is no such deployment.
        """
        kept = [
            share for share in self.traffic if share.model != model or (share.shadow and share.number not in weights)
        ]
        asked = [{"number": number, "model": model, "weight": weight} for number, weight in weights.items()]
        spec = convert(TrafficSpec, {"shares": [*(share.model_dump() for share in kept), *asked]})
        self._serving.divide(self.id, spec)
        return self.wait()

    def promote(self, number: int | None = None) -> Self:
        """Give a canary or a shadow the whole traffic; the only one there is, if no number is given.

        Raises:
            InvalidError: It is not clear which one is meant.
        """
        self._serving.promote(self.id, PromoteSpec(number=number or self._candidate()))
        return self.wait()

    def rollback(self, number: int | None = None) -> Self:
        """Let an earlier deployment answer again; the one before, if no number is given.

        Raises:
            NotFoundError: There is none.
        """
        self._serving.rollback(self.id, RollbackSpec(number=number or self._former()))
        return self.wait()

    def scale(self, min_workers: int | None = None, max_workers: int | None = None, **options: Any) -> Self:
        """Say how many workers shall answer; 0 lets the endpoint fall asleep when nobody asks.

        Args:
            min_workers: At least so many; as it is if not given.
            max_workers: At most so many; as it is if not given.
            **options: Further fields of `Scaling`, such as `target`, `value` and `idle_seconds`.
        """
        asked = {"min_workers": min_workers, "max_workers": max_workers, **options}
        given = {name: value for name, value in asked.items() if value is not None}
        if max_workers is None and min_workers is not None:
            given["max_workers"] = max(min_workers, self.now.scaling.max_workers)
        self._serving.scale(self.id, convert(Scaling, {**self.now.scaling.model_dump(), **given}))
        return self

    def sleep(self) -> None:
        """Let it fall asleep now; the next request wakes it."""
        self._serving.sleep(self.id)

    def wake(self) -> Self:
        """Wake it before the first request does."""
        self._serving.wake(self.id)
        return self.wait()

    def log(self, lines: int = 200) -> str:
        """Return the end of what the endpoint's processes printed."""
        return "\n".join(self._serving.log(self.id, lines).lines)

    def start(self) -> Self:
        """Start it again and wait until it answers."""
        self._serving.start(self.id)
        return self.wait()

    def stop(self) -> None:
        """Stop it; requests under way are finished."""
        self._serving.stop(self.id)

    def remove(self) -> None:
        """Stop it and forget it, with its copies of models, its key and its log."""
        self._serving.remove(self.id)

    def wait(self, seconds: float = 120) -> Self:
        """Wait until it answers.

        Raises:
            EngineError: It cannot; the message says why.
        """
        endpoint = self._serving.wait(self.id, seconds)
        calls.hang_up(str(endpoint.url))
        return self

    def widget(self) -> "EndpointWidget":
        """Return what a cell shows of it: its state, its last minutes, and a form to try it."""
        from jupyter_mlstudio.serving.widget import EndpointWidget

        return EndpointWidget(self)

    def __enter__(self) -> Self:
        """Use it in a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def __repr__(self) -> str:
        now = self.now
        label = f" with {now.deployment.label}" if now.deployment else ""
        return f"<Endpoint {now.name!r}: {now.state.value}{label}{f' at {now.url}' if now.url else ''}>"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget())  # type: ignore[no-untyped-call]  # IPython has no types here

    def _ask(self, path: str, content: bytes | None, headers: Mapping[str, str], method: str = "") -> calls.Answer:
        url, key = self._serving.address(self.id)
        return calls.ask(url, key, path, content, headers=headers, method=method)

    def _candidate(self) -> int:
        main = leading(self.traffic)
        others = [share.number for share in self.traffic if share != main and share.model == ""]
        if len(others) != 1:
            raise InvalidError("number: say which deployment shall be promoted; endpoint.traffic shows them.")
        return others[0]

    def _former(self) -> int:
        main = leading(self.traffic)
        earlier = [each.number for each in self.now.deployments if main is None or each.number < main.number]
        if not earlier:
            raise NotFoundError("There is no earlier deployment.")
        return max(earlier)


class Promise:
    """An answer that comes later."""

    def __init__(self, endpoint: EndpointClient, id: str) -> None:
        self._endpoint, self.id = endpoint, id

    @property
    def state(self) -> DeferredState:
        """Whether it is queued, running, succeeded, failed or stopped."""
        return self._now()[0]

    @property
    def done(self) -> bool:
        """Whether there is an answer, good or bad."""
        return self._now()[1] is not None

    def result(self, timeout: float | None = None) -> list[Any]:
        """Wait for the answer and return it.

        Raises:
            InvalidError: The endpoint refused the rows.
            EngineError: The model failed, or there is no answer in time.
            NotFoundError: The request was taken back, or its answer is no longer kept.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            answer = self._looked()
            if answer is not None:
                return predictions(answer)
            if deadline is not None and time.monotonic() > deadline:
                raise EngineError(f"There is no answer after {timeout:g} seconds; the request goes on.", code="late")
            time.sleep(0.05)

    def cancel(self) -> None:
        """Take it back, or delete its answer."""
        self._endpoint._serving.cancel(self._endpoint.id, self.id)

    def __repr__(self) -> str:
        return f"<Promise {self.id}: {self.state.value}>"

    def _looked(self) -> calls.Answer | None:
        """Look for the answer; a worker that ends while it is asked is no reason to give up: the next knows as much."""
        try:
            return self._now()[1]
        except ConflictError as error:
            if error.code != "no_answer":
                raise
            return None

    def _now(self) -> tuple[DeferredState, calls.Answer | None]:
        answer = self._endpoint._ask(f"/async/{self.id}", None, {})
        if answer.status == 202:  # noqa: PLR2004  # as HTTP has it
            return DeferredState(answer.json()["state"]), None
        return DeferredState.SUCCEEDED, answer
