"""Files that Polars cannot scan as they are, made into plain UTF-8 files aside."""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast
from zipfile import ZipFile

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.dialect import member
from jupyter_mlstudio.wrangling.sources.scratch import ScratchFolder

_PIECE = 4 * 1024 * 1024


class PlainFile(NamedTuple):
    """A file in UTF-8 that can be scanned, and the folder that goes away when nobody holds it any more."""

    path: Path
    folder: ScratchFolder | None = None


def plain_file(path: Path, encoding: str) -> PlainFile:
    """Return a file that can be scanned: the file itself, or a copy that is unpacked and in UTF-8.

    Raises:
        InvalidError: The file is not in that encoding.
    """
    if encoding in {"utf8", "utf8-lossy"} and path.suffix.lower() != ".zip":
        return PlainFile(path)
    folder = ScratchFolder()
    copy = folder.path / "plain.csv"
    with _opened(path) as packed, copy.open("wb") as out:
        if encoding in {"utf8", "utf8-lossy"}:
            shutil.copyfileobj(packed, out, _PIECE)
        else:
            _decode(packed, encoding, path, out)
    return PlainFile(copy, folder)


def _decode(packed: IO[bytes], encoding: str, path: Path, out: IO[bytes]) -> None:
    from codecs import getincrementaldecoder

    try:
        decoder = getincrementaldecoder(encoding)()
        while piece := packed.read(_PIECE):
            out.write(decoder.decode(piece).encode())
        out.write(decoder.decode(b"", final=True).encode())
    except LookupError:
        raise InvalidError(
            f"encoding: there is no encoding “{encoding}”. Use utf8, cp1252, utf-16 or another that Python knows.",
            code="wrong_encoding",
        ) from None
    except UnicodeError as error:
        raise InvalidError(
            f"“{path.name}” is not written in {encoding}: {error}. Choose another encoding.", code="wrong_encoding"
        ) from None


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with ZipFile(path) as archive, archive.open(member(archive, path)) as file:
            yield file
    elif suffix == ".gz":
        with gzip.open(path) as unpacked:
            yield cast(IO[bytes], unpacked)
    else:
        with path.open("rb") as file:
            yield file
