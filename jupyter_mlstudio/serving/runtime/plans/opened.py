"""A plan at work in a worker."""

from collections.abc import Callable, Sequence
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.front import Front, unpacked
from jupyter_mlstudio.serving.runtime.plans.outcomes import outcomes
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.refusing import check_of
from jupyter_mlstudio.serving.runtime.plans.scores import SCORES
from jupyter_mlstudio.serving.runtime.question import Rows


class Plan:
    """A model as arithmetic. What it answers is proved elsewhere to be what the original answers."""

    def __init__(self, spec: Spec, fields: Sequence[Field] = ()) -> None:
        scores = SCORES[spec["scores"]["op"]](spec["scores"], check_of(spec.get("refused", [])))
        if spec.get("front") is not None:
            scores = _behind(unpacked(spec["front"], fields), scores)
        self._methods = {name: _after(scores, outcome) for name, outcome in outcomes(spec["outcome"]).items()}

    @property
    def methods(self) -> frozenset[str]:
        """Which methods of the original it has."""
        return frozenset(self._methods)

    def ask(self, rows: Rows, method: str) -> Any:
        """Answer for rows, one at least.

        Raises:
            RefusedError: The model does not take a value.
            NotPlannedError: Only the original can judge a value.
        """
        return self._methods[method](rows)


def _after(scores: Callable[[Rows], Any], outcome: Callable[[Any], Any]) -> Callable[[Rows], Any]:
    return lambda rows: outcome(scores(rows))


def _behind(front: Front, scores: Callable[[Rows], Any]) -> Callable[[Rows], Any]:
    return lambda rows: scores(front(rows))
