"""From a model folder to what a worker needs: a proved plan, or the reason why there is none."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import ModelFile, NoModelError
from jupyter_mlstudio.serving.runtime.model import Model
from jupyter_mlstudio.serving.runtime.plans.asking import a_row, refusals
from jupyter_mlstudio.serving.runtime.plans.blocks import Ground, UntranslatedError, whole_input
from jupyter_mlstudio.serving.runtime.plans.calibrate import Times, calibrated
from jupyter_mlstudio.serving.runtime.plans.compile import compiled
from jupyter_mlstudio.serving.runtime.plans.draw import drawn_rows
from jupyter_mlstudio.serving.runtime.plans.examples import real_cells
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.prove import Ask, Proof, compare, quiet
from jupyter_mlstudio.serving.runtime.plans.transforms import is_sklearn
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

PROBED = 3


def translated(file: ModelFile, load: Callable[[], Model], *, many: bool) -> Spec:
    """Return a report, and a plan if there is one that is proved equal to the model.

    Raises:
        NoModelError: The model cannot be loaded, or does not take its own input example.
    """
    if file.format == "code" and "sklearn" not in file.flavors:
        return _original("It is no scikit-learn model, and is computed by MLflow.", [file.method], None)
    model = load()
    real = real_cells(file)
    rowwise = _takes_example(model, real)
    return {**_translated(model, real, many=many), "rowwise": rowwise}


def _translated(model: Model, real: list[Cells], *, many: bool) -> Spec:
    try:
        ground = quiet(lambda: _ground(model, real))
        plan = quiet(lambda: compiled(model.estimator, ground))
        return _proved(plan, ground, model, real, many=many)
    except UntranslatedError as error:
        why = f"The model itself computes, since {error}."
    except RefusedError as error:
        why = f"The model itself computes, since no row was found that it takes: {error}"
    return _original(why, list(model.methods), model)


def _ground(model: Model, real: list[Cells]) -> Ground:
    fields = model.file.inputs
    raw = whole_input(fields)
    base = a_row(model.estimator, raw, real)
    return Ground(raw, base, refusals(_asker(model), fields, raw, base))


def _asker(model: Model) -> Ask:
    return lambda rows, method: model.predict(rows, method, {})


def _takes_example(model: Model, real: list[Cells]) -> bool:
    """Predict the example, so that a model that cannot predict never takes over from one that can.

    Returns:
        Whether a row is answered alike alone and among others.
    """
    if not real:
        return False
    rows = real[:PROBED]
    try:
        together = _listed(model.predict(Rows(len(rows), cells=rows), model.methods[0], {}))
        if is_sklearn(model.estimator):
            return True
        alone = [each for row in rows for each in _listed(model.predict(Rows(1, cells=[row]), model.methods[0], {}))]
    except RefusedError as error:
        raise NoModelError(f"The model does not take its own input example: {error}") from error
    return together == alone


def _listed(answer: Any) -> list[Any]:
    return list(answer.tolist()) if hasattr(answer, "tolist") else list(answer)


def _proved(spec: Spec, ground: Ground, model: Model, real: list[Cells], *, many: bool) -> Spec:
    plan = Plan(spec)
    asked = [name for name in model.methods if name in plan.methods and name != "predict_log_proba"]
    original = _asker(model)
    cells = real + drawn_rows(spec, ground, model.file.inputs, real)
    proof = quiet(lambda: compare(plan, original, model.schema, cells, asked))
    if not proof.equal:
        return _original(f"The model itself computes, since a compiled form was not equal: {proof.why}.", list(model.methods), model)
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
    classes = getattr(model.estimator, "classes_", None) if model is not None else None
    told = classes.tolist() if getattr(classes, "ndim", 0) == 1 else None
    return {"report": report, "methods": methods, "classes": told, "plan": None, "most_rows": 0, "seconds": {}}
