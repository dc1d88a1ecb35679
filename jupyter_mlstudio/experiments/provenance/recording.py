"""What a run notes about where it comes from, while it is being made: nothing here can fail it, or hold it up."""

import logging
import os
import sys
from pathlib import Path

from jupyter_mlstudio.experiments.provenance import origin, sources
from jupyter_mlstudio.experiments.provenance.capture import Capture, listen
from jupyter_mlstudio.experiments.provenance.keeper import (
    CODE,
    Entry,
    Keeper,
    KeepFile,
    Label,
    keeper,
    submit,
    tags_of,
)
from jupyter_mlstudio.experiments.provenance.snapshot import Setting, manifest
from jupyter_mlstudio.experiments.reading import rows

CELL_SHOWN = 5000
"""Characters of a cell's source that a tag holds; the snapshot holds all of them."""

CELL_ID = "mlstudio.cell_id"

LOG = logging.getLogger(__name__)


class Recording:
    """Notes where one run comes from.

    `tags` are known at once. `begin` and `end` return at once: what takes a moment is done in a thread of its own, and
    the outputs of the cell that made the run are completed when that cell has ended.
    """

    def __init__(self, project: Path) -> None:
        self._entry: Entry | None = None
        self._keeper: Keeper | None = None
        self.tags: dict[str, str] = {}
        try:
            self._prepare(project)
        except Exception:  # an odd shell, a folder that is gone: a run without an origin is a run
            LOG.warning("Where the run comes from could not be found out.", exc_info=True)

    def begin(self, run_id: str, label: Label, keep_file: KeepFile | None = None) -> None:
        """Keep what made the run so far.

        Args:
            run_id: Id of the run.
            label: Writes tags of the run; called from another thread, soon.
            keep_file: Keeps a file with the run, by name; given for stores that other machines read too.
        """
        if self._entry is not None and self._keeper is not None:
            self._entry.run_id, self._entry.label, self._entry.keep_file = run_id, label, keep_file
            self._keeper.begin(self._entry)

    def end(self) -> None:
        """Keep what has made the run until now, its end."""
        if self._entry is not None and self._keeper is not None:
            try:
                capture = self._entry.capture
                last = -1 if capture is None else max(capture.current(), self._entry.first)
                self._keeper.end(self._entry, last)
            except Exception:  # as above
                LOG.warning("Where the run comes from could not be kept.", exc_info=True)

    def _prepare(self, project: Path) -> None:
        capture = listen()
        self._keeper = keeper(project / ".mlstudio")
        setting = _setting(project, capture)
        self._entry = Entry(setting, capture)
        around = self._entry.around = self._keeper.fresh(setting, self._entry.first)
        self.tags = origin.tags(setting.notebook, setting.script)
        if capture is not None and self._entry.first >= 0:
            execution = capture.executions[self._entry.first]
            self.tags |= {rows.CELL: execution.source[:CELL_SHOWN], CODE: execution.code.hex()}
            self.tags |= {CELL_ID: execution.cell_id} if execution.cell_id else {}
        if around is not None:
            code = self._entry.code(self._entry.first)
            self.tags |= tags_of(manifest(setting, around, code), around, code)


def flush(seconds: float = 30) -> None:
    """Wait until all that was noted in this process is kept."""
    submit(lambda: None).exception(timeout=seconds)


def _setting(project: Path, capture: Capture | None) -> Setting:
    notebook = origin.notebook_path(project)
    script = sources.script() if capture is None else None
    arguments = sys.argv[1:] if capture is None else []
    try:
        folder = sources.shown(project, Path.cwd())
    except OSError:  # somebody has removed it
        folder = os.environ.get("PWD", "")
    return Setting(project, notebook, script, arguments, folder)
