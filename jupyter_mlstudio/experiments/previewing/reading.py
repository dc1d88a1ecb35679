"""Looks into a file: which kind it is, and what of it is shown."""

from pathlib import Path

from jupyter_mlstudio.experiments.previewing import tables
from jupyter_mlstudio.experiments.previewing.types import ArtifactPreview, ArtifactTable, Kind

TEXT = 400_000
"""Bytes of a text that are shown."""

WHOLE = 8_000_000
"""Bytes of a file that is shown whole or not at all: a notebook, a page, a table in JSON."""

RAW = 60_000_000
"""Bytes of a picture, a document or a sound that is shown."""

BEGINNING = 8192

KINDS: dict[Kind, tuple[str, ...]] = {
    "picture": ("png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "avif", "ico"),
    "page": ("html", "htm"),
    "table": ("csv", "tsv", "parquet"),
    "json": ("json", "geojson"),
    "markdown": ("md", "markdown"),
    "notebook": ("ipynb",),
    "pdf": ("pdf",),
    "audio": ("mp3", "wav", "ogg", "oga", "flac", "m4a"),
    "video": ("mp4", "webm", "ogv", "mov"),
}
LANGUAGES = {
    "py": "python", "r": "r", "jl": "julia", "sql": "sql", "sh": "bash", "js": "javascript", "ts": "typescript",
    "yaml": "yaml", "yml": "yaml", "toml": "toml", "ini": "ini", "cfg": "ini", "xml": "xml", "css": "css",
    "java": "java", "scala": "scala", "c": "c", "cpp": "cpp", "h": "c", "rs": "rust", "go": "go",
    "diff": "diff", "patch": "diff", "dockerfile": "dockerfile", "tex": "latex", "mlmodel": "yaml", "jsonl": "json",
}  # fmt: skip
RAW_KINDS: tuple[Kind, ...] = ("picture", "pdf", "audio", "video")
WHOLE_KINDS: tuple[Kind, ...] = ("page", "notebook", "json")


def looked_into(file: Path, path: str, *, is_copy: bool) -> ArtifactPreview:
    """Tell what is in a file, without reading more of it than is shown.

    Raises:
        InvalidError: It is not what its name says.
    """
    kind, size = kind_of(file), file.stat().st_size
    text, cut = _text(file, kind, size)
    table = _table(file, kind, text)
    return ArtifactPreview(
        path=path,
        name=file.name,
        kind="table" if table else kind,
        size=size,
        language=_language(file) if kind == "code" else "",
        location=None if is_copy else str(file),
        text=None if table else text,
        cut=cut,
        table=table,
    )


def kind_of(file: Path) -> Kind:
    """Tell how a file is shown: by its name, or else by whether it reads as text."""
    ending = _ending(file)
    for kind, endings in KINDS.items():
        if ending in endings:
            return kind
    with file.open("rb") as opened:
        is_binary = b"\0" in opened.read(BEGINNING)
    if is_binary:
        return "binary"
    return "code" if ending in LANGUAGES else "text"


def needs_engine(path: str) -> bool:
    """Tell whether looking into a file takes an engine."""
    return path.lower().endswith(".parquet")


def _text(file: Path, kind: Kind, size: int) -> tuple[str | None, bool]:
    """Read what is shown as text; and tell whether the file goes on, or is too large for its kind."""
    if kind in RAW_KINDS:
        return None, size > RAW
    if kind in ("binary", "table"):
        return None, False
    if kind in WHOLE_KINDS and size > WHOLE:
        return None, True
    limit = WHOLE if kind in WHOLE_KINDS else TEXT
    with file.open("rb") as opened:
        content = opened.read(limit)
    return content.decode("utf-8-sig", errors="replace"), size > len(content)


def _table(file: Path, kind: Kind, text: str | None) -> ArtifactTable | None:
    if kind == "table":
        return tables.of_parquet(file) if needs_engine(file.name) else tables.of_text(file)
    return tables.of_json(text) if kind == "json" and text else None


def _language(file: Path) -> str:
    return LANGUAGES.get(_ending(file), "")


def _ending(file: Path) -> str:
    return (file.suffix.removeprefix(".") or file.name).lower()
