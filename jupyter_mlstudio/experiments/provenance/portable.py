"""A snapshot as one file, which restores the notebook of a run on any machine."""

import gzip
import json
from dataclasses import asdict
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.provenance.blobs import Blobs, digest_of
from jupyter_mlstudio.experiments.provenance.document import Document, KeptCell, read
from jupyter_mlstudio.experiments.provenance.snapshot import PIECE, STATES, plain

LARGEST = 500_000_000
"""Bytes that a file may unpack to."""

VERSION = 1


def packed(blobs: Blobs, run_id: str) -> bytes:
    """Write all that is kept about a run."""
    document = read(blobs, run_id)
    assert document is not None  # only runs that were kept are packed
    return written(document)


def written(document: Document) -> bytes:
    """Write a snapshot: the same one the same way each time."""
    told = {
        "version": VERSION,
        "run": document.run_id,
        "first": document.first,
        "last": document.last,
        "ended": document.ended,
        "manifest": None if document.body is None else document.body.decode("utf-8", "surrogatepass"),
        "cells": [asdict(cell) for cell in document.cells],
        "contents": {digest: content.decode("latin-1") for digest, content in document.contents.items()},
    }
    return gzip.compress(plain(told), mtime=0)


def opened(content: bytes) -> Document:
    """Read such a file.

    Raises:
        InvalidError: It is none, or it was damaged.
    """
    try:
        told = json.loads(_unzipped(content))
        if told["version"] > VERSION:
            raise InvalidError("The snapshot was written by a newer version of the studio. Update it to read the file.")
        contents = {digest: text.encode("latin-1") for digest, text in told["contents"].items()}
        cells = [KeptCell(**cell) for cell in told["cells"]]
        body = None if told["manifest"] is None else told["manifest"].encode("utf-8", "surrogatepass")
        document = Document(told["run"], told["first"], told["last"], told["ended"], body, cells, contents)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidError("The file is no snapshot of a run, or it is damaged.") from error
    if any(digest_of(each) != digest for digest, each in contents.items()):
        raise InvalidError("The snapshot is damaged: a part of it is not what it says it is.", code="damaged")
    return document


def take(blobs: Blobs, document: Document, run_id: str | None = None) -> None:
    """Keep a snapshot that comes from elsewhere, for this run or the one that it was made for."""
    database, keep = blobs.database, blobs.keep
    name = f"taken:{run_id or document.run_id}"
    with database.transaction():
        for content in document.contents.values():
            keep(content)
        database.run("INSERT INTO sessions (name) VALUES (:name) ON CONFLICT (name) DO NOTHING", {"name": name})
        session = database.run("SELECT id FROM sessions WHERE name = :name", {"name": name}).rows[0]["id"]
        for place in range(0, len(document.cells), PIECE):
            piece = document.cells[place : place + PIECE]
            sources = keep(plain([keep(cell.source.encode("utf-8", "surrogatepass")) for cell in piece]))
            shown = keep(plain([_shown(blobs, cell) for cell in piece]))
            blobs.put_piece(session, place, (sources, keep(plain([cell.id for cell in piece])), shown))
        database.run(
            "INSERT OR REPLACE INTO runs VALUES (:id, :session, :first, :last, :manifest, :ended)",
            {
                "id": run_id or document.run_id,
                "session": session,
                "first": document.first,
                "last": document.last,
                "manifest": None if document.body is None else keep(document.body),
                "ended": int(document.ended),
            },
        )


def _shown(blobs: Blobs, cell: KeptCell) -> list[Any]:
    kept = blobs.keep(plain(cell.outputs)) if cell.outputs else 0
    return [cell.number, cell.started, cell.seconds, STATES.get(cell.state, 3), kept]


def _unzipped(content: bytes) -> bytes:
    import io

    with gzip.open(io.BytesIO(content)) as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise InvalidError(f"The snapshot unpacks to more than {LARGEST / 1e6:,.0f} MB.")
    return found
