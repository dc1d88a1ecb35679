"""Reads a version from a file that may come from anybody: nothing in it is believed before it was checked."""

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.registry.archive_types import ArchiveFile, Manifest
from jupyter_mlstudio.registry.packing import CARD, FORM, FORMAT, MANIFEST, MODEL

MOST_FILES = 10_000
MOST_BYTES = 20_000_000_000
LARGEST_MANIFEST = 20_000_000
STEEPEST = 300
"""How many bytes one byte of an archive may become; deflate reaches 1032 with nothing but zeros."""
SMALL = 50_000_000
"""Bytes of a file that are worth no suspicion, however well they are packed."""
BLOCK = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open an archive whose table of contents is sound and fits its manifest.

    Raises:
        InvalidError: It is none, is damaged, or holds what it must not.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            manifest = _manifest(archive, entries)
            _check_listed(entries, manifest)
            yield archive, manifest
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, UnicodeError) as error:
        raise InvalidError(f"The file is no archive of a model version, or it is damaged: {error}.") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]  # the module that zipfile itself uses
        raise InvalidError(f"The file is damaged: {error}.") from error


def unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Write the model's files into an empty folder, each held against its digest while it is written.

    Raises:
        InvalidError: A file is not what the manifest says.
    """
    for file in manifest.files:
        target = folder / PurePosixPath(file.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(archive, file, target)


def _write(archive: zipfile.ZipFile, file: ArchiveFile, target: Path) -> None:
    total, seen = hashlib.sha256(), 0
    with archive.open(MODEL + file.id) as content, target.open("xb") as written:
        while block := content.read(BLOCK):
            seen += len(block)
            if seen > file.size:
                raise InvalidError(f"{file.id!r} in the file is longer than it says. Ask for the file again.")
            total.update(block)
            written.write(block)
    if seen != file.size or total.hexdigest() != file.sha256:
        raise InvalidError(
            f"{file.id!r} in the file was changed or damaged: its digest is another. Ask for the file again.",
            code="changed",
        )


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > MOST_FILES:
        raise InvalidError(f"The file holds {len(listed):,} entries; at most {MOST_FILES:,} are taken.")
    for entry in listed:
        if entry.is_dir():
            continue
        _check_entry(entry)
        if entry.filename in entries:
            raise InvalidError(f"The file holds {entry.filename!r} twice.")
        entries[entry.filename] = entry
    size = sum(entry.file_size for entry in entries.values())
    if size > MOST_BYTES:
        raise InvalidError(f"Unpacked it would have {size / 1e9:,.1f} GB; at most {MOST_BYTES / 1e9:,.0f} are taken.")
    return entries


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse what would be written elsewhere, is no plain file, or cannot be read."""
    name = entry.filename
    parts = name.split("/")
    odd = name.startswith("/") or "\\" in name or ":" in parts[0] or any(ord(mark) < ord(" ") for mark in name)
    if odd or any(part in {"", ".", ".."} for part in parts):
        raise InvalidError(f"The file holds an entry {name!r}, which would be written outside of its folder.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InvalidError(f"The file holds a link, {name!r}. Only plain files are taken.")
    if entry.file_size > max(SMALL, STEEPEST * entry.compress_size):
        told = f"{entry.compress_size / 1e6:,.2f} MB of {name!r} would become {entry.file_size / 1e6:,.0f} MB"
        raise InvalidError(f"{told}, which no model does.")
    if entry.flag_bits & 1:
        raise InvalidError("The file is encrypted. Ask for one without a password.")


def _manifest(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> Manifest:
    entry = entries.get(MANIFEST)
    if entry is None:
        raise InvalidError(f"The file holds no {MANIFEST}, so it is no exported model version.")
    if entry.file_size > LARGEST_MANIFEST:
        raise InvalidError(f"The {MANIFEST} of the file is too large to be one.")
    with archive.open(entry) as content:
        manifest = parse(Manifest, content.read(LARGEST_MANIFEST))
    if manifest.format != FORMAT:
        raise InvalidError(f"The file is {manifest.format!r}, not an exported model version.")
    if manifest.form > FORM:
        raise InvalidError("The file was written by a newer version of ML Studio. Update to import it.")
    return manifest


def _check_listed(entries: dict[str, zipfile.ZipInfo], manifest: Manifest) -> None:
    listed = {MODEL + file.id for file in manifest.files}
    held = {name for name in entries if name not in {MANIFEST, CARD}}
    if len(listed) != len(manifest.files) or listed != held:
        odd = sorted(listed ^ held) or [file.id for file in manifest.files]
        raise InvalidError(f"The file does not hold what its manifest lists: {odd[0]!r}.")
    if MODEL + "MLmodel" not in listed:
        raise InvalidError("The file holds no MLmodel, so it is no model.")
    for file in manifest.files:
        if entries[MODEL + file.id].file_size != file.size:
            raise InvalidError(f"{file.id!r} in the file has another size than its manifest says.")
