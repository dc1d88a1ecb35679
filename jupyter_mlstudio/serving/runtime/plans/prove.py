"""Compares a plan with the original, row by row; a plan that differs anywhere is not used."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.front import NotPlannedError
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.arrays import columns_of
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

TOLERANCE = {"float64": 1e-9, "float32": 1e-6}
"""How far apart numbers may be: what the order of an addition can change in their precision."""
FEW, MORE = 24, 80
Ask = Callable[[Rows, str], Any]


@dataclass
class Proof:
    """What came out of a comparison."""

    rows: int = 0
    differing: int = 0
    largest: float | None = None
    why: str = ""

    @property
    def equal(self) -> bool:
        """Whether the plan may be used."""
        return not self.why


def compare(plan: Plan, original: Ask, schema: Schema, cells: Sequence[Cells], methods: Sequence[str]) -> Proof:
    """Ask both the same, in every form in which rows come: all at once by column, some by row, one alone."""
    proof = Proof()
    forms = _forms(schema, list(cells))
    for method in methods:
        expected = original(forms[0], method)
        for form in forms:
            try:
                found = plan.ask(form, method)
            except (RefusedError, NotPlannedError) as error:
                proof.why = f"it refuses what the model takes: {error}"
                return proof
            _judge(proof, method, found, expected[: form.count])
            if proof.why:
                return proof
    proof.rows = len(cells)
    return proof


def _forms(schema: Schema, cells: list[Cells]) -> list[Rows]:
    by_column = Rows(len(cells), columns=columns_of(schema, Rows(len(cells), cells=cells)))
    return [by_column, *(Rows(len(some), cells=some) for some in (cells[:MORE], cells[:FEW], cells[:1]))]


def _judge(proof: Proof, method: str, found: Any, expected: Any) -> None:
    import numpy as np

    expected = np.asarray(expected)
    if found.shape != expected.shape or found.dtype.kind != expected.dtype.kind:
        proof.why = f"{method} answers {found.dtype}{found.shape} instead of {expected.dtype}{expected.shape}"
    elif found.dtype.kind in "f":
        _judge_numbers(proof, method, found, expected)
    else:
        different = int((found != expected).sum())
        proof.differing += different
        if different:
            proof.why = f"{different} labels of {len(expected)} differ"


def _judge_numbers(proof: Proof, method: str, found: Any, expected: Any) -> None:
    import numpy as np

    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(all="ignore"):
        away = np.where(same, 0.0, np.abs(found - expected) / np.maximum(1.0, np.abs(expected)))
    largest = float(away.max()) if away.size else 0.0
    if method != "predict_log_proba":
        proof.largest = max(proof.largest or 0.0, largest)
    if not largest <= TOLERANCE.get(str(expected.dtype), 0.0):
        proof.why = f"{method} differs by {largest:.2g}"


def quiet(call: Callable[[], Any]) -> Any:
    """Call without the warnings that extreme rows give rise to."""
    import numpy as np

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call()


def taken(original: Ask, cells: Sequence[Cells], at_once: int = 64) -> list[Cells]:
    """Return the rows that the model takes, as far as a few questions find them out."""
    kept: list[Cells] = []
    for start in range(0, len(cells), at_once):
        some = list(cells[start : start + at_once])
        try:
            original(Rows(len(some), cells=some), "predict")
            kept += some
        except Exception:  # a recipe says in its own ways that it does not take a value
            kept += taken(original, some, at_once // 8) if at_once > 8 else []  # noqa: PLR2004  # 64, 8, 1
    return kept


def takes(original: Ask, base: Cells, changed: dict[int, Any]) -> bool:
    """Tell whether the model takes a row with some values changed."""
    row = tuple(changed.get(place, value) for place, value in enumerate(base))
    try:
        quiet(lambda: original(Rows(1, cells=[row]), "predict"))
    except RefusedError:
        return False
    return True
