"""Files that live as long as somebody reads them."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize


class ScratchFolder:
    """A folder that is removed when nobody holds this object any more, at the latest when Python ends."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="mlstudio-source-"))
        self._end = finalize(self, shutil.rmtree, self.path, ignore_errors=True)
