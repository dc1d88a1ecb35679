"""The sample notebooks and their flights, and how they come into a project."""

import shutil
from pathlib import Path

from pydantic import Field

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.types import Struct

FOLDER = "tour"
FILES = ("*.ipynb", "champion.*", "data/*")


class Samples(Struct):
    """The sample notebooks in a project."""

    folder: str = Field(description="Folder of the samples, as a path from the project folder.")
    notebooks: list[str] = Field(
        description="The notebooks in the order to read them, as paths from the project folder."
    )


def copy_samples(project: Path) -> Samples:
    """Copy the sample notebooks and their data into the project's folder `tour`; files that are there stay untouched.

    Raises:
        ConflictError: There is a file called `tour`.
        NotFoundError: The package was installed without its shared data.
    """
    source, target = installed(), project / FOLDER
    if target.exists() and not target.is_dir():
        raise ConflictError(
            f"There is a file called {FOLDER!r} in the project. Move it away to make room for the folder."
        )
    for pattern in FILES:
        for path in sorted(source.glob(pattern)):
            _copy(path, target / path.relative_to(source))
    return Samples(folder=FOLDER, notebooks=[f"{FOLDER}/{path.name}" for path in sorted(target.glob("0*.ipynb"))])


def installed() -> Path:
    """Return the folder where the samples were installed: the checkout's own, or Jupyter's shared data.

    Raises:
        NotFoundError: The package was installed without its shared data.
    """
    from jupyter_core.paths import jupyter_path

    checkout = Path(__file__).parents[1] / "sample_notebooks"
    for folder in [checkout, *map(Path, jupyter_path("mlstudio", "samples"))]:
        if (folder / "01-wrangle.ipynb").is_file():
            return folder
    raise NotFoundError("The sample notebooks are not installed. Install jupyter-mlstudio anew with pip.")


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
