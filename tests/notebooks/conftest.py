"""One project for all samples: each notebook builds on what those before it have left."""

from pathlib import Path

import papermill
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.samples import copy_samples

SMALL = {
    "01-wrangle": {"rows": 20_000},
    "02-train": {"rows": 6_000, "max_iter": 10},
    "03-track": {},
    "04-jobs": {"rows": 3_000, "max_iter": 5, "rates": [0.05, 0.3]},
    "05-register": {},
    "06-serve": {"requests": 5},
}


class Tour:
    """The samples in a fresh project; a notebook is run once, after those before it."""

    def __init__(self, project: Path) -> None:
        self.studio = Studio.open(project)
        self.studio.state.mkdir()
        self.names = [Path(path).stem for path in copy_samples(project).notebooks]
        self._done: list[str] = []

    def run(self, name: str) -> None:
        for each in self.names[: self.names.index(name) + 1]:
            if each not in self._done:
                self._execute(each)
                self._done.append(each)

    def _execute(self, name: str) -> None:
        tour = self.studio.project / "tour"
        papermill.execute_notebook(
            tour / f"{name}.ipynb",
            tour / f"{name}.out.ipynb",
            SMALL[name],
            cwd=str(tour),
            progress_bar=False,
        )


@pytest.fixture(scope="session")
def tour(tmp_path_factory):
    running = Tour(tmp_path_factory.mktemp("project"))
    yield running
    for endpoint in running.studio.serving.endpoints().items:
        running.studio.serving.remove(endpoint.id)
