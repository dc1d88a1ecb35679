"""Which deployment answers a request: by model name, by weight, by what the caller wants to stay with."""

import random
from collections.abc import Callable, Sequence
from threading import Lock
from zlib import crc32

from jupyter_mlstudio.serving.runtime.order import Order, Variant
from jupyter_mlstudio.serving.runtime.question import Predictor
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

GOLDEN = 0.6180339887498949
"""Steps of the golden ratio around a circle: after any number of them, each arc was met as often as it is long."""
LISTED = 20


class Chosen:
    """A deployment that shall answer; `predictor` is None until it is loaded, and again after it made room.

    Attributes:
        shadows: Who is asked the same afterwards, to compare.
        used: Grows with every choice; the least one makes room first.
    """

    __slots__ = ("_variants", "number", "predictor", "shadows", "used", "variant")

    def __init__(self, variant: Variant, variants: "Variants") -> None:
        self.variant, self.number, self._variants = variant, variant.number, variants
        self.predictor: Predictor | None = None
        self.shadows: tuple[Chosen, ...] = ()
        self.used = 0

    def load(self) -> Predictor:
        """Return the loaded model; loads it first if need be, so that this belongs into the prediction thread.

        Raises:
            RefusedError: It cannot be loaded.
        """
        return self.predictor or self._variants.load(self)


class Group:
    """The deployments that share the requests for one model name."""

    __slots__ = ("_at", "_edges", "_members")

    def __init__(self, members: Sequence[Chosen]) -> None:
        self._members = tuple(members)
        total = sum(member.variant.weight for member in members) or 1.0
        reached, edges = 0.0, []
        for member in members[:-1]:
            reached += member.variant.weight / total
            edges.append(reached)
        self._edges = tuple(edges)
        self._at = random.random()  # several workers shall not all begin with the same deployment

    @property
    def only(self) -> Chosen | None:
        """The deployment that answers everything, if there is one."""
        return self._members[0] if len(self._members) == 1 else None

    def next(self) -> Chosen:
        """Take turns, exactly by weight."""
        self._at = at = (self._at + GOLDEN) % 1.0
        return self._on(at)

    def of(self, sticky: bytes) -> Chosen:
        """Choose by weight, but always the same for the same word."""
        return self._on(crc32(sticky) * GOLDEN % 1.0)

    def numbered(self, version: str) -> Chosen | None:
        """Return the deployment of this number, if it is among them."""
        return next((member for member in self._members if str(member.number) == version), None)

    def _on(self, at: float) -> Chosen:
        for edge, member in zip(self._edges, self._members, strict=False):
            if at < edge:
                return member
        return self._members[-1]


class Variants:
    """All deployments that are in an endpoint's traffic. Choosing belongs into the event loop."""

    def __init__(self, order: Order, open_model: Callable[[Variant], Predictor]) -> None:
        self._open, self._lock, self._turn = open_model, Lock(), 0
        self.all: tuple[Chosen, ...] = ()
        self._build(order)
        self._load_all()

    def choose(self, model: str = "", version: str = "", sticky: bytes = b"") -> Chosen:
        """Choose who answers.

        Args:
            model: The name that the caller gave; empty for the endpoint's own model.
            version: Number of the deployment that the caller insists on.
            sticky: Requests with the same word are answered by the same deployment, as long as the weights stay.

        Raises:
            RefusedError: There is no such model or deployment.
        """
        if self._only is not None and not model and not version:
            return self._only
        group = self._groups.get(model)
        if group is None:
            raise self._unknown(model)
        chosen = self._numbered(group, version) if version else group.of(sticky) if sticky else group.next()
        if chosen.variant.lazy:
            self._turn += 1
            chosen.used = self._turn
        return chosen

    def change(self, order: Order) -> None:
        """Divide the requests as a new order says; what is loaded stays so."""
        self._build(order)

    def load(self, chosen: Chosen) -> Predictor:
        """Load a deployment's model; the one that was not asked for longest makes room, if there are too many."""
        with self._lock:
            if chosen.predictor is None:
                chosen.predictor = self._loaded(chosen, refuse=True)
                self._make_room(chosen)
            return chosen.predictor

    @property
    def names(self) -> list[str]:
        """The model names that callers may give."""
        return sorted({chosen.variant.model for chosen in self.all if not chosen.variant.shadow} - {""})

    def _load_all(self) -> None:
        for chosen in self.all:
            if not chosen.variant.lazy:
                chosen.predictor = self._loaded(chosen)

    def _build(self, order: Order) -> None:
        former = {(each.variant.number, each.variant.digest): each.predictor for each in self.all}
        everyone = [Chosen(variant, self) for variant in order.variants]
        for chosen in everyone:
            chosen.predictor = former.get((chosen.variant.number, chosen.variant.digest))
        members: dict[str, list[Chosen]] = {}
        for chosen in everyone:
            if not chosen.variant.shadow:
                chosen.shadows = tuple(
                    other for other in everyone if other.variant.shadow and other.variant.model == chosen.variant.model
                )
                if chosen.variant.weight > 0:
                    members.setdefault(chosen.variant.model, []).append(chosen)
        self._groups = {model: Group(group) for model, group in members.items()}
        own = self._groups.get("")
        if own is not None:
            self._groups.setdefault(order.name, own)
        self.all, self._most = tuple(everyone), order.limits.loaded_models
        only = own.only if own is not None else None
        self._only = None if only is None or only.variant.lazy else only

    def _loaded(self, chosen: Chosen, *, refuse: bool = False) -> Predictor:
        for other in self.all:  # one deployment may have several names
            if other.number == chosen.number and other.predictor is not None:
                return other.predictor
        try:
            return self._open(chosen.variant)
        except RefusedError:
            raise
        except Exception as error:
            if not refuse:
                raise
            told = f"{chosen.variant.label} cannot be loaded: {error}"
            raise RefusedError("not_loaded", told, status=503, retry_after=5) from error

    def _make_room(self, newest: Chosen) -> None:
        loaded = [each for each in self.all if each.variant.lazy and each.predictor is not None and each is not newest]
        for oldest in sorted(loaded, key=lambda each: each.used)[: max(0, len(loaded) + 1 - self._most)]:
            oldest.predictor = None

    @staticmethod
    def _numbered(group: Group, version: str) -> Chosen:
        chosen = group.numbered(version)
        if chosen is None:
            raise RefusedError("unknown_version", f"No deployment {version!r} answers here.", status=404)
        return chosen

    def _unknown(self, model: str) -> RefusedError:
        names = self.names
        if not model:
            told = "This endpoint answers for several models. Name one of them."
        else:
            told = f"There is no model {model!r} here."
        return RefusedError("unknown_model", told, status=404, models=names[:LISTED])
