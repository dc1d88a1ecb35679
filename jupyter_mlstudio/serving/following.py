"""Endpoints that follow an alias: when "champion" stands for another version, they roll to it by themselves."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import NamedTuple

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, StudioError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.serving.types import EndpointRecord, ModelAlias


class Aliases(NamedTuple):
    """What serving may ask about registered models, which it does not know itself."""

    resolve: Callable[[str, str | None], ModelRef]
    """Tells which version an alias of a model stands for."""
    changes: Callable[[], int | None]
    """Returns a number that differs after somebody has changed something about models; None where asking costs."""


class Following:
    """Looks where the followed aliases stand, and rolls the endpoints that are behind, in a thread of its own."""

    def __init__(
        self, store: Store[EndpointRecord], aliases: Aliases | None, roll: Callable[[str, ModelRef], None]
    ) -> None:
        self._store, self._aliases, self._roll = store, aliases, roll
        self._seen: int | None = None
        self._busy = Lock()

    def standing(self, alias: ModelAlias) -> ModelRef:
        """Return the version that an alias stands for.

        Raises:
            NotFoundError: There is no such model or alias.
            InvalidError: It is a number, or the models cannot be asked from here.
        """
        if alias.alias.isdecimal():
            raise InvalidError(f"alias: {alias.alias!r} is a version, which always stays the same. Name an alias.")
        if self._aliases is None:
            raise ConflictError("The registry cannot be asked from here.")
        return self._aliases.resolve(alias.name, alias.alias)

    @property
    def needed(self) -> bool:
        """Whether any endpoint follows an alias."""
        return any(record.follow is not None for record in self._store.all())

    def poll(self) -> None:
        """Look again if something about models was changed since the last call."""
        if self._aliases is None:
            return
        seen = self._aliases.changes()
        if seen not in (None, self._seen):
            self._seen = seen
            self.look()

    def look(self) -> None:
        """Roll what is behind, without waiting for it."""
        if self.needed:
            Thread(target=self.catch_up, name="mlstudio-following", daemon=True).start()

    def catch_up(self) -> None:
        """Roll what is behind; what goes wrong is kept with the endpoint, and tried again when the alias moves."""
        with self._busy:
            for record in self._store.all():
                if record.follow is not None:
                    self._see_to(record, record.follow)

    def _see_to(self, record: EndpointRecord, alias: ModelAlias) -> None:
        try:
            ref = self.standing(alias)
        except StudioError:  # taken away for the moment: what answers goes on answering
            return
        if ref.version != record.followed:
            self._roll(record.id, ref)
