"""What a node reads besides its parameters: files that its code names, and modules of the project that it imports."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import JsonValue

from jupyter_mlstudio.jobs.workflows.digests import digest_of
from jupyter_mlstudio.jobs.workflows.expressions import texts_in

LONGEST = 400  # characters of a text that may be a path
_WRITES = re.compile(r"(to|write|save|dump|sink|savefig|export)(_|$)|.*\.(to|write|save|sink)_?\w*$")
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


def files_in_code(code: str, folders: tuple[Path, ...]) -> dict[str, str]:
    """Return the files that texts in Python code name and the project's modules that it imports, with digests."""
    found: dict[str, str] = {}
    pending, seen = [code], set[Path]()
    while pending:
        texts, modules = _named(pending.pop())
        for text in texts:
            found.update(named_file(text, folders))
        for path in _modules(modules, folders):
            if path not in seen:
                seen.add(path)
                found[_label(path, folders)] = digest_of(path)
                pending.append(path.read_text(encoding="utf-8", errors="replace"))
    return found


def files_in_values(value: JsonValue, folders: tuple[Path, ...]) -> dict[str, str]:
    """Return the files that values name, with their digests."""
    found: dict[str, str] = {}
    for text in texts_in(value):
        found.update(named_file(text, folders))
    return found


def matching(patterns: list[str], folder: Path) -> dict[str, str]:
    """Return the files that patterns name, with their digests; a pattern without a file has none."""
    found: dict[str, str] = {}
    for pattern in patterns:
        plain = folder / pattern
        paths = [plain] if plain.exists() else sorted(folder.glob(pattern)) if not Path(pattern).is_absolute() else []
        for path in paths:
            found[_label(path, (folder,))] = digest_of(path)
        if not paths:
            found[pattern] = "none"
    return found


def named_file(text: str, folders: tuple[Path, ...]) -> dict[str, str]:
    """Return the file that a text names, if there is one, with its digest."""
    if not text or len(text) > LONGEST or "\n" in text or "\0" in text or "://" in text:
        return {}
    for folder in folders:
        path = folder / text
        try:
            if path.is_file():
                return {_label(path, folders): digest_of(path)}
        except OSError:
            continue
    return {}


def _label(path: Path, folders: tuple[Path, ...]) -> str:
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return str(path)


@lru_cache(maxsize=512)
def _named(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        tree = ast.parse(_MAGIC.sub("", code))
    except (SyntaxError, ValueError, RecursionError):
        return (), ()
    written = {id(part) for call in ast.walk(tree) if isinstance(call, ast.Call) for part in _written(call)}
    texts, modules = [], []
    for part in ast.walk(tree):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in written:
            texts.append(part.value)
        elif isinstance(part, ast.Import):
            modules += [alias.name for alias in part.names]
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            modules += [part.module, *(f"{part.module}.{alias.name}" for alias in part.names)]
    return tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(modules))


def _written(call: ast.Call) -> Iterator[ast.AST]:
    """Return the texts of a call that writes: what a node makes is not what it reads."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    opened = name == "open" and any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and set(part.value) & set("wax")
        for part in [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    )
    if opened or _WRITES.match(name):
        yield from (part for argument in call.args for part in ast.walk(argument))
        yield from (part for keyword in call.keywords for part in ast.walk(keyword.value))


def _modules(names: tuple[str, ...], folders: tuple[Path, ...]) -> Iterator[Path]:
    for name in names:
        for folder in folders:
            base = folder.joinpath(*name.split("."))
            path = next((each for each in (base.with_suffix(".py"), base / "__init__.py") if each.is_file()), None)
            if path is not None:
                yield path
                break
