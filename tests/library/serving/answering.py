"""An endpoint's worker in a thread of the tests: the same code behind a real socket, without a process of its own."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.key import write_key
from jupyter_mlstudio.serving.runtime.order import Limits, Order, Variant
from jupyter_mlstudio.serving.runtime.predictors import open_predictor
from jupyter_mlstudio.serving.runtime.prepare import prepare
from jupyter_mlstudio.serving.runtime.variants import Variants
from jupyter_mlstudio.serving.runtime.wire.routes import ROUTES


@dataclass
class Target:
    """Something that answers for a model: where, with which key, and under which name."""

    url: str
    key: str
    name: str

    def __post_init__(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        self.client = httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def ask(self, body, kind="application/json", path="/invocations", **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=body, headers={"Content-Type": kind, **given})

    def rows(self, **body):
        return self.client.post("/invocations", json=body)

    def rows_as(self, kind, **body):
        return self.client.post("/invocations", json=body, headers={"Accept": kind})


@contextmanager
def answering(folder: Path, place: Path, *, compiled=False, **limits):
    """Answer for a model folder; the endpoint is named after it."""
    target = {"number": 1, "label": folder.name, "folder": str(folder), "plan": str(place / "plan")}
    variant = Variant(**target, digest=digest(folder), trusted=True)
    if compiled:
        prepare(variant, place)
    (place / "run").mkdir(exist_ok=True)
    key = write_key(place / "key")
    bounds = Limits(**limits)
    order = Order("id", folder.name, str(place), str(place), 1, (variant,), bounds)
    listening = socket.create_server(("127.0.0.1", 0))
    ready, made = threading.Event(), []

    async def serve():
        variants = Variants(order, lambda each: open_predictor(each, place, bounds))
        made.append((Application(order, variants, routes=ROUTES), asyncio.get_running_loop()))
        await made[0][0].serve(listening, ready.set)

    thread = threading.Thread(target=lambda: uvloop.run(serve()))
    thread.start()
    assert ready.wait(20)
    asked = Target(f"http://127.0.0.1:{listening.getsockname()[1]}", key, folder.name)
    try:
        yield asked
    finally:
        asked.client.close()
        application, loop = made[0]
        loop.call_soon_threadsafe(application.leave)
        thread.join()
