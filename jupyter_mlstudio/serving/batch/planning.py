"""From what is asked for to a plan: which files, which model, which columns."""

import shutil
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.serving.batch import joining
from jupyter_mlstudio.serving.batch.asking import ATTEMPT, Models, source_of_spec
from jupyter_mlstudio.serving.batch.fitting import Input, arrow_type, inputs_of
from jupyter_mlstudio.serving.batch.opening import opened, prepared
from jupyter_mlstudio.serving.batch.plan import Plan, mark_of, schema_text
from jupyter_mlstudio.serving.batch.reading import schema_of
from jupyter_mlstudio.serving.batch.sources import files_of, kind_of, pieces_of
from jupyter_mlstudio.serving.batch.types import ALL, TransformSpec
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.runtime.order import Variant
from jupyter_mlstudio.serving.runtime.predictors import Prepared
from jupyter_mlstudio.serving.types import EndpointRecord, ModelSource

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS = ("csv", "jsonl")


@dataclass(frozen=True)
class Planned:
    """A transform that can run."""

    plan: Plan
    predictor: Prepared


def planned(project: Path, work: Path, spec: TransformSpec, models: Models) -> Planned:
    """Make the plan, or take the one of an earlier attempt if nothing has changed since.

    Raises:
        InvalidError: The rows do not fit the model, or it may not be loaded without `trust`.
        NotFoundError: There are no such rows, or there is no such model.
    """
    files = files_of(inside(project, spec.source), spec.source)
    joining.check_output(inside(project, spec.output), spec.output)
    source, label = source_of_spec(spec, models)
    folder = models.find(source, lambda: _emptied(work / "fetched"))
    mark = mark_of(files, spec.model_dump(mode="json", exclude=ATTEMPT), _digest(folder))
    earlier = Plan.read(work)
    if earlier is not None and earlier.mark == mark:
        return Planned(earlier, opened(earlier))
    shutil.rmtree(work / "parts", ignore_errors=True)
    variant = _copied(work, source, label, models)
    predictor = prepared(variant, project)
    plan = _plan(project, spec, files, variant, predictor, mark)
    plan.write(work)
    return Planned(plan, predictor)


def _digest(model: Path) -> str:
    if not model.is_file():
        return digest(model)
    with model.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _copied(work: Path, source: ModelSource, label: str, models: Models) -> Variant:
    """Copy the model in, so that nothing done to the original can come between two pieces."""
    shutil.rmtree(work / "plan", ignore_errors=True)
    copies = Copies(lambda _id, _number: work / "model", models.trust, models.find)
    nobody = EndpointRecord(id=work.name, name="transform", port=None, wanted=False, deployments=[], created_at=now())
    made = copies.make(nobody, source)
    return Variant(
        number=1, label=label, folder=str(work / "model"), plan=str(work / "plan"), digest=made.digest,
        trusted=made.trusted,
    )  # fmt: skip


def _plan(
    project: Path, spec: TransformSpec, files: list[Path], variant: Variant, predictor: Prepared, mark: str
) -> Plan:
    schema = schema_of(files[0], spec.table)
    for file in files[1:]:
        if set(schema.names) - set(schema_of(file, spec.table).names):
            raise InvalidError(f"source: {file.name} has not all the columns of {files[0].name}.")
    carried = _carried(spec, schema.names)
    check_method(spec.method, predictor.methods)
    typed = kind_of(files[0]) not in (*TEXTS, "sqlite")
    inputs = inputs_of(predictor.file.inputs, schema if typed else _untyped(schema), carried)
    wanted = _wanted(schema, inputs, carried, spec, text=kind_of(files[0]) == "csv")
    return Plan(
        mark=mark,
        variant=variant,
        project=str(project),
        method=spec.method or "",
        column=spec.column,
        carried=tuple(carried),
        inputs=tuple((each.field, each.name) for each in inputs),
        wanted=schema_text(wanted),
        table=spec.table,
        pieces=tuple(pieces_of(files, spec.table)),
    )


def check_method(method: str | None, known: tuple[str, ...]) -> None:
    """Refuse a method that the model does not have."""
    if method and method not in known:
        raise InvalidError(f"method: the model has no {method!r}; it has {', '.join(known)}.")


def _untyped(schema: "pa.Schema") -> "pa.Schema":
    """Forget types that nobody has promised."""
    import pyarrow as pa

    return pa.schema([(name, pa.null()) for name in schema.names])


def _carried(spec: TransformSpec, names: list[str]) -> list[str]:
    if spec.carry == [ALL]:
        carried = list(names)
    else:
        missing = [name for name in spec.carry if name not in names]
        if missing:
            raise InvalidError(f"carry: the rows have no column {missing[0]!r}. They have {', '.join(names[:12])}.")
        carried = list(spec.carry)
    if spec.column in carried:
        raise InvalidError(f"column: the rows have a column {spec.column!r} already. Give the answers another name.")
    return carried


def _wanted(
    schema: "pa.Schema", inputs: list[Input], carried: list[str], spec: TransformSpec, *, text: bool
) -> "pa.Schema":
    """Return what is read, in the order of the source; files without types get those that the model wants.

    What only passes through from one CSV file to another stays as it is written there.
    """
    import pyarrow as pa

    types = {each.name: arrow_type(each.field) for each in inputs if each.name is not None}
    as_written = text and spec.output.lower().endswith(".csv")
    fields = []
    for field in schema:
        if field.name in types:
            fields.append(pa.field(field.name, types[field.name] or field.type))
        elif field.name in carried:
            fields.append(pa.field(field.name, pa.string() if as_written else field.type))
    return pa.schema(fields)
