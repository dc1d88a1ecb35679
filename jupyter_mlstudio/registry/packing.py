"""Writes a version as one file: a zip archive with a manifest that has the digest of every file."""

import hashlib
import json
import os
import zipfile
from pathlib import Path
from uuid import uuid4

from jupyter_mlstudio.core.trust import ROWS
from jupyter_mlstudio.registry.archive_types import ArchiveFile, Manifest

MANIFEST = "manifest.json"
CARD = "card.md"
MODEL = "model/"
FORMAT = "mlstudio.model"
FORM = 1
ENDING = ".model.zip"
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file, so that the same version makes the same archive."""
LEFT_OUT = frozenset({*ROWS, "registered_model_meta"})
"""Rows of the training data, which do not leave the project, and MLflow's note in a registered copy."""


def files_of(folder: Path) -> list[tuple[str, Path]]:
    """List the files of a model that go into an archive, by name."""
    found = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")))
    return [(name, path) for name, path in found if path.is_file() and not path.is_symlink() and name not in LEFT_OUT]


def digested(name: str, path: Path) -> ArchiveFile:
    """Return what the manifest says of a file."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return ArchiveFile(id=name, size=path.stat().st_size, sha256=sha256)


def pack(target: Path, folder: Path, manifest: Manifest, card: str) -> None:
    """Write an archive; it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid4().hex}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
            archive.writestr(zipfile.ZipInfo(MANIFEST, MOMENT), text, zipfile.ZIP_DEFLATED)
            archive.writestr(zipfile.ZipInfo(CARD, MOMENT), card, zipfile.ZIP_DEFLATED)
            for name, path in files_of(folder):
                entry = zipfile.ZipInfo(MODEL + name, MOMENT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                with path.open("rb") as content, archive.open(entry, "w", force_zip64=True) as packed:
                    while block := content.read(1 << 20):
                        packed.write(block)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
