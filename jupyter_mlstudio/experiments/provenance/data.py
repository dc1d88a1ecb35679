"""The data files that code reads, found by the paths that stand in it, and what tells their contents apart."""

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.experiments.provenance.blobs import Blobs
from jupyter_mlstudio.experiments.provenance.secrets import is_secret_file
from jupyter_mlstudio.experiments.provenance.slicing.knowledge import WRITES
from jupyter_mlstudio.experiments.provenance.slicing.magics import readable
from jupyter_mlstudio.experiments.provenance.sources import shown
from jupyter_mlstudio.experiments.provenance.types import NowState

LARGEST = 200_000_000
"""Bytes of a file whose content is looked at; of a larger one only its size and time."""

MANY = 100
"""Files that are looked at for a run."""

CODE = (".py", ".ipynb", ".md", ".html", ".css", ".js")

OUTGOING = (*WRITES, "savefig", "log_", "mkdtemp", "print", "display", "title", "set_", "exists")
"""Calls whose names begin so do not read the paths that they are given."""


LONG = 300
"""Characters from which on a text is no path."""


class Read(NamedTuple):
    """A file as it was when it was looked at; the digest is missing of large files, whose time counts instead."""

    path: str
    size: int
    time: int | None
    digest: str | None


def read_by(blobs: Blobs, project: Path, sources: Iterable[str], since: float | None) -> list[Read]:
    """Tell which files these sources read; a file that was written since is what they made."""
    paths = {path for source in sources for text in _paths(source) for path in _found(project, text)}
    found: list[Read] = []
    for path in sorted(paths)[:MANY]:
        state = path.stat()
        if since is not None and state.st_mtime > since:
            continue
        digest = digest_of_file(blobs, path)
        found.append(Read(shown(project, path), state.st_size, None if digest else state.st_mtime_ns, digest))
    return found


def now(blobs: Blobs, project: Path, then: Read) -> NowState:
    """Tell how a file is today; one that was not touched since it was last looked at is not read again."""
    path = project / then.path
    try:
        state = path.stat()
    except OSError:
        return NowState.GONE
    if state.st_size != then.size:
        return NowState.CHANGED
    if then.digest is None:
        return NowState.SAME if state.st_mtime_ns == then.time else NowState.CHANGED
    return NowState.SAME if digest_of_file(blobs, path) == then.digest else NowState.CHANGED


def digest_of_file(blobs: Blobs, path: Path) -> str | None:
    """Return the digest of a file's content; None of a file that is too large or cannot be read."""
    try:
        state = path.stat()
        if state.st_size > LARGEST:
            return None
        key = {"path": str(path), "size": state.st_size, "time": state.st_mtime_ns}
        statement = "SELECT digest FROM digests WHERE path = :path AND size = :size AND time = :time"
        known = blobs.database.run(statement, key).rows
        if known:
            return str(known[0]["digest"])
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None
    blobs.database.run(
        "INSERT OR REPLACE INTO digests VALUES (:path, :size, :time, :digest)", {**key, "digest": digest}
    )
    return digest


@lru_cache(maxsize=2000)
def _paths(source: str) -> frozenset[str]:
    """Return the texts in a source that may be paths of files that it reads."""
    tree = readable(source).tree
    return frozenset() if tree is None else frozenset(_texts(tree))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_path(node.value):
        yield node.value
    if isinstance(node, ast.Call) and _goes_out(node):
        yield from _texts(node.func)
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _goes_out(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    modes = [part.value for part in node.args[1:] if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    writes = name == "open" and any(set(mode) & set("wax") for mode in modes)
    return writes or (str(name).startswith(OUTGOING) and name != "log_dataset")


def _is_path(text: str) -> bool:
    short = 0 < len(text) < LONG and "\n" not in text and "\0" not in text
    return short and ("." in text or "/" in text) and "://" not in text and not text.endswith(CODE)


def _found(project: Path, text: str) -> Iterator[Path]:
    for folder in dict.fromkeys((str(Path.cwd()), str(project))):
        path = Path(os.path.normpath(Path(folder, Path(text).expanduser())))
        if path.is_file() and not is_secret_file(path.name) and ".mlstudio" not in path.parts:
            yield path
            return
