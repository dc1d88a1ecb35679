"""Lets the Jupyter server reach the kernels of jobs, which others have started and will end."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.jobs.types import ConsoleTarget

LOOK = 2.0  # seconds between looks whether such a kernel is still there


class Consoles:
    """Makes kernels of jobs known to the server's kernels, from any thread.

    The server does not own them: what it calls shutdown only lets go of them here.
    """

    def __init__(self, kernels: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._kernels, self._loop = kernels, loop  # Jupyter lets sites replace the class, so it has no type
        self._watches: set[asyncio.Task[None]] = set()

    def open(self, find: Callable[[], ConsoleTarget]) -> ConsoleTarget:
        """Make a kernel known, and return how to name it; it is forgotten when `find` no longer finds it.

        Raises:
            ConflictError: There is no kernel.
        """
        target = find()
        connection = json.loads(Path(target.connection_file).read_text())
        asyncio.run_coroutine_threadsafe(self._know(target, connection, find), self._loop).result()
        return target

    async def _know(self, target: ConsoleTarget, connection: Any, find: Callable[[], ConsoleTarget]) -> None:
        kernels, name = self._kernels, target.kernel_id
        if name in kernels:
            return
        manager = kernels.kernel_manager_factory(parent=kernels, log=kernels.log, owns_kernel=False)
        manager.load_connection_info(connection)
        manager.kernel_id, manager.kernel_name = name, target.kernel_name
        manager.execution_state, manager.reason = "idle", ""
        manager.ready.set_result(None)
        kernels._kernels[name] = manager
        kernels._kernel_connections[name] = 0
        kernels.start_watching_activity(name)
        watch = asyncio.create_task(self._watch(name, manager, find))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)

    async def _watch(self, id: str, manager: Any, find: Callable[[], ConsoleTarget]) -> None:
        while self._kernels._kernels.get(id) is manager:
            await asyncio.sleep(LOOK)
            try:
                await self._loop.run_in_executor(None, find)
            except StudioError:
                break
        if self._kernels._kernels.get(id) is manager:
            manager.execution_state = "dead"
            self._kernels.stop_watching_activity(id)
            self._kernels.remove_kernel(id)

    def close(self) -> None:
        """Stop looking."""
        for watch in self._watches:
            watch.cancel()
