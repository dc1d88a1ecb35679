"""Taking endpoints elsewhere, as a part of `Serving`."""

from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.targets.exporting import export
from jupyter_mlstudio.serving.targets.types import Export, ExportSpec, Target
from jupyter_mlstudio.serving.types import EndpointRecord


class ExportVerbs:
    """Writes endpoints as files that run elsewhere."""

    _store: Store[EndpointRecord]
    _supervisor: Supervisor

    def export(self, endpoint: str, target: Target, folder: str | None = None) -> Export:
        """Write an endpoint as files that run without this project, and say what they leave out.

        Args:
            endpoint: Its name, or its id.
            target: Where it shall run.
            folder: Path of the folder to write; `export/<name>-<target>` if not given.

        Raises:
            ConflictError: There is something in the folder already.
            NotFoundError: There is no such endpoint.
        """
        named = next((each for each in self._store.all() if each.name == endpoint), None)
        record = named or self._store.get(endpoint)
        spec = convert(ExportSpec, {"target": target, "folder": folder or f"export/{record.name}-{target}"})
        return export(self._supervisor.project, self._supervisor, record, spec)
