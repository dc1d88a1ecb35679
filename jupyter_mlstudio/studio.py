"""Studio: one project folder, its services, and how they meet."""

from pathlib import Path
from typing import Any, Self

from jupyter_mlstudio.core.events import Changed, Publish, nobody
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.settings import Settings


class Studio:
    """Everything that can be done in a project folder, with or without a server.

    State lives in the folder's `.mlstudio/`; opening costs little and imports no engine. Safe to share between threads.
    """

    def __init__(self, project: Path, settings: Settings, publish: Publish) -> None:
        self.project, self.settings, self.publish = project, settings, publish
        self.state = project / ".mlstudio"

    @classmethod
    def open(cls, project: str | Path = ".", *, publish: Publish = nobody, **settings: Any) -> Self:
        """Open a project folder.

        Args:
            project: The folder; it must exist.
            publish: Told of every change made through this Studio.
            **settings: Fields of `Settings`.

        Raises:
            InvalidError: A setting is unknown or out of range.
        """
        return cls(Path(project).resolve(), convert(Settings, settings), publish)

    def poll(self) -> list[Changed]:
        """Return what other processes have changed since the last call."""
        return []
