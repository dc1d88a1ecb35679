"""Why a node ran again: how what it was made from differs from the last time, in sentences."""

import json
from collections.abc import Iterator
from typing import Any

MOST = 5  # differences of one sort that are named


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return how the parts of two keys differ."""
    found = [*_code(old, new), *_parameters(old, new), *_files(old, new), *_rest(old, new)]
    return found or ["It was made by another version of the studio."]


def _code(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    before, after = old.get("code", []), new["code"]
    if old.get("what") != new["what"] or old.get("kind") != new["kind"]:
        yield "Something else runs now."
    elif before != after:
        if new["kind"] == "function":
            yield "The function's file was changed."
        elif new["kind"] == "ready-made":
            yield "The ready-made node is of another version."
        elif len(before) != len(after):
            yield f"The notebook has {len(after)} code cells; it had {len(before)}."
        else:
            cells = [str(at) for at, pair in enumerate(zip(before, after, strict=True), start=1) if pair[0] != pair[1]]
            yield f"The code was changed in cell {', '.join(cells)}."


def _parameters(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for sort, word in (("parameters", "The parameter"), ("variables", "The environment variable")):
        before, after = old.get(sort, {}), new[sort]
        names = [name for name in {**before, **after} if before.get(name, ...) != after.get(name, ...)]
        for name in names[:MOST]:
            yield _changed(f"{word} {name!r}", before, after, name)
        yield from _more(names)


def _changed(what: str, before: dict[str, Any], after: dict[str, Any], name: str) -> str:
    if name not in after:
        return f"{what} is no longer given."
    if name not in before:
        return f"{what} is new: {_short(after[name])}."
    if str(after[name]).startswith("table ") and str(before[name]).startswith("table "):
        return f"The table in {name!r} has other content."
    return f"{what} is {_short(after[name])}; it was {_short(before[name])}."


def _files(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    before, after = old.get("files", {}), new["files"]
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    for name in names[:MOST]:
        if name not in after or after[name] == "none":
            yield f"The file {name} is no longer there."
        elif name not in before or before[name] == "none":
            yield f"The file {name} is new."
        else:
            yield f"The file {name} was changed."
    yield from _more(names)


def _rest(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old.get("kernel") != new["kernel"]:
        yield f"The kernel is {new['kernel']}; it was {old.get('kernel')}."
    if old.get("cache") != new["cache"]:
        yield "The version of the cache was changed in the workflow."
    before, after = old.get("packages", {}), new["packages"]
    names = sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
    for name in names[:MOST]:
        if name not in after:
            yield f"The package {name} was removed."
        elif name not in before:
            yield f"The package {name} was installed."
        else:
            yield f"The package {name} is {after[name]}; it was {before[name]}."
    yield from _more(names)
    if old.get("environment") != new["environment"] and not names:
        yield "The environment is another."


def _more(names: list[str]) -> Iterator[str]:
    if len(names) > MOST:
        yield f"And {len(names) - MOST} more."


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004
