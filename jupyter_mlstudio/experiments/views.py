"""Saved views of the runs table: kept with the project, so that everybody who opens it finds them."""

from functools import cached_property
from pathlib import Path

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.core.sqlite import Database, SqliteStore
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.experiments.views_types import RunView, RunViewList, RunViewSpec


class Views:
    """Keeps looks of the runs table under their names."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def all(self) -> RunViewList:
        """List the saved views by name."""
        found = self._store.all() if self._database.exists() else []  # looking leaves no file behind
        return RunViewList(items=sorted(found, key=lambda view: view.spec.name.casefold()))

    def add(self, spec: RunViewSpec) -> RunView:
        """Keep a new view.

        Raises:
            ConflictError: There is one of that name and kind.
        """
        self._check(spec, but=None)
        view = RunView(id=new_id(), spec=spec, created_at=now(), changed_at=now())
        self._store.add(view)
        return view

    def replace(self, view_id: str, spec: RunViewSpec) -> RunView:
        """Keep another look, or another name, under the id of a view.

        Raises:
            ConflictError: Another view of its kind has that name.
            NotFoundError: There is no such view.
        """
        self._check(spec, but=view_id)
        view = self._store.get(view_id).model_copy(update={"spec": spec, "changed_at": now()})
        self._store.replace(view)
        return view

    def remove(self, view_id: str) -> None:
        """Forget a view.

        Raises:
            NotFoundError: There is no such view.
        """
        self._store.remove(view_id)

    def _check(self, spec: RunViewSpec, but: str | None) -> None:
        for other in self._store.all():
            if (other.spec.name, other.spec.kind) == (spec.name, spec.kind) and other.id != but:
                raise ConflictError(f"A view {spec.name!r} exists already. Choose another name, or replace it.")

    @cached_property
    def _store(self) -> SqliteStore[RunView]:
        return SqliteStore(Database(self._database), "run_views", RunView)
