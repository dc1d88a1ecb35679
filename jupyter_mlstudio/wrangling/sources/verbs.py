"""What a panel asks about sources: a look at a file, the tables of a database; and how a session opens one."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling.messages import Opened, Progress
from jupyter_mlstudio.wrangling.sources.databases import open_database, tables_of
from jupyter_mlstudio.wrangling.sources.files import FORMATS
from jupyter_mlstudio.wrangling.sources.frames import framed
from jupyter_mlstudio.wrangling.sources.head import Head, identifier
from jupyter_mlstudio.wrangling.sources.looking import look
from jupyter_mlstudio.wrangling.sources.types import (
    DatabaseSource,
    FileSource,
    Formats,
    FrameSource,
    Inspected,
    Source,
    Tables,
)
from jupyter_mlstudio.wrangling.writing import meant

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.session import Session


class SourceVerbs:
    """Opens the sources of a session."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def head(self, source: Source, password: str = "") -> Head:
        """Open a file, a frame of the kernel or a database.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: There is no such frame or table, or it cannot be read.
            ConflictError: It was stopped while rows came.
        """
        self._session.stopped.clear()
        if isinstance(source, FileSource):
            return self._session.files.open(source, self._told)
        if isinstance(source, DatabaseSource):
            return open_database(source, password, self._told)
        return self._framed(source)

    def inspect(self, source: FileSource) -> Inspected:
        """Look at the beginning of a file: what it is, how it is written, and what its first rows become.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It is of no kind that can be opened.
        """
        return look(self._session.files.find(source.path), source)

    def tables(self, source: DatabaseSource, password: str = "") -> Tables:
        """List the tables and views of a database."""
        return tables_of(source, password)

    def formats(self) -> Formats:
        """List the kinds of files that can be opened."""
        return FORMATS

    def settle(self) -> Opened:
        """Read a large text file whole, and go on with types that all of its rows fit.

        Raises:
            InvalidError: A line cannot be read; the message names it.
        """
        head = self._session.trail.head
        better = head.settled()
        if self._session.trail.head is not head:
            raise ConflictError("Another table was opened in between.", code="not_open")
        recipe = self._session.recipe
        opened = self._session.begin(better, recipe)
        self._session.apply(opened.recipe)
        return opened.model_copy(update={"recipe": self._session.recipe})

    def _told(self, rows: int) -> None:
        if self._session.stopped.is_set():
            raise ConflictError("Stopped before all rows had come.", code="stopped")
        self._session.tell(Progress(verb="open", done=-1, message=f"{rows:,} rows fetched"))

    def _framed(self, source: FrameSource) -> Head:
        known = self._session.variables()
        if source.name not in known:
            raise InvalidError(
                f"The kernel has no DataFrame “{source.name}”.{meant(source.name, known)} Run the cell that makes it.",
                code="no_frame",
            )
        name, shown_by_widget, _ = source.name.partition("#")
        return framed(identifier(name) if shown_by_widget else name, known[source.name])
