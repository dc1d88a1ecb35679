"""What snapshots are made of, each kept once under what tells it apart."""

import zlib
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.sqlite import Database

FILE = "provenance.db"

TABLES = """
CREATE TABLE IF NOT EXISTS blobs (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS pieces (
    session INTEGER NOT NULL, place INTEGER NOT NULL,
    sources INTEGER NOT NULL, ids INTEGER NOT NULL, shown INTEGER NOT NULL,
    PRIMARY KEY (session, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digests (path TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL, digest TEXT)
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    id BLOB PRIMARY KEY, session INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    manifest INTEGER, ended INTEGER NOT NULL
) WITHOUT ROWID;
"""
"""A run is a stretch of a session; a session's executed cells are kept in pieces, which its runs share."""

PARTS = ("sources", "ids", "shown")
"""What a piece consists of: lists of what was executed, in which cells, and of what they showed."""

PLAIN, PACKED = b"\0", b"\1"


class Blobs:
    """The database of a project's snapshots; safe to share between threads and processes."""

    def __init__(self, state: Path) -> None:
        self.path = state / FILE

    @cached_property
    def database(self) -> Database:
        """The database, made at first use."""
        database = Database(self.path)
        database.script(TABLES)
        return database

    @property
    def exists(self) -> bool:
        """Whether anything has been kept yet: looking must not make a file."""
        return self.path.exists()

    def keep(self, content: bytes) -> int:
        """Keep a content, unless it is there, and return its number here."""
        digest = sha256(content).digest()
        number = self._number(digest)
        if number is None:
            packed = zlib.compress(content, 6)
            body = PACKED + packed if len(packed) < len(content) else PLAIN + content
            self._run(
                "INSERT INTO blobs (digest, content) VALUES (:digest, :body) ON CONFLICT (digest) DO NOTHING",
                {"digest": digest, "body": body},
            )
            number = self._number(digest)
        assert number is not None  # it was there or has just been added
        return number

    def content(self, number: int) -> bytes | None:
        """Return a content by its number; None if it is lost."""
        rows = self._run("SELECT content FROM blobs WHERE id = :id", {"id": number})
        return unpacked(rows[0]["content"]) if rows else None

    def by_digest(self, digest: str) -> bytes | None:
        """Return a content by its digest; None if it was never kept."""
        rows = self._run("SELECT content FROM blobs WHERE digest = :digest", {"digest": bytes.fromhex(digest)})
        return unpacked(rows[0]["content"]) if rows else None

    def put_piece(self, session: int, place: int, parts: tuple[int, int, int]) -> None:
        """Keep a piece of a session in place of its last version, whose lists are let go unless others need them."""
        key = {"session": session, "place": place}
        before = self._run("SELECT * FROM pieces WHERE session = :session AND place = :place", key)
        values = {**key, **dict(zip(PARTS, parts, strict=True))}
        self._run("INSERT OR REPLACE INTO pieces VALUES (:session, :place, :sources, :ids, :shown)", values)
        for name in PARTS if before else ():
            if before[0][name] != values[name]:
                self._run(
                    "DELETE FROM blobs WHERE id = :id AND NOT EXISTS"
                    " (SELECT 1 FROM pieces WHERE sources = :id OR ids = :id OR shown = :id)",
                    {"id": before[0][name]},
                )

    def size(self) -> int:
        """Return how many bytes the database takes."""
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.path.stat().st_size if self.exists else 0

    def _number(self, digest: bytes) -> int | None:
        rows = self._run("SELECT id FROM blobs WHERE digest = :digest", {"digest": digest})
        return int(rows[0]["id"]) if rows else None

    def _run(self, statement: str, values: Mapping[str, Any] | None = None) -> Any:
        return self.database.run(statement, values).rows


def unpacked(body: bytes) -> bytes:
    """Return a content as it was given."""
    return zlib.decompress(body[1:]) if body[:1] == PACKED else body[1:]


def digest_of(content: bytes) -> str:
    """Return the text that a content is known by."""
    return sha256(content).hexdigest()
