"""Versions as files: out of one project and into another."""

import hashlib
import math
import re
import tempfile
from pathlib import Path

from jupyter_mlstudio.core.errors import EngineError, InvalidError
from jupyter_mlstudio.core.files import existing, inside
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.registry import card, folder, packing, unpacking
from jupyter_mlstudio.registry.archive_types import (
    Archive,
    ArchiveData,
    ArchiveRun,
    Manifest,
    VersionFile,
)
from jupyter_mlstudio.registry.cards import Cards
from jupyter_mlstudio.registry.shelf import check_alias, check_name
from jupyter_mlstudio.registry.surroundings import RunFacts, RunToKeep, UsedData
from jupyter_mlstudio.registry.types import AliasSpec, ModelVersion

IMPORTED = "imported models"
"""The experiment that the runs of imported versions are put into when their own name is not known."""


class Exchange(Cards):
    """Writes versions as files and reads them back."""

    def export(self, name: str, version: int, path: str | None = None) -> VersionFile:
        """Write a version as one file: model, run, card, and the digest of each file.

        Rows of the training data that the project keeps with the model are left out.

        Args:
            name: The registered model.
            version: Its version.
            path: Path of the file from the project folder; `name-version.model.zip` if not given.

        Raises:
            InvalidError: The path leads out of the project, or is a folder.
        """
        target = inside(self._around.project, path or f"{_file_name(name)}-{version}{packing.ENDING}")
        if target.is_dir() or not target.name.endswith(".zip"):
            raise InvalidError(f"path: {path!r} is no name of a file. Let it end in {packing.ENDING}.")
        with tempfile.TemporaryDirectory() as fetched:
            model = self.version_folder(ModelRef(name=name, version=version), lambda: Path(fetched))
            files = [packing.digested(*each) for each in packing.files_of(model)]
            manifest = self._manifest(name, version).model_copy(update={"files": files})
            packing.pack(target, model, manifest, self.card(name, version).markdown)
        with target.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        written = target.relative_to(self._around.project.resolve()).as_posix()
        return VersionFile(path=written, size=target.stat().st_size, files=len(files), sha256=sha256)

    def archive(self, path: str) -> Archive:
        """Tell what a file of a version holds, without unpacking it.

        Raises:
            InvalidError: It is no such file, or is damaged.
        """
        with unpacking.opened(existing(self._around.project, path)) as (archive, manifest):
            with tempfile.TemporaryDirectory() as place:
                only = next(file for file in manifest.files if file.id == "MLmodel")
                unpacking.unpack(archive, manifest.model_copy(update={"files": [only]}), Path(place))
                flavors = folder.described(Path(place, "MLmodel")).get("flavors")
            return Archive(
                path=path,
                name=manifest.id,
                version=manifest.version,
                exported_at=manifest.exported_at,
                description=manifest.description,
                aliases=manifest.aliases,
                tags=manifest.tags,
                metrics=manifest.run.metrics if manifest.run else {},
                files=len(manifest.files),
                size=sum(file.size for file in manifest.files),
                pickled=folder.is_pickled(flavors if isinstance(flavors, dict) else {}),
            )

    def import_(
        self, path: str, name: str | None = None, *, trust: bool = False, aliases: list[str] | None = None
    ) -> ModelVersion:
        """Make a version of a registered model from a file; nothing of it is loaded.

        Its run comes along with params, metrics and tags. Endpoints load a pickled model only once it is trusted.

        Args:
            path: Path of the file from the project folder.
            name: Registered model; that of the file if not given.
            trust: Let endpoints load it without asking. Loading can run its code.
            aliases: Aliases that shall stand for the new version.

        Raises:
            InvalidError: It is no such file, or what it holds is not what its manifest says.
        """
        for alias in aliases or []:
            check_alias(alias)
        with unpacking.opened(existing(self._around.project, path)) as (archive, manifest):
            wanted = name or manifest.id
            check_name(wanted)
            with tempfile.TemporaryDirectory() as parent:
                model = Path(parent, "model")
                model.mkdir()
                unpacking.unpack(archive, manifest, model)
                known = self._around.trusted(model)
                run_id, model_id = self._kept(manifest, model)
                if trust or known:
                    self._around.trust(model)
        return self._registered(wanted, manifest, (run_id, model_id), aliases or [])

    def _kept(self, manifest: Manifest, model: Path) -> tuple[str, str]:
        if self._around.keep is None:
            raise EngineError("Versions cannot be imported here: there is nothing that keeps runs.")
        run = manifest.run or ArchiveRun(id="", name=f"{manifest.id} {manifest.version}", experiment=IMPORTED)
        datasets = tuple(
            UsedData(used.name, used.id, used.source, used.context, used.rows, used.columns) for used in run.datasets
        )
        tags = {**run.tags, "imported_from": f"{manifest.id} {manifest.version}, run {run.id}".removesuffix(", run ")}
        metrics = {name: float(value) for name, value in run.metrics.items()}
        return self._around.keep(
            RunToKeep(run.experiment or IMPORTED, run.name, run.params, metrics, tags, datasets), model
        )

    def _registered(self, name: str, manifest: Manifest, made: tuple[str, str], aliases: list[str]) -> ModelVersion:
        run_id, model_id = made
        version = self._models.register(name, model_id, run_id, manifest.description)
        self._models.tag(name, version, {**manifest.tags, "imported": f"{manifest.id} {manifest.version}"})
        if manifest.purpose and card.tag("purpose") not in self.model(name).tags:
            self._models.tag(name, None, {card.tag("purpose"): manifest.purpose})
        for alias in aliases:
            self.set_alias(name, alias, AliasSpec(version=version))
        self._changed(name, "added" if version == 1 else "changed")
        return self.version(name, version)

    def _manifest(self, name: str, version: int) -> Manifest:
        found, model = self.version(name, version), self.model(name)
        run = self._around.run(found.run_id) if found.run_id else None
        return Manifest(
            id=name,
            format=packing.FORMAT,
            form=packing.FORM,
            version=version,
            exported_at=now(),
            description="" if found.description.startswith(card.MARK) else found.description,
            purpose=model.tags.get(card.tag("purpose"), "") or model.description,
            aliases=found.aliases,
            tags=found.tags,
            run=None if run is None else _described(run),
            files=[],
        )


def _described(run: RunFacts) -> ArchiveRun:
    return ArchiveRun(
        id=run.id,
        name=run.name,
        experiment=run.experiment,
        params=run.params,
        metrics={name: value if math.isfinite(value) else str(value) for name, value in run.metrics.items()},
        tags=run.tags,
        datasets=[
            ArchiveData(
                id=used.digest,
                name=used.name,
                source=used.source,
                context=used.context,
                rows=used.rows,
                columns=used.columns,
            )
            for used in run.datasets
        ],
    )


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "model"
