"""Saves a notebook while it runs: whole files, never older than a second, without keeping the cells waiting.

Cells are written as nbformat would, but each only when it has changed, and in a thread: what is saved is a copy.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.files import write_atomically

SOON = 0.2  # seconds between two saves at least
LATEST = 0.9  # seconds that the file may be behind, of the promised one
SHARE = 9  # times as long as it has taken, saving rests
SPLIT = ("application/javascript", "image/svg+xml")  # kept as lists of lines, like all text/*

log = logging.getLogger(__name__)


class Saver:
    """Keeps a notebook's file near what the notebook is; the cells are told by `changed`, the rest is looked at."""

    def __init__(self, notebook: Any, path: Path) -> None:
        self.notebook, self.path = notebook, path
        self._texts: dict[int, str] = {}  # by the cell's identity
        self._known: list[Any] = []  # keeps these cells alive, so that no other gets the identity of one
        self._changed = asyncio.Event()
        self._stale: set[int] = set()
        self._lines = LinesWriter()
        path.parent.mkdir(parents=True, exist_ok=True)

    def changed(self, cells: Iterable[Any] = ()) -> None:
        """Note that cells, or something outside them, differ from the file."""
        self._stale.update(id(cell) for cell in cells)
        self._changed.set()

    async def follow(self) -> None:
        """Save whatever changes, until cancelled; a disk that is full may have room again later."""
        pause = SOON
        while True:
            await self._changed.wait()
            await asyncio.sleep(pause)
            begun = time.monotonic()
            self._changed.clear()
            try:
                await _to_the_end(asyncio.to_thread(self._write, *self._copy(), sync=False))
            except OSError as error:
                log.warning("The notebook could not be saved: %s", error)
                self._changed.set()
            took = time.monotonic() - begun
            pause = max(SOON, min(SHARE * took, LATEST - 2 * took))

    def save(self) -> str:
        """Save now, so that it survives a failure of power too, and return what was written.

        Raises:
            OSError: It cannot be written.
        """
        self._changed.clear()
        return self._write(*self._copy(), sync=True)

    def _copy(self) -> tuple[list[int], dict[int, Any], Any]:
        cells = list(self.notebook.cells)
        copies = {id(cell): _copied(cell) for cell in cells if id(cell) in self._stale or id(cell) not in self._texts}
        self._known = cells
        self._stale.clear()
        return [id(cell) for cell in cells], copies, _copied({**self.notebook, "cells": []})

    def _write(self, order: list[int], copies: dict[int, Any], frame: Any, *, sync: bool) -> str:
        for identity, cell in copies.items():
            self._texts[identity] = self._lines.cell(cell)
        for identity in self._texts.keys() - set(order):
            del self._texts[identity]
        text = self._lines.notebook(frame, [self._texts[identity] for identity in order])
        if sync:
            write_atomically(self.path, text)
        else:
            replace(self.path, text)
        return text


async def _to_the_end(work: Coroutine[Any, Any, object]) -> None:
    """Wait for a thread even when cancelled: it must not write after somebody else has."""
    writing = asyncio.ensure_future(work)
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        with suppress(OSError):
            await writing
        raise


def replace(path: Path, text: str) -> None:
    """Replace a file whole, but leave it to the system when it reaches the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()


class LinesWriter:
    """Writes JSON as nbformat does: keys sorted, one space a level, texts as lists of lines."""

    def notebook(self, frame: Any, cells: list[str]) -> str:
        """Return a notebook with cells that are written already."""
        for name in ("orig_nbformat", "orig_nbformat_minor", "signature"):
            frame["metadata"].pop(name, None)
        body = ",\n  ".join(cells)
        frame["cells"] = _Written(f"[\n  {body}\n ]" if cells else "[]")
        return self._value(frame, "\n")

    def cell(self, cell: Any) -> str:
        """Return a cell at its place in a notebook; its texts become lists of lines."""
        cell.get("metadata", {}).pop("trusted", None)
        if isinstance(cell.get("source"), str):
            cell["source"] = cell["source"].splitlines(keepends=True)
        for attachment in cell.get("attachments", {}).values():
            _split(attachment)
        for output in cell.get("outputs", []) if cell["cell_type"] == "code" else []:
            if output["output_type"] in ("execute_result", "display_data"):
                _split(output.get("data", {}))
            elif output["output_type"] == "stream" and isinstance(output["text"], str):
                output["text"] = output["text"].splitlines(keepends=True)
        return self._value(cell, "\n  ")

    def _value(self, value: Any, margin: str) -> str:
        if isinstance(value, _Written):
            return value.text
        if isinstance(value, str):
            return str(encode_basestring(value))
        inner = f"{margin} "
        if isinstance(value, dict):
            items = [f"{_key(name)}: {self._value(value[name], inner)}" for name in sorted(value)]
            return f"{{{inner}{f',{inner}'.join(items)}{margin}}}" if items else "{}"
        if isinstance(value, list | tuple):
            items = [encode_basestring(item) if type(item) is str else self._value(item, inner) for item in value]
            return f"[{inner}{f',{inner}'.join(items)}{margin}]" if items else "[]"
        return json.dumps(value.decode("ascii") if isinstance(value, bytes) else value)


class _Written:
    """JSON that is written already."""

    def __init__(self, text: str) -> None:
        self.text = text


def _key(name: Any) -> str:
    return str(encode_basestring(name)) if isinstance(name, str) else f'"{json.dumps(name)}"'


def _split(bundle: dict[str, Any]) -> None:
    for kind, value in bundle.items():
        if isinstance(value, str) and (kind.startswith("text/") or kind in SPLIT):
            bundle[kind] = value.splitlines(keepends=True)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value
