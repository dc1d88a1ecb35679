"""More than an endpoint can do: bodies that are too large, callers that are too slow, and too many rows at once."""

import asyncio
import json
import threading
import time
from statistics import median

import psutil
from _load import Side, load
from _project import figure, project, save

HUGE = 120 * 2**20
SLOW, WITHIN = 300, 10.0
CALLERS, ROWS = 400, 250


def main() -> None:
    """Measure and print the figures."""
    with project() as studio:
        rows = save(studio.project, "forest")
        endpoint = studio.deploy("forest", "overload", trust=True)
        caller = Caller(endpoint, rows)
        asyncio.run(caller.ask(4))
        worker = psutil.Process(studio.serving.stats(endpoint.id).workers[0].pid)
        for name, chunked in (("length", False), ("chunks", True)):
            huge(caller, worker, name, chunked=chunked)
        slow(caller)
        crowded(caller)
        assert worker.is_running(), "the worker was lost"


class Caller:
    """Talks to one endpoint in bare bytes."""

    def __init__(self, endpoint: object, rows: list[dict]) -> None:
        self.host, self.port = endpoint.url.removeprefix("http://").split(":")
        self.row, self.headers = (
            rows[0],
            {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"},
        )
        self.side = Side("ours", f"{endpoint.url}/invocations", self.body(1), self.headers)

    def body(self, count: int) -> bytes:
        split = {"columns": list(self.row), "data": [list(self.row.values())] * count}
        return json.dumps({"dataframe_split": split}).encode()

    def head(self, *fields: str) -> bytes:
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(["POST /invocations HTTP/1.1", "Host: x", *lines, *fields, "", ""]).encode()

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, int(self.port))

    async def ask(self, rows: int) -> tuple[int, dict[str, str], float]:
        """Ask once over a connection of its own; return status, headers and seconds."""
        body = self.body(rows)
        reader, writer = await self.open()
        begin = time.perf_counter()
        writer.write(self.head(f"Content-Length: {len(body)}") + body)
        status, headers = await answer(reader)
        writer.close()
        return status, headers, time.perf_counter() - begin


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Read an answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split()[1]), headers


def huge(caller: Caller, worker: psutil.Process, name: str, *, chunked: bool) -> None:
    """Send far too large a body, and see how much larger the worker gets."""
    before = worker.memory_info().rss
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            peak.append(worker.memory_info().rss)

    async def send() -> tuple[int, float]:
        reader, writer = await caller.open()
        writer.write(caller.head("Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUGE}"))
        begin, part = time.perf_counter(), b"1" * 2**20
        told = asyncio.create_task(answer(reader))
        for _ in range(HUGE // len(part)):
            writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
            try:
                await writer.drain()
            except ConnectionError:
                break
        status, _ = await told
        writer.close()
        return status, time.perf_counter() - begin

    watcher = threading.Thread(target=watch)
    watcher.start()
    status, seconds = asyncio.run(send())
    done.set()
    watcher.join()
    assert status == 413, status
    limit = 64 if chunked else 0  # what comes in chunks says how much it is only by being it
    grown = (max(peak) - before) / 2**20
    print(f"  120 MB by {name}: 413 after {seconds * 1e3:.0f} ms")
    figure(f"huge_by_{name}_growth", grown, "MB", 5 + limit, most=True)


def slow(caller: Caller) -> None:
    """Open connections that send a byte a second, and see what that does to others."""
    alone = [load(caller.side, 4, 1) for _ in range(3)]
    cut: list[float] = []
    with Slow(caller, cut) as crowd:
        beside = [load(caller.side, 4, 1) for _ in range(5)]
        crowd.join(WITHIN + 5)
    assert not sum(each.failed for each in (*alone, *beside)), "good requests failed"
    before, during = (median(each.p99 for each in loads) for loads in (alone, beside))
    print(f"  p99 without slow callers {before:.3g} ms, with {SLOW} of them {during:.3g} ms")
    figure("slow_callers_cut", len(cut), "callers", SLOW, most=False)
    figure("slow_callers_cut_within", max(cut), "s", WITHIN, most=True)
    figure("p99_beside_slow_callers", during / before, "x", 1.5, most=True)


class Slow:
    """Callers that never finish their request; notes after how long each was cut off."""

    def __init__(self, caller: Caller, cut: list[float]) -> None:
        self._caller, self._cut = caller, cut
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))

    def __enter__(self) -> threading.Thread:
        self._thread.start()
        time.sleep(0.5)
        return self._thread

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(number) for number in range(SLOW)))

    async def _one(self, number: int) -> None:
        reader, writer = await self._caller.open()
        begin = time.perf_counter()
        sent = self._caller.head("Content-Length: 100") if number % 2 else b"POST /invocations HTTP/1.1\r\nX: "
        writer.write(sent)
        told = asyncio.create_task(reader.read())
        while not told.done() and time.perf_counter() - begin < 2 * WITHIN:
            await asyncio.wait([told], timeout=1)
            writer.write(b"1")
        if told.done():
            self._cut.append(time.perf_counter() - begin)
        writer.close()


def crowded(caller: Caller) -> None:
    """Ask for far more rows at once than can wait."""
    answers = asyncio.run(together(caller))
    served = [seconds for status, _, seconds in answers if status == 200]
    refused = [(headers, seconds) for status, headers, seconds in answers if status == 429]
    print(f"  {CALLERS} callers with {ROWS} rows each: {len(served)} answered, {len(refused)} sent away")
    figure("answered_or_sent_away", len(served) + len(refused), "callers", CALLERS, most=False)
    figure("slowest_accepted", max(served), "s", 2, most=True)
    if not refused:
        return
    figure("sent_away_within", median(seconds for _, seconds in refused), "s", 1, most=True)
    wait = max(int(headers["retry-after"]) for headers, _ in refused)
    time.sleep(wait)
    again = [asyncio.run(caller.ask(ROWS))[0] for _ in range(5)]
    print(f"  Retry-After {wait} s")
    figure("accepted_after_retry_after", again.count(200), "of 5", 5, most=False)


async def together(caller: Caller) -> list[tuple[int, dict[str, str], float]]:
    """Ask from all callers at once."""
    return list(await asyncio.gather(*(caller.ask(ROWS) for _ in range(CALLERS))))


if __name__ == "__main__":
    main()
