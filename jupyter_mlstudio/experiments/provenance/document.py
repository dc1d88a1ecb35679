"""A snapshot as it is read: whole, wherever it was kept."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jupyter_mlstudio.experiments.provenance.blobs import Blobs, digest_of, unpacked
from jupyter_mlstudio.experiments.provenance.outputs import Output
from jupyter_mlstudio.experiments.provenance.slicing.needed import Executed, needed
from jupyter_mlstudio.experiments.provenance.snapshot import STATES

NAMES = {number: name for name, number in STATES.items()}
MANY = 30_000
"""Blobs that one statement asks for."""


@dataclass(slots=True, frozen=True)
class KeptCell:
    """One execution of a cell, as it was kept."""

    id: str | None
    number: int | None
    source: str
    started: float | None
    seconds: float | None
    state: str
    outputs: list[Output]


@dataclass(frozen=True)
class Document:
    """What was kept about where a run comes from."""

    run_id: str
    first: int
    last: int
    ended: bool
    body: bytes | None  # the manifest
    cells: list[KeptCell]
    contents: dict[str, bytes]

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest; empty if the process ended before it was written."""
        found: dict[str, Any] = json.loads(self.body) if self.body else {}
        return found

    @cached_property
    def snapshot(self) -> str | None:
        """Digest of the manifest."""
        return None if self.body is None else digest_of(self.body)

    def part(self, name: str) -> dict[str, Any] | None:
        """Return a part that the manifest names by its digest, such as `environment`."""
        content = self.contents.get(str(self.manifest.get(name)))
        return None if content is None else json.loads(content)

    @cached_property
    def layout(self) -> dict[str, Any]:
        """What the notebook file had beside the executed cells; empty if there was no such file."""
        return self.part("layout") or {}

    @cached_property
    def needed(self) -> list[int]:
        """Places of the cells that the result depends on."""
        executed = [Executed(cell.source, cell.state == "failed") for cell in self.cells]
        return needed(executed, range(self.first, self.last + 1)) if self.first >= 0 else []


def read(blobs: Blobs, run_id: str) -> Document | None:
    """Read what a project's database has about a run; None if it has nothing."""
    if not blobs.exists:
        return None
    found = blobs.database.run("SELECT * FROM runs WHERE id = :id", {"id": run_id}).rows
    if not found:
        return None
    run = found[0]
    body = blobs.content(run["manifest"]) if run["manifest"] is not None else None
    cells = _cells(blobs, run["session"], run["last"])
    contents = _contents(blobs, body) if body else {}
    return Document(run_id, run["first"], run["last"], bool(run["ended"]), body, cells, contents)


def manifest_of(blobs: Blobs, run_id: str) -> dict[str, Any] | None:
    """Read only the manifest of a run; None if there is none."""
    if not blobs.exists:
        return None
    rows = blobs.database.run(
        "SELECT content FROM runs JOIN blobs ON blobs.id = runs.manifest WHERE runs.id = :id", {"id": run_id}
    ).rows
    return json.loads(unpacked(rows[0]["content"])) if rows else None


def references(manifest: dict[str, Any], contents: dict[str, bytes]) -> list[str]:
    """Return the digests of what a manifest and its parts name."""
    named = [manifest.get(part) for part in ("environment", "git", "layout")]
    files = [digest for _, _, digest, kept in manifest.get("files", ()) if kept]
    git = contents.get(str(manifest.get("git")))
    patch = json.loads(git).get("patch") if git else None
    return [digest for digest in (*named, *files, patch) if digest]


def _contents(blobs: Blobs, body: bytes) -> dict[str, bytes]:
    manifest = json.loads(body)
    found: dict[str, bytes] = {}
    for _ in range(2):  # the second time what the first has found names more
        for digest in references(manifest, found):
            if digest not in found and (content := blobs.by_digest(digest)) is not None:
                found[digest] = content
    return found


def _cells(blobs: Blobs, session: int, last: int) -> list[KeptCell]:
    rows = blobs.database.run(
        "SELECT * FROM pieces WHERE session = :session AND place <= :last ORDER BY place",
        {"session": session, "last": last},
    ).rows
    tables = _many(blobs, {row[name] for row in rows for name in ("sources", "ids", "shown")})
    told = [
        (source, cell_id, shown)
        for row in rows
        for source, cell_id, shown in zip(
            *(json.loads(tables[row[name]]) for name in ("sources", "ids", "shown")), strict=True
        )
    ][: last + 1]
    texts = _many(blobs, {number for source, _, shown in told for number in (source, shown[4]) if number})
    return [
        KeptCell(
            id=cell_id,
            number=number,
            source=texts.get(source, b"").decode("utf-8", "surrogatepass"),
            started=started,
            seconds=seconds,
            state=NAMES.get(state, "unknown"),
            outputs=json.loads(texts[shown]) if shown in texts else [],
        )
        for source, cell_id, (number, started, seconds, state, shown) in told
    ]


def _many(blobs: Blobs, numbers: set[int]) -> dict[int, bytes]:
    asked = sorted(numbers)
    found: dict[int, bytes] = {}
    for at in range(0, len(asked), MANY):
        rows = blobs.database.run(
            "SELECT id, content FROM blobs WHERE id IN (SELECT value FROM json_each(:ids))",
            {"ids": json.dumps(asked[at : at + MANY])},
        ).rows
        found.update((row["id"], unpacked(row["content"])) for row in rows)
    return found
