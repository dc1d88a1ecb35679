"""Bad input: every cell of a table is refused with 4xx that names what is wrong, soon, and without a traceback.

Then a body of 120 MB, which must be refused before it is read, and what is no mistake: no rows, turned columns.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from _project import figure, project, save

ROUNDS, HUGE, LONGEST = 5, 120 * 2**20, 10.0
GOOD = {f"column_{place}": 0.5 for place in range(20)}
Cell = tuple[bytes, str]


def main() -> None:
    """Measure and print the figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with project() as studio:
        save(Path(studio.project), "linear")
        endpoint = studio.deploy("linear", "refusals", trust=True)
        ask = asker(endpoint.url, endpoint.key)
        slowest, wrong = table(ask)
        figure("refusals_wrong", wrong, "cells", 0, most=True)
        figure("refusals_slowest", slowest, "ms", LONGEST, most=True)
        figure("answers_wrong", answered(ask), "answers", 0, most=True)
        found = next(each for each in studio.serving.endpoints().items if each.name == "refusals")
        worker = studio.serving.stats(found.id).workers[0].pid
        grown, took = huge(endpoint.url, endpoint.key, worker)
        print(f"  120 MB: refused after {took * 1e3:.1f} ms")
        figure("huge_body_growth", grown, "MB", 5, most=True)


def cells() -> dict[str, Cell]:
    """Return every bad body, and what the message must name."""
    return {
        "missing column": (records({name: value for name, value in GOOD.items() if name != "column_7"}), "'column_7'"),
        "extra column": (records({**GOOD, "tail": 1}), "'tail'"),
        "misspelt column": (records(GOOD).replace(b"column_19", b"colum_19"), "'column_19'"),
        "a column twice": (split([*GOOD, "column_3"], [0.5] * 21), "'column_3'"),
        "text in a number column": (records({**GOOD, "column_3": "far"}), "'column_3'"),
        "number as text": (records({**GOOD, "column_3": "1.5"}), "'column_3'"),
        "truth for a number": (records({**GOOD, "column_3": True}), "'column_3'"),
        "null": (records({**GOOD, "column_3": None}), "'column_3'"),
        "list for a number": (records({**GOOD, "column_3": [1]}), "'column_3'"),
        "beyond any float": (records(GOOD).replace(b"0.5}", b"1e999}"), "'column_19'"),
        "NaN": (records(GOOD).replace(b"0.5}", b"NaN}"), "'column_19'"),
        "Infinity": (records(GOOD).replace(b"0.5}", b"-Infinity}"), "'column_19'"),
        "ragged": (split(list(GOOD), [0.5] * 19), "Row 0"),
        "without names": (b'{"instances": [[1, 2]]}', "column names"),
        "no form": (b'{"rows": []}', "dataframe_split"),
        "malformed": (records(GOOD)[:-20], "JSON"),
        "empty": (b"", "JSON"),
        "not UTF-8": (records({**GOOD, "column_3": "x"}).replace(b'"x"', b'"\xff\xfe"'), "UTF-8"),
        "nested 100,000 deep": (b'{"dataframe_records": ' + b"[" * 100_000, "deeply"),
        "nested 100,000 deep, closed": (b'{"inputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeply"),
        "the last of 1,000 rows": (records(*[GOOD] * 999, {**GOOD, "column_3": "far"}), "row 999"),
    }


def table(ask: Callable) -> tuple[float, int]:
    """Ask for every cell; returns the slowest median in ms, and how many were not refused as they should."""
    slowest, wrong = 0.0, 0
    for name, (body, word) in cells().items():
        times = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            status, answer = ask(body)
            times.append((time.perf_counter() - begin) * 1e3)
        message = json.loads(answer)["message"]
        right = 400 <= status < 500 and word in message and b"Traceback" not in answer
        wrong += not right
        slowest = max(slowest, median(times))
        print(f"  {name}: {status}, {median(times):.2f} ms: {message}{'' if right else ' WRONG'}")
    return slowest, wrong


def answered(ask: Callable) -> int:
    """Ask what is no mistake; returns how many answers are wrong."""
    values = {name: float(place) for place, name in enumerate(GOOD)}
    usual = ask(records(values))
    turned = ask(records(dict(reversed(values.items()))))
    other = ask(split(list(values)[::-1], list(values.values())[::-1]))
    none = ask(b'{"dataframe_records": []}')
    expected = (200, b'{"predictions":[]}')
    return (turned != usual) + (other != usual) + (none != expected) + (b"predictions" not in usual[1])


def huge(url: str, key: str, worker: int) -> tuple[float, float]:
    """Send a body that is far too large; returns by how many MB the worker grew at most, and when it answered."""
    address = urlsplit(url)
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # the highest mark of its memory begins anew
    before = peak(worker)
    head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {HUGE}\r\n\r\n"
    begin = time.perf_counter()
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode())
        sent, block = 0, b"x" * 2**16
        try:
            while sent < HUGE and time.perf_counter() - begin < LONGEST:
                sent += connection.send(block)
        except OSError:
            pass  # it is not read any more
    took = time.perf_counter() - begin
    status = refused(address.hostname or "", address.port or 0, head)
    assert status == b"413", status
    print(f"  {sent / 2**20:.1f} MB were taken before the connection was closed")
    return peak(worker) - before, took


def refused(host: str, port: int, head: str) -> bytes:
    """Return the status for a head alone."""
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(head.encode())
        return connection.recv(4096).split(b" ")[1]


def peak(pid: int) -> float:
    """Return the most memory that a process had, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def asker(url: str, key: str) -> Callable:
    """Make what asks over a kept connection."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname, address.port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(body: bytes) -> tuple[int, bytes]:
        connection.request("POST", "/invocations", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    return ask


def records(*rows: dict) -> bytes:
    """Write rows as objects."""
    return json.dumps({"dataframe_records": rows}).encode()


def split(columns: list, *rows: list) -> bytes:
    """Write rows as lists."""
    return json.dumps({"dataframe_split": {"columns": columns, "data": rows}}).encode()


if __name__ == "__main__":
    main()
