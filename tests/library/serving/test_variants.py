"""Which deployment answers a request."""

from collections import Counter

import pytest

from jupyter_mlstudio.serving.runtime.order import Limits, Order, Variant
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.variants import Variants


def variant(number, **options):
    return Variant(number, f"model {number}", "folder", "plan", f"digest {number}", True, **options)


def order(*variants, limits=None):
    return Order("id", "delay", "folder", "project", 1, variants, limits or Limits())


class Opened(list):
    """Opens models, and remembers which."""

    def __call__(self, variant):
        self.append(variant.number)
        return f"predictor {variant.number}"


@pytest.mark.parametrize(("first", "second"), [(90, 10), (50, 50), (99.5, 0.5), (1, 3)])
def test_requests_are_divided_exactly_by_weight(first, second):
    variants = Variants(order(variant(1, weight=first), variant(2, weight=second)), Opened())
    for asked in (100, 1000, 20_000):
        counted = Counter(variants.choose().number for _ in range(asked))
        assert counted[2] == pytest.approx(asked * second / (first + second), abs=3)


def test_one_caller_stays_with_one_deployment_and_callers_are_divided_by_weight():
    variants = Variants(order(variant(1, weight=80), variant(2, weight=20)), Opened())
    chosen = {caller: variants.choose(sticky=b"caller %d" % caller).number for caller in range(2000)}
    assert all(variants.choose(sticky=b"caller %d" % caller).number == chosen[caller] for caller in range(50))
    assert Counter(chosen.values())[2] == pytest.approx(400, abs=60)


def test_a_caller_may_insist_on_a_deployment():
    variants = Variants(order(variant(1, weight=99), variant(2, weight=1)), Opened())
    assert {variants.choose("delay", "2").number for _ in range(20)} == {2}
    with pytest.raises(RefusedError, match="No deployment '3'") as refused:
        variants.choose("delay", "3")
    assert refused.value.status == 404


def test_models_are_found_by_their_names():
    variants = Variants(order(variant(1), variant(2, model="cancelled"), variant(3, model="diverted")), Opened())
    assert [variants.choose(name).number for name in ("", "delay", "cancelled", "diverted")] == [1, 1, 2, 3]
    with pytest.raises(RefusedError, match="no model 'late' here") as refused:
        variants.choose("late")
    assert (refused.value.status, refused.value.details) == (404, {"models": ["cancelled", "diverted"]})


def test_without_a_model_of_its_own_an_endpoint_wants_a_name():
    variants = Variants(order(variant(1, model="a"), variant(2, model="b")), Opened())
    with pytest.raises(RefusedError, match="answers for several models"):
        variants.choose()


def test_a_shadow_answers_nobody():
    variants = Variants(order(variant(1), variant(2, shadow=True)), Opened())
    assert {variants.choose().number for _ in range(100)} == {1}
    assert [shadow.number for shadow in variants.choose().shadows] == [2]
    assert variants.choose().shadows[0].predictor == "predictor 2"


def test_lazy_models_are_loaded_when_they_are_asked_for_and_the_least_wanted_makes_room():
    opened = Opened()
    names = ["a", "b", "c", "d"]
    lazy = [variant(number, model=name, lazy=True) for number, name in enumerate(names, 1)]
    variants = Variants(order(*lazy, limits=Limits(loaded_models=2)), opened)
    assert opened == []
    for name in ("a", "b", "a", "c"):
        variants.choose(name).load()
    assert opened == [1, 2, 3]
    assert [chosen.variant.model for chosen in variants.all if chosen.predictor is not None] == ["a", "c"]
    variants.choose("a").load()
    variants.choose("d").load()
    assert [chosen.variant.model for chosen in variants.all if chosen.predictor is not None] == ["a", "d"]


def test_a_model_with_two_names_is_loaded_once():
    opened = Opened()
    Variants(order(variant(1), variant(1, model="late")), opened)
    assert opened == [1]


def test_a_lazy_model_that_cannot_be_loaded_is_refused_and_tried_again():
    def fail(variant):
        raise ValueError("The model needs the package 'x'.")

    chosen = Variants(order(variant(1, model="a", lazy=True)), fail).choose("a")
    for _ in range(2):
        with pytest.raises(RefusedError, match="model 1 cannot be loaded: The model needs the package") as refused:
            chosen.load()
        assert refused.value.status == 503


def test_a_change_of_weights_loads_nothing():
    opened = Opened()
    variants = Variants(order(variant(1, weight=90), variant(2, weight=10)), opened)
    variants.change(order(variant(1, weight=0), variant(2, weight=100)))
    assert ({variants.choose().number for _ in range(100)}, opened) == ({2}, [1, 2])
    variants.change(order(variant(2), variant(1, shadow=True)))
    assert (variants.choose().shadows[0].predictor, opened) == ("predictor 1", [1, 2])
