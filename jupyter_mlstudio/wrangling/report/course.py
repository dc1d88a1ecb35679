"""How far a long verb is, and whether somebody wants it to stop."""

from collections.abc import Callable
from threading import Event

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.wrangling.messages import Progress


class Course:
    """Tells progress; raises where it is told when the work was stopped."""

    def __init__(self, verb: str, tell: Callable[[Progress], None] = lambda _: None) -> None:
        self._verb, self._tell, self._stopped = verb, tell, Event()

    def at(self, done: float, message: str) -> None:
        """Say how far the work is, and what comes next.

        Raises:
            ConflictError: The work is to stop.
        """
        if self._stopped.is_set():
            raise ConflictError("This was stopped before it was done.", code="stopped")
        self._tell(Progress(verb=self._verb, done=done, message=message))

    def stop(self) -> None:
        """Stop the work where it next tells."""
        self._stopped.set()
