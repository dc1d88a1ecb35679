"""Which results of earlier runs stand, and why others do not."""

import json
import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeGuard

from pydantic import JsonValue

from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.workflows.checking import folder_of
from jupyter_mlstudio.jobs.workflows.digests import digest_of, environment_digest, packages_of, text_digest
from jupyter_mlstudio.jobs.workflows.expressions import texts_in
from jupyter_mlstudio.jobs.workflows.functions import source_of, target_of
from jupyter_mlstudio.jobs.workflows.inputs import files_in_code, files_in_values, matching
from jupyter_mlstudio.jobs.workflows.machine import Known, place_of
from jupyter_mlstudio.jobs.workflows.ready.catalogue import KINDS
from jupyter_mlstudio.jobs.workflows.rows import Item, RunRow
from jupyter_mlstudio.jobs.workflows.store import Store
from jupyter_mlstudio.jobs.workflows.types import Cache, Node
from jupyter_mlstudio.jobs.workflows.why import differences

VERSION = 1  # of what is in a key: raise it when results of older versions must not be used
_MOVING = re.compile(r"models:/[^/]+(@.+|/(latest|none|staging|production))", re.IGNORECASE)


class ResultCache:
    """Finds earlier results by what they were made from."""

    def __init__(self, store: Store, project: Path) -> None:
        self._store, self._project = store, project

    def known(self, run: RunRow, node: Node, item: Item) -> Known:
        """Say whether an earlier result of an item stands, and if not, why."""
        rule = rule_of(node)
        if not rule.enabled:
            return Known(None, {}, ["The cache is switched off for this node."] if node.cache else [], None)
        if node.use and any(_MOVING.fullmatch(text) for text in texts_in(dict(item.parameters))):
            return Known(None, {}, ["Its model is named by an alias, which may have moved."], None)
        parts = self._parts(run, node, item, rule)
        key = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        if not run.use_cache:
            return Known(key, parts, ["This run was asked to use no earlier results."], None)
        why: list[str] = []
        for result in self._store.results(key=key):
            reason = self._unusable(result, rule)
            if not reason:
                return Known(key, parts, [], result)
            why = why or [reason]
        return Known(key, parts, why or self._why(run, node, item, parts), None)

    def stands(self, outputs: dict[str, JsonValue], notebook: str) -> str:
        """Say why a result cannot be used any more: its files are gone or are others; nothing if it can."""
        if not (self._project / notebook).is_file():
            return "The executed notebook of the earlier result was removed."
        for name, value in outputs.items():
            if is_table(value):
                path = self._project / str(value["table"])
                if not path.is_file():
                    return f"The table {name!r} of the earlier result was removed."
                if digest_of(path) != value["digest"]:
                    return f"The table {name!r} of the earlier result was changed."
        return ""

    def _unusable(self, result: dict[str, Any], rule: Cache) -> str:
        made = datetime.fromisoformat(result["created_at"])
        if rule.expires_hours is not None and now() - made > timedelta(hours=rule.expires_hours):
            return f"The earlier result is older than {rule.expires_hours:g} hours."
        return self.stands(result["outputs"], result["notebook"])

    def _why(self, run: RunRow, node: Node, item: Item, parts: dict[str, Any]) -> list[str]:
        earlier = self._store.results(place=place_of(run, node.id, item.index))
        if not earlier:
            return []
        old = earlier[0]["parts"]
        before, after = (self._store.environment(str(each.get("environment"))) for each in (old, parts))
        return differences(old | {"packages": before}, parts | {"packages": after})

    def _parts(self, run: RunRow, node: Node, item: Item, rule: Cache) -> dict[str, Any]:
        folder = folder_of(self._project, run.path)
        code, kernel, home = self._code(folder, node)
        folders = tuple(dict.fromkeys((home, folder, self._project)))
        files = files_in_values(digested(dict(item.parameters)), folders)
        for cell in code if kernel_is_python(kernel) else []:
            files |= files_in_code(cell, folders)
        files |= matching(node.files, folder)
        environment = environment_digest(kernel)
        self._store.note_environment(environment, lambda: packages_of(kernel))
        return {
            "version": VERSION,
            "node": f"{run.path}#{node.id}",  # two nodes that do the same are both run: they may act on the world
            "cache": rule.version,
            "kind": node.kind,
            "what": node.use or (node.function or "").rpartition(":")[2],
            "code": [text_digest(cell) for cell in code],
            "parameters": digested(dict(item.parameters)),
            "variables": item.environment,
            "files": files,
            "kernel": kernel,
            "environment": environment,
        }

    def _code(self, folder: Path, node: Node) -> tuple[list[str], str, Path]:
        """Return what runs, in which kernel, and the folder where it runs."""
        if node.notebook:
            path = inside(self._project, str(folder / node.notebook))
            notebook, _ = notebooks.read(self._project, str(path))
            cells = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
            sources = ["".join(cell.get("source", "")).strip() for cell in cells]
            kernel = node.kernel or notebooks.kernel_of(notebook) or "python3"
            return [source for source in sources if source], kernel, path.parent
        kernel = node.kernel or "python3"
        if node.function:
            target = target_of(node.function)
            source = source_of(target, folder)
            if source is None:
                return [node.function], kernel, folder
            return [source.read_text(encoding="utf-8")], kernel, source.parent
        from jupyter_mlstudio.jobs.workflows.sources import template

        return [template(str(node.use))], kernel, folder


def rule_of(node: Node) -> Cache:
    """Return when earlier results of a node are used."""
    if node.cache is not None:
        return node.cache
    return Cache(enabled=KINDS[node.use].cached if node.use in KINDS else True)


def kernel_is_python(kernel: str) -> bool:
    """Return whether a kernel's name says that it runs Python."""
    return "python" in kernel.lower() or kernel == "mlstudio-warm"


def is_table(value: JsonValue) -> TypeGuard[dict[str, JsonValue]]:
    """Return whether an output is a table in a file."""
    return isinstance(value, dict) and {"table", "digest"} <= set(value)


def digested(value: JsonValue) -> JsonValue:
    """Return a value with the digests of its tables in place of their paths, which differ from run to run."""
    if isinstance(value, dict):
        if is_table(value):
            return f"table {value['digest']}"
        return {key: digested(item) for key, item in value.items()}
    return [digested(item) for item in value] if isinstance(value, list) else value
