"""Where monitoring keeps things: a folder an endpoint, with reports, truth, chosen baselines and rows to look at."""

import os
import shutil
from pathlib import Path

from jupyter_mlstudio.monitoring.baseline import FOLDER
from jupyter_mlstudio.monitoring.meeting import WatchedModel
from jupyter_mlstudio.monitoring.reports import Reports

ROWS_KEPT = 20


class Places:
    """The folders below `.mlstudio/monitoring`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, id: str) -> Path:
        """Return the folder of an endpoint."""
        return self._root / id

    def truth(self, id: str) -> Path:
        """Return where it is kept what was right."""
        return self._root / id / "truth"

    def rows(self, id: str) -> Path:
        """Return where rows are put that somebody wants to look at."""
        return self._root / id / "rows"

    def reports(self, id: str) -> Reports:
        """Return the reports of an endpoint."""
        return Reports(self._root / id / "reports")

    def chosen(self, id: str, model: WatchedModel) -> Path:
        """Return where the baseline lies that was chosen in place of the training data."""
        return self._root / id / "baselines" / str(model.number)

    def baseline(self, id: str, model: WatchedModel) -> Path:
        """Return where the baseline of a deployment lies: the chosen one, or that of the training data."""
        chosen = self.chosen(id, model)
        return chosen if (chosen / "baseline.json").is_file() else model.folder / FOLDER

    def forget_chosen(self, id: str, model: WatchedModel) -> None:
        """Go back to the training data."""
        shutil.rmtree(self.chosen(id, model), ignore_errors=True)

    def forget(self, id: str) -> None:
        """Delete everything about an endpoint."""
        shutil.rmtree(self.folder(id), ignore_errors=True)

    def tidy_rows(self, id: str) -> None:
        """Delete the oldest files with rows; they can be made again."""
        paths = sorted(self.rows(id).glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in paths[ROWS_KEPT:]:
            path.unlink(missing_ok=True)

    def mark(self, id: str) -> int:
        """Note that something about an endpoint has changed, for other processes to notice; returns the new mark."""
        path = self.folder(id) / "changed"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path.stat().st_mtime_ns

    def marks(self) -> dict[str, int]:
        """Return for each endpoint something that differs after a change."""
        found = {}
        try:
            entries = list(os.scandir(self._root))
        except OSError:
            return {}
        for entry in entries:
            try:
                found[entry.name] = os.stat(f"{entry.path}/changed").st_mtime_ns  # noqa: PTH116  # asked four times a second
            except OSError:
                continue
        return found
