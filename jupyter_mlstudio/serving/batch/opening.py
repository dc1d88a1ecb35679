"""Opens the model of a plan."""

from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.batch.plan import Plan
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError
from jupyter_mlstudio.serving.runtime.order import Limits, Variant
from jupyter_mlstudio.serving.runtime.predictors import Prepared, open_predictor
from jupyter_mlstudio.serving.runtime.prepare import prepare

LIMITS = Limits(rows=2**31)


def prepared(variant: Variant, project: Path) -> Prepared:
    """Translate a model where that is possible, and open it.

    Raises:
        InvalidError: It cannot be loaded; the message says why.
    """
    try:
        with suppress(Exception):  # the model has failed while it was looked at; it may still answer the rows
            prepare(variant, project, many=True)
        return open_predictor(variant, project, LIMITS)
    except NoModelError as error:
        raise InvalidError(str(error), code="no_model") from error


def opened(plan: Plan) -> Prepared:
    """Open what was prepared.

    Raises:
        InvalidError: It cannot be opened any more.
    """
    try:
        return open_predictor(plan.variant, Path(plan.project), LIMITS)
    except NoModelError as error:
        raise InvalidError(str(error), code="no_model") from error
