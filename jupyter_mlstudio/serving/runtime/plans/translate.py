"""From a model folder to what a worker needs: a proved plan, or the reason why there is none."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import ModelFile
from jupyter_mlstudio.serving.runtime.model import Model
from jupyter_mlstudio.serving.runtime.plans.asking import a_row, refusals
from jupyter_mlstudio.serving.runtime.plans.blocks import Ground, UntranslatedError, whole_input
from jupyter_mlstudio.serving.runtime.plans.calibrate import Times, calibrated
from jupyter_mlstudio.serving.runtime.plans.compile import compiled
from jupyter_mlstudio.serving.runtime.plans.draw import drawn_rows
from jupyter_mlstudio.serving.runtime.plans.examples import real_cells, takes_example
from jupyter_mlstudio.serving.runtime.plans.front import Front, NotPlannedError, front_of, packed
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.prove import Ask, Proof, compare, quiet, taken
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError


def translated(file: ModelFile, load: Callable[[], Model], *, many: bool) -> Spec:
    """Return a report, and a plan if there is one that is proved equal to the model.

    Raises:
        NoModelError: The model cannot be loaded, or does not take its own input example.
    """
    if file.format == "code":
        report = _original("It is no scikit-learn model, and is computed by MLflow.", [file.method], None)
        return {**report, "file": file.plain(), "rowwise": False}
    model = load()
    real = real_cells(model.file)
    rowwise = takes_example(model, real)
    return {**_translated(model, real, many=many), "file": model.file.plain(), "rowwise": rowwise}


def _translated(model: Model, real: list[Cells], *, many: bool) -> Spec:
    try:
        plan = quiet(lambda: _plan(model, real))
        return _proved(plan, model, real, many=many)
    except UntranslatedError as error:
        why = f"The model itself computes, since {error}."
    except RefusedError as error:
        why = f"The model itself computes, since no row was found that it takes: {error}"
    except Exception as error:  # fitted models of other versions lack what is looked for, in any way there is
        traceback.print_exc()
        why = f"The model itself computes, since it could not be translated: {type(error).__name__}: {error}"[:300]
    return _original(why, list(model.methods), model)


def _plan(model: Model, real: list[Cells]) -> Spec:
    """Translate a model; if a recipe stands before it, then what stands behind that."""
    transform = front_of(model.estimator)
    if transform is None:
        return compiled(model.estimator, _ground(model, real))
    front = Front(transform, model.file.inputs)
    steps = model.estimator.steps
    rest = model.estimator[1:] if steps[2:] else steps[-1][1]
    file = replace(model.file, inputs=front.made, example=None)
    inner = Model(file, rest, model.methods, model.platform)
    base = a_row(model.estimator, whole_input(model.file.inputs), real)
    try:
        made = front(Rows(1, cells=[base])).cells or []
    except NotPlannedError:
        raise UntranslatedError("no row is known that its recipe takes") from None
    return {**compiled(rest, _ground(inner, made)), "front": packed(transform)}


def _ground(model: Model, real: list[Cells]) -> Ground:
    raw = whole_input(model.file.inputs)
    base = a_row(model.estimator, raw, real)
    return Ground(raw, base, refusals(_asker(model), model.file.inputs, raw, base))


def _asker(model: Model) -> Ask:
    return lambda rows, method: model.predict(rows, method, {})


def _proved(spec: Spec, model: Model, real: list[Cells], *, many: bool) -> Spec:
    plan = Plan(spec, model.file.inputs)
    asked = [name for name in model.methods if name in plan.methods and name != "predict_log_proba"]
    original = _asker(model)
    base = a_row(model.estimator, whole_input(model.file.inputs), real)
    cells = real + drawn_rows(spec, model.file.inputs, real, base)
    if spec.get("front") is not None:
        cells = quiet(lambda: taken(original, cells))
    proof = quiet(lambda: compare(plan, original, model.schema, cells, asked))
    if not proof.equal:
        return _original(
            f"The model itself computes, since a compiled form was not equal: {proof.why}.", list(model.methods), model
        )
    times = quiet(lambda: calibrated(plan, original, model.schema, cells, model.methods[0], many=many))
    return _compiled(spec, model, proof, times)


def _compiled(spec: Spec, model: Model, proof: Proof, times: Times) -> Spec:
    report = {
        "way": "compiled",
        "why": f"Compared with the model on {proof.rows} rows: the answers are the same.",
        "methods": list(model.methods),
        "rows_compared": proof.rows,
        "differing_labels": proof.differing,
        "largest_difference": proof.largest,
        "one_row_ms": times.one("compiled"),
        "original_one_row_ms": times.one("original"),
    }
    classes = spec["outcome"].get("classes")
    return {
        "report": report,
        "methods": list(model.methods),
        "classes": None if classes is None else classes.tolist(),
        "plan": spec,
        "most_rows": times.most_rows,
        "seconds": times.measured,
    }


def _original(why: str, methods: list[str], model: Model | None) -> Spec:
    report = {
        "way": "original",
        "why": why,
        "methods": methods,
        "rows_compared": 0,
        "differing_labels": 0,
        "largest_difference": None,
        "one_row_ms": None,
        "original_one_row_ms": None,
    }
    classes: Any = getattr(model.estimator, "classes_", None) if model is not None else None
    told = classes.tolist() if getattr(classes, "ndim", 0) == 1 else None
    return {"report": report, "methods": methods, "classes": told, "plan": None, "most_rows": 0, "seconds": {}}
