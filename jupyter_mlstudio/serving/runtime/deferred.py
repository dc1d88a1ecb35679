"""Asynchronous inference: a request is kept and answered later, by whichever worker has time for it.

`POST /async/invocations`, or any question with the header `Prefer: respond-async`, is answered with 202 and a Location;
`GET /async/<id>` gives the state, and then the answer as it would have been.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Header, Response, Route, response_of
from jupyter_mlstudio.serving.runtime.queue import LEASE, TRIES, Entry, FullError, Queue
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.replay import Replay, written_head

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.application import Application

T = TypeVar("T")

POST_PATH = "/async/invocations"
FORWARDED = (
    b"content-type",
    b"content-encoding",
    b"accept",
    b"inference-header-content-length",
    b"x-request-id",
    b"x-amzn-sagemaker-inference-id",
    b"x-amzn-sagemaker-target-model",
    b"x-amzn-sagemaker-target-variant",
)
PAUSE = 0.5
"""Seconds between two looks for what other workers have left undone."""
SWEEP = 600.0
LISTED = 100
FAILED = 500
BUSY = (429, 503)


class Deferred:
    """Keeps requests for later, and answers them one after the other beside the others. Used in the event loop.

    Nothing is opened, and no thread runs, before the first such request.
    """

    def __init__(self, folder: Path) -> None:
        self._place = folder / "deferred"
        self._worker = f"{os.getpid()}:{secrets.token_hex(4)}"
        self._application: Application | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._queue: Queue | None = None
        self._pump: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self._swept = 0.0
        self.routes = (
            Route(POST_PATH, ("POST",), teller=self._accept),
            Route("/async", ("GET",), teller=self._list),
            Route("/async/{id}", ("GET", "DELETE"), teller=self._tell),
        )

    def start(self, application: "Application") -> None:
        """Go on with what is left from before, if anything is."""
        self._application = application
        if (self._place / "waiting" / "x").exists():
            self._wake()

    async def stop(self) -> None:
        """Let go of everything; what was begun is begun again by another worker."""
        if self._pump is not None:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump
        if self._thread is not None:
            if self._queue is not None:
                await self._in_thread(Queue.close)
            self._thread.shutdown(wait=False)

    # What callers ask

    def _accept(self, exchange: Exchange, application: Any) -> Response | None:
        path = "/invocations" if exchange.path == POST_PATH else exchange.head.target
        headers = {
            name.decode(): exchange.headers[name].decode("latin-1") for name in FORWARDED if name in exchange.headers
        }
        refusal = application.site.heads.understand(written_head(path, headers, 0)).refusal
        if refusal is not None:
            raise refusal
        self._later(exchange, lambda queue: queue.put(path, headers, exchange.body), self._accepted)
        return None

    def _accepted(self, id: str) -> Response:
        self._wake()
        body = {"id": id, "state": "queued", "location": f"/async/{id}"}
        return _json(body, 202, ((b"Location", f"/async/{id}".encode()), (b"Preference-Applied", b"respond-async")))

    def _list(self, exchange: Exchange, _: Any) -> Response | None:
        if not self._used:
            return _json({"items": []})
        self._later(
            exchange,
            lambda queue: queue.newest(LISTED),
            lambda found: _json({"items": [_told(each) for each in found]}),
        )
        return None

    def _tell(self, exchange: Exchange, _: Any) -> Response | None:
        asked = exchange.argument["id"]
        if not self._used:
            raise _unknown(asked)
        answer = _taken_back if exchange.method == "DELETE" else _answer
        self._later(exchange, lambda queue: answer(queue, asked), lambda response: response)
        return None

    @property
    def _used(self) -> bool:
        return (self._place / "queue.db").exists()

    def _later(self, exchange: Exchange, work: Callable[[Queue], T], response: Callable[[T], Response]) -> None:
        """Answer when the queue's thread has done its work."""

        def done(future: "asyncio.Future[T]") -> None:
            try:
                answered = response(future.result())
            except RefusedError as refusal:
                answered = response_of(refusal)
            except FullError:
                told = "Too many requests wait for their answers. Try again in a minute."
                answered = response_of(RefusedError("full", told, status=429, retry_after=60))
            except OSError as error:
                answered = response_of(RefusedError("not_kept", f"The request cannot be kept: {error}.", status=503))
            exchange.reply(answered.status, answered.body, answered.kind, answered.headers)

        self._in_thread(work).add_done_callback(done)

    # What is done later

    def _wake(self) -> None:
        self._more.set()
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Answer what waits, until nothing does."""
        await self._in_thread(Queue.recover)
        while True:
            self._more.clear()
            entry = await self._in_thread(lambda queue: queue.claim(self._worker))
            if entry is not None:
                await self._answer_one(entry)
            elif not (self._place / "waiting" / "x").exists():
                await self._tidy()
                return
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._more.wait(), PAUSE)
                await self._in_thread(Queue.recover)

    async def _answer_one(self, entry: Entry) -> None:
        body = await self._in_thread(lambda queue: queue.body(entry.id))
        if entry.tries > TRIES or body is None:
            told = f"The worker ended {TRIES} times while it predicted this." if body else "The request's body is gone."
            await self._finish(entry.id, response_of(RefusedError("lost", told, status=FAILED)))
            return
        try:
            response = await self._ask(entry, body)
        except asyncio.CancelledError:
            self._in_thread(lambda queue: queue.give_back(entry.id, self._worker, counted=False))
            raise
        if response.status in BUSY and entry.tries < TRIES:
            counted = response.status != BUSY[0]
            await self._in_thread(lambda queue: queue.give_back(entry.id, self._worker, counted=counted))
            await asyncio.sleep(PAUSE)
        else:
            await self._finish(entry.id, response)

    async def _ask(self, entry: Entry, body: bytes) -> Response:
        """Hand the request in as if it had come over a connection, and hold it until it is answered."""
        assert self._application is not None  # started
        line, heads = Replay(), self._application.site.heads
        raw = written_head(entry.path, json.loads(entry.headers), len(body))
        exchange = Exchange(line, heads.understand(raw), body, time.perf_counter())
        self._application.handle(exchange)
        while not line.answered.done():
            await asyncio.wait([line.answered], timeout=LEASE / 3)
            if not line.answered.done() and not await self._in_thread(lambda q: q.hold(entry.id, self._worker)):
                line.gone = True  # taken back: its answer is not wanted any more
        return await line.answered

    async def _finish(self, id: str, response: Response) -> None:
        message = "" if response.status < 400 else _message(response)  # noqa: PLR2004  # as HTTP has it
        await self._in_thread(
            lambda queue: queue.finish(
                id, self._worker, response.status, response.kind.decode("latin-1"), response.body, message
            )
        )

    async def _tidy(self) -> None:
        if time.monotonic() - self._swept > SWEEP:
            self._swept = time.monotonic()
            await self._in_thread(Queue.sweep)

    def _in_thread(self, work: Callable[[Queue], T]) -> "asyncio.Future[T]":
        """Do something with the queue in its own thread: disks may be slow, the loop may not."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "deferred")
        return asyncio.get_running_loop().run_in_executor(self._thread, self._with_queue, work)

    def _with_queue(self, work: Callable[[Queue], T]) -> T:
        if self._queue is None:
            self._queue = Queue(self._place)
        return work(self._queue)


def _answer(queue: Queue, id: str) -> Response:
    """Tell how a request does, or give its answer."""
    entry = queue.get(id)
    if entry is None:
        raise _unknown(id)
    state = (b"X-State", entry.state.encode())
    if entry.status is not None:
        return Response(queue.result(id) or b"", entry.status, entry.kind.encode("latin-1"), (state,))
    if entry.state == "stopped":
        raise RefusedError("stopped", f"Request {id!r} was taken back.", status=410)
    return _json(_told(entry), 202, (state, (b"Retry-After", b"1")))


def _taken_back(queue: Queue, id: str) -> Response:
    entry = queue.cancel(id)
    if entry is None:
        raise _unknown(id)
    return _json(_told(entry))


def _unknown(id: str) -> RefusedError:
    return RefusedError("unknown_request", f"There is no request {id[:40]!r}, or no longer.", status=404)


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "state": entry.state,
        "path": entry.path,
        "bytes": entry.size,
        "tries": entry.tries,
        "status": entry.status,
        "message": entry.message,
        "created_at": _time(entry.created),
        "started_at": _time(entry.started),
        "ended_at": _time(entry.ended),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _message(response: Response) -> str:
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(response.body)["message"])
    return f"The model answered with status {response.status}."


def _json(content: dict[str, Any], status: int = 200, headers: tuple[Header, ...] = ()) -> Response:
    return Response(json.dumps(content).encode(), status, headers=headers)
