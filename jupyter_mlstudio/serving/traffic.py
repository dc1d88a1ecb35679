"""How the requests to an endpoint are divided among its deployments: the arithmetic of rolls, canaries and shadows."""

from collections.abc import Sequence

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.serving.types import Deployment, RollSpec, Share

WHOLE = 100.0

Shares = list[Share]


def rolled(present: Sequence[Share], number: int, spec: RollSpec) -> Shares:
    """Let a new deployment into the traffic: all of its model name, a part of it, or beside it as a shadow.

    Raises:
        InvalidError: A shadow or a part was asked for where nothing answers yet.
    """
    if spec.shadow or spec.weight is not None:
        _check_company(present, spec)
    if spec.shadow:
        return [*present, Share(number=number, model=spec.served_as, shadow=True)]
    if spec.weight is not None:
        return [*_shrunk(present, spec.served_as, WHOLE - spec.weight), _share(number, spec.served_as, spec.weight)]
    return alone(present, number, spec.served_as)


def alone(present: Sequence[Share], number: int, model: str) -> Shares:
    """Give a deployment the whole traffic of a model name; other names keep theirs."""
    return [*(share for share in present if share.model != model), _share(number, model, WHOLE)]


def promoted(present: Sequence[Share], number: int) -> Shares:
    """Give a canary or a shadow the whole traffic of its model name.

    Raises:
        NotFoundError: It is not in the traffic.
    """
    for share in present:
        if share.number == number:
            return alone(present, number, share.model)
    raise NotFoundError(f"number: deployment {number} is not in the traffic, so that there is nothing to promote.")


def check(shares: Sequence[Share], deployments: Sequence[Deployment]) -> None:
    """Refuse a division that makes no sense.

    Raises:
        InvalidError: The message names the share and the fix.
    """
    known = {deployment.number for deployment in deployments}
    seen = set[tuple[int, str]]()
    for share in shares:
        if share.number not in known:
            raise InvalidError(f"shares: the endpoint has no deployment {share.number}, or no longer.")
        if (share.number, share.model) in seen:
            raise InvalidError(f"shares: deployment {share.number} is named twice. Name it once.")
        seen.add((share.number, share.model))
    for model in {share.model for share in shares}:
        if not any(share.weight > 0 for share in shares if share.model == model and not share.shadow):
            name = f"model {model!r}" if model else "the endpoint's own model"
            raise InvalidError(f"shares: nobody would answer for {name}. Give a deployment a weight above 0.")


def leading(shares: Sequence[Share], model: str = "") -> Share | None:
    """Return the share that answers most for a model name; None if nobody does."""
    answering = [share for share in shares if share.model == model and not share.shadow]
    return max(answering, key=lambda share: share.weight, default=None)


def _share(number: int, model: str, weight: float) -> Share:
    return Share(number=number, model=model, weight=weight)


def _check_company(present: Sequence[Share], spec: RollSpec) -> None:
    if spec.shadow and spec.weight is not None:
        raise InvalidError("weight: a shadow answers nobody, so that it has no weight. Leave one of the two out.")
    if leading(present, spec.served_as) is None:
        field = "shadow" if spec.shadow else "weight"
        raise InvalidError(f"{field}: nothing answers yet, so that the new model must answer everything. Leave it out.")


def _shrunk(present: Sequence[Share], model: str, rest: float) -> Shares:
    """Scale the weights of a model name down to `rest` per cent."""
    total = sum(share.weight for share in present if share.model == model and not share.shadow)
    return [
        share.model_copy(update={"weight": round(share.weight * rest / total, 6)})
        if share.model == model and not share.shadow
        else share
        for share in present
    ]
