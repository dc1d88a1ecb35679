"""A worker in a thread of the test: the data plane with a model of its own, and bare sockets to talk to it."""

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import uvloop

from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.http.exchange import Response, Route
from jupyter_mlstudio.serving.runtime.http.site import Patience
from jupyter_mlstudio.serving.runtime.order import Limits, Order, Variant
from jupyter_mlstudio.serving.runtime.question import Question, Rows, Way
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.variants import Variants

KEY = "a-key"


class Doubling:
    """Doubles numbers; 13 makes it fail, 999 ends it, -1 is refused. It notes how many rows it was asked at a time."""

    schema, methods, way = None, ("predict",), Way("original", "It is a test's.")
    quick, rowwise = frozenset({"predict"}), True

    def __init__(self, a_prediction: float = 0.0, a_row: float = 0.0) -> None:
        self._cost = (a_prediction, a_row)
        self.asked: list[int] = []
        self.threads: set[str] = set()

    def predict(self, rows: Rows, method: str, params) -> np.ndarray:
        self.asked.append(rows.count)
        self.threads.add(threading.current_thread().name)
        if any(self._cost):
            time.sleep(self.seconds(rows.count))
        numbers = np.array([cells[0] for cells in rows.cells])
        if (numbers == 13).any():
            raise ArithmeticError("13 is no number for me")
        if (numbers == 999).any():
            raise SystemExit(1)
        if (numbers == -1).any():
            raise RefusedError("negative", "Column 'number': -1 is too small.", column="number")
        return numbers * 2

    def seconds(self, count: int) -> float:
        return self._cost[0] + self._cost[1] * count

    def stream(self, rows: Rows, params):
        for cells in rows.cells:
            for _ in range(int(cells[0])):
                if params.get("fails"):
                    raise ArithmeticError("no more")
                yield np.array([cells[0]] * int(params.get("size", 1)))


def read_numbers(exchange, predictor) -> Question:
    """Read a list of numbers, as JSON."""
    try:
        numbers = msgspec.json.decode(exchange.body)
    except msgspec.DecodeError as error:
        raise RefusedError("malformed", str(error)) from None
    rows = Rows(len(numbers), [(number,) for number in numbers])
    stream = exchange.headers.get(b"accept") == b"text/event-stream"
    return Question(rows, "predict", written, params=exchange.query if stream else {}, stream=stream)


def written(answer) -> bytes:
    return msgspec.json.encode([float(value) for value in answer])


ROUTES = (
    Route("/double", ("POST",), reader=read_numbers),
    Route("/models/{model}/double", ("POST",), reader=read_numbers),
    Route("/echo", ("GET", "POST"), teller=lambda exchange, _: Response(exchange.body)),
)


class Talk:
    """A connection that says bytes and takes answers apart."""

    def __init__(self, port: int, timeout: float = 10.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._received = b""

    def say(self, *parts: bytes) -> "Talk":
        for part in parts:
            self.socket.sendall(part)
        return self

    def hear(self, *, head: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Take one answer: status, headers in lower case, body."""
        while b"\r\n\r\n" not in self._received:
            self._more()
        begin, _, self._received = self._received.partition(b"\r\n\r\n")
        lines = begin.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        status = int(lines[0].split()[1])
        if head or status in (100, 204):
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._chunks()
        return status, headers, self._take(int(headers["content-length"]))

    def ended(self) -> bool:
        """Tell whether the other side closed, and sent nothing before."""
        try:
            return not self._received and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._received:
                self._more()
            size, _, self._received = self._received.partition(b"\r\n")
            body += self._take(int(size, 16) + 2)[:-2]
            if size == b"0":
                return body

    def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            self._more()
        taken, self._received = self._received[:size], self._received[size:]
        return taken

    def _more(self) -> None:
        received = self.socket.recv(65536)
        if not received:
            raise EOFError("closed")
        self._received += received


def request(body: bytes = b"[1]", *headers: str, path: str = "/double", method: str = "POST", key: str = KEY) -> bytes:
    """Write a request with the key."""
    lines = [f"{method} {path} HTTP/1.1", "Host: here", f"Authorization: Bearer {key}", *headers]
    if body and not any(line.lower().startswith("transfer-encoding") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Hand:
    """A running worker."""

    def __init__(self, application: Application, loop, port: int, predictor: Doubling, folder: Path) -> None:
        self.application, self.loop, self.port = application, loop, port
        self.predictor, self.folder = predictor, folder
        self._talks: list[Talk] = []

    def talk(self, timeout: float = 10.0) -> Talk:
        self._talks.append(Talk(self.port, timeout))
        return self._talks[-1]

    def hang_up(self) -> None:
        while self._talks:
            self._talks.pop().socket.close()

    def ask(self, body: bytes = b"[1]", *headers: str, **options) -> tuple[int, dict[str, str], bytes]:
        talk = Talk(self.port).say(request(body, *headers, **options))
        try:
            return talk.hear()
        finally:
            talk.socket.close()

    def stats(self) -> dict:
        return json.loads(self.ask(b"", path="/stats", method="GET")[2])

    def do(self, call) -> None:
        """Do something in the worker's loop."""
        asyncio.run_coroutine_threadsafe(_called(call), self.loop).result(5)


async def _called(call) -> None:
    call()


@contextmanager
def worker(folder: Path, predictor: Doubling, limits: Limits | None = None, **patience: float):
    """Run a worker, and let it leave at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_text(KEY)
    variant = Variant(1, "doubling 1", "", "", "", trusted=True)
    order = Order("e1", "doubling", str(folder), str(folder), 1, (variant,), limits=limits or Limits())
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    listening.setblocking(False)
    started, made = threading.Event(), []

    async def serve() -> None:
        waits = Patience()
        for name, value in patience.items():
            setattr(waits, name, value)
        application = Application(order, Variants(order, lambda _: predictor), ROUTES, patience=waits)
        made.extend([application, asyncio.get_running_loop()])
        await application.serve(listening, started.set)

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())

    port = listening.getsockname()[1]
    thread = threading.Thread(target=run)
    thread.start()
    started.wait(5)
    hand = Hand(*made, port, predictor, folder)
    try:
        yield hand
    finally:
        hand.hang_up()
        hand.loop.call_soon_threadsafe(hand.application.leave)
        thread.join(30)
        assert not thread.is_alive()
