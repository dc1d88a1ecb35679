"""What the way through the Jupyter server adds to one prediction, for one caller.

In turns: straight to the endpoint; through the server; through the same server by the HTTP client that Tornado brings
along; and the bare floor, a route of the server that answers at once.
"""

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from _project import figure, project, save, until

ROUNDS, ASKED = 9, 300
TOKEN = "measured"  # of a server that lives for a minute
SERVER = """
import sys
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.web import authenticated
from jupyter_mlstudio_server import routes
from jupyter_mlstudio_server.http import StudioHandler

folder, port, url, key = sys.argv[1:]

class Empty(StudioHandler):
    @authenticated
    async def post(self):
        self.finish(b"{}")

class Stock(StudioHandler):
    @authenticated
    async def post(self):
        client = AsyncHTTPClient()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        answer = await client.fetch(HTTPRequest(url + "/invocations", "POST", headers, self.request.body))
        self.finish(answer.body)

routes.ROUTES[:0] = [("/mlstudio/empty", Empty), ("/mlstudio/stock", Stock)]
ServerApp.launch_instance([
    f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--ServerApp.open_browser=False", "--allow-root",
    "--IdentityProvider.token=measured", "--ServerApp.log_level=ERROR",
    "--ServerApp.jpserver_extensions={'jupyter_mlstudio_server': True}",
])
"""


def main() -> None:
    """Measure and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with project() as studio:
        rows = save(studio.project, "linear")
        endpoint = studio.deploy("linear", trust=True)
        with server(studio.project, endpoint.url, endpoint.key) as port:
            body = json.dumps({"dataframe_records": rows[:1]}).encode()
            way = f"/mlstudio/serving/endpoints/{endpoint.id}/invocations"
            callers = {
                "direct": Raw(endpoint.url, "/invocations", f"Bearer {endpoint.key}", body),
                "through": Raw(f"http://127.0.0.1:{port}", way, f"token {TOKEN}", body),
                "stock": Raw(f"http://127.0.0.1:{port}", "/mlstudio/stock", f"token {TOKEN}", body),
                "empty": Raw(f"http://127.0.0.1:{port}", "/mlstudio/empty", f"token {TOKEN}", body),
            }
            assert callers["direct"].ask() == callers["through"].ask() == callers["stock"].ask()
            measured = {name: [] for name in callers}
            for _ in range(rounds):
                for name, caller in callers.items():
                    measured[name].append(caller.middle())
    report(measured)


def report(measured: dict[str, list[float]]) -> None:
    """Print medians of the rounds, and of the differences within each round."""
    print("  ms: " + ", ".join(f"{name} {statistics.median(times):.3f}" for name, times in measured.items()))

    def added(name: str) -> float:
        return statistics.median(way - direct for way, direct in zip(measured[name], measured["direct"], strict=True))

    figure("proxy_added", added("through"), "ms", 0.5, most=True)
    figure("proxy_added_to_stock_client", added("through") / added("stock"), "x", 0.8, most=True)
    figure("proxy_added_to_empty_route", added("through") / added("empty"), "x", 1.6, most=True)


@contextmanager
def server(folder: Path, url: str, key: str) -> Iterator[int]:
    """Start a Jupyter server with the extension; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, folder, str(port), url, key])
    try:
        until(lambda: _answers(port), 60, 0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Raw:
    """Asks over one kept connection, with as little of its own as can be."""

    def __init__(self, url: str, path: str, authorization: str, body: bytes) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {authorization}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._request = head.encode() + body

    def ask(self) -> bytes:
        """Ask once, and return the body of the answer."""
        self._socket.sendall(self._request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._socket.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], received
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self._socket.recv(65536)
        return body

    def middle(self) -> float:
        """Return how long the middle one of many questions takes, in milliseconds."""
        for _ in range(20):
            self.ask()
        times = []
        for _ in range(ASKED):
            begin = time.perf_counter()
            self.ask()
            times.append(time.perf_counter() - begin)
        return statistics.median(times) * 1e3


if __name__ == "__main__":
    main()
