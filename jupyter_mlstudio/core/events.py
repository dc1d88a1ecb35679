"""How the library tells that something it keeps has changed."""

from collections.abc import Callable
from typing import Literal

from jupyter_mlstudio.core.types import Struct


class Changed(Struct):
    """Something changed. It says what, never to what: whoever cares asks again."""

    kind: Literal["job", "schedule", "sweep", "workflow", "run", "model", "endpoint", "monitor", "recipe"]
    id: str
    change: Literal["added", "changed", "removed"]


Publish = Callable[[Changed], None]
"""Takes a change, from any thread, and returns at once."""


def nobody(_: Changed) -> None:
    """Publish to nobody: for a Studio that no panel watches."""
