"""A server extension that looks every two milliseconds how late the event loop is, and writes the worst to a file."""

import asyncio
import time
from pathlib import Path

from jupyter_server.serverapp import ServerApp

STEP = 0.002


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "_probe"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    """Begin to look, and keep the task with the application so that it lives as long."""
    app.probe = asyncio.get_event_loop().create_task(_look(Path(app.root_dir) / ".delays"))


async def _look(file: Path) -> None:
    with file.open("a", buffering=1) as delays:
        while True:
            begin = time.time()
            await asyncio.sleep(STEP)
            late = time.time() - begin - STEP
            if late > STEP:
                delays.write(f"{begin} {late}\n")
