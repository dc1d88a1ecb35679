"""The copies of models that belong to endpoints: nothing done to the original can touch what answers."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.trust import Trust, digest
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.serving import files
from jupyter_mlstudio.serving.runtime.mlmodel import FREE, Field, ModelFile, NoModelError, read
from jupyter_mlstudio.serving.signature_types import ModelColumn, ModelSignature
from jupyter_mlstudio.serving.types import Deployment, EndpointRecord, ModelSource

Find = Callable[[ModelSource, Callable[[], Path]], Path]
"""Finds the folder of a model; one that is not on this machine is downloaded into the folder that it is given."""

SHOWN = 20


class Copies:
    """Copies models in, after it is clear that they may be loaded."""

    def __init__(self, folder: Callable[[str, int], Path], trust: Trust, find: Find) -> None:
        self._folder, self._trust, self._find = folder, trust, find

    def make(self, record: EndpointRecord, source: ModelSource, served_as: str = "") -> Deployment:
        """Copy a model in as the endpoint's next deployment.

        Raises:
            InvalidError: There is no model, or it is not known to come from this project and `trust` is not given.
            NotFoundError: There is no such run or version.
        """
        number = 1 + max((known.number for known in record.deployments), default=0)
        copy = self._folder(record.id, number)
        shutil.rmtree(copy, ignore_errors=True)
        fetched = copy.with_name(f"{number}.fetched")
        try:
            found = self._find(source, lambda: fetched)
            if found.is_file():
                files.wrap(found, copy)
            else:
                shutil.copytree(_model_folder(found, copy), copy, symlinks=True)
            return self._checked(copy, number, source).model_copy(update={"served_as": served_as})
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        finally:
            shutil.rmtree(fetched, ignore_errors=True)

    def forget(self, id: str, deployments: list[Deployment]) -> None:
        """Delete the copies of deployments that cannot be rolled back to any more."""
        for deployment in deployments:
            folder = self._folder(id, deployment.number)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(folder.parent.parent / "plans" / folder.name, ignore_errors=True)

    def signature(self, id: str, number: int, methods: list[str]) -> ModelSignature | None:
        """Describe what a deployment takes and answers; None if its copy cannot be read."""
        try:
            file = read(self._folder(id, number))
        except NoModelError:
            return None
        inputs = file.inputs or _found_out(self._folder(id, number))
        return ModelSignature(
            inputs=[_column(field, place) for place, field in enumerate(inputs)],
            outputs=[_column(field, place) for place, field in enumerate(file.outputs)],
            methods=methods or [file.method],
            example=file.example_rows()[:SHOWN],
        )

    def _checked(self, copy: Path, number: int, source: ModelSource) -> Deployment:
        try:
            file = read(copy)
        except NoModelError as error:
            raise InvalidError(str(error), code="no_model") from error
        total = digest(copy)
        return Deployment(
            number=number,
            label=_label(source),
            model=source.model,
            run_id=source.run_id or file.run_id,
            folder=source.folder,
            digest=total,
            trusted=self._trusted(file, total, source),
            created_at=now(),
        )

    def _trusted(self, file: ModelFile, total: str, source: ModelSource) -> bool:
        if source.trust:
            self._trust.add(total)
        trusted = self._trust.knows(total)
        if not trusted and file.format not in FREE:
            raise InvalidError(
                "The model is not known to come from this project, and loading it can run its code."
                " Deploy it with trust if you know who made it.",
                code="untrusted",
            )
        return trusted


def _found_out(copy: Path) -> tuple[Field, ...]:
    """Return what was found out of the inputs of a model without a signature when it was prepared."""
    try:
        prepared = json.loads((copy.parent.parent / "plans" / copy.name / "prepared.json").read_bytes())
        return ModelFile.of_plain(prepared["content"]["file"]).inputs
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _model_folder(found: Path, copy: Path) -> Path:
    if not found.is_dir():
        raise NotFoundError(f"There is no model folder or file {found.name!r} in the project.")
    if not (found / "MLmodel").is_file() or copy.is_relative_to(found):
        raise InvalidError("The folder holds no MLmodel file, so it is no MLflow model.", code="no_model")
    return found


def _label(source: ModelSource) -> str:
    if source.model is not None:
        return f"{source.model.name} {source.model.version}"
    return f"run {source.run_id[:8]}" if source.run_id is not None else str(source.folder)


def _column(field: Field, place: int) -> ModelColumn:
    return ModelColumn(name=field.name or str(place), type=field.dtype or field.type, required=field.required)
