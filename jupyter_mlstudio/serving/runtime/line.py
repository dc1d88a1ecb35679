"""The queue in front of the model: one prediction at a time, a bounded number waiting."""

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from jupyter_mlstudio.serving.runtime.refusal import RefusedError

T = TypeVar("T")


class Line:
    """Lets requests wait for the one thread that predicts; when too many wait, the next is sent away at once."""

    def __init__(self, limit: int, patience: float) -> None:
        self._limit, self._patience = limit, patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="predict")
        self._usual = 0.01
        self.waiting = 0

    async def run(self, call: Callable[[], T]) -> T:
        """Run a call in its turn.

        Raises:
            RefusedError: Too many wait already, or the turn did not come, or did not end, in time.
        """
        if self.waiting >= self._limit:
            told = f"{self.waiting} requests wait already. Try again in a moment, or send more rows a request."
            raise RefusedError("busy", told, status=429, retry_after=self.retry_after)
        self.waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._timed, call)
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._patience)
        except TimeoutError:
            future.cancel()
            told = f"The model did not answer within {self._patience:g} seconds."
            raise RefusedError("timeout", told, status=504) from None

    @property
    def retry_after(self) -> int:
        """After how many seconds there should be room again, from how long predictions take of late."""
        return max(1, math.ceil(self._usual * self.waiting))

    def close(self) -> None:
        """Start nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _timed(self, call: Callable[[], T]) -> T:
        begin = time.perf_counter()
        try:
            return call()
        finally:
            self._usual += 0.2 * (time.perf_counter() - begin - self._usual)

    def _done(self, future: "asyncio.Future[T]") -> None:
        self.waiting -= 1
        if not future.cancelled():
            future.exception()  # whoever asked may have left; the loop shall not complain
