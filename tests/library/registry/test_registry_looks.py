"""What is found out about versions: overview, lineage, comparison, promotion, cards."""

import pytest

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.registry import headline
from jupyter_mlstudio.registry.card_types import CardSpec
from jupyter_mlstudio.registry.facts_types import PromotionSpec
from jupyter_mlstudio.registry.models import MlflowModels
from jupyter_mlstudio.registry.service import Registry
from jupyter_mlstudio.registry.types import AliasSpec, DescriptionSpec, TagsSpec


@pytest.fixture
def through_mlflow(shelf):
    """The same registry, read through MLflow as that of a remote store is."""
    return Registry(None, MlflowModels(shelf.experiments.client, engine_errors), lambda _: None, shelf.registry._around)


def titles(lineage):
    names = {node.id: node.title for node in lineage.nodes}
    return {(names[link.source], names[link.target], link.label) for link in lineage.links}


def test_tags_can_be_changed_and_are_noticed_by_others(shelf):
    watcher = type(shelf).open(shelf.project).registry
    assert watcher.poll() == []
    change = TagsSpec(tags={"stage": "staging", "owner": "Ada = \"x\" 'y'"})
    assert shelf.registry.tag_version("delay", 1, change).tags == change.tags
    assert [event.id for event in watcher.poll()] == ["delay"]
    assert shelf.registry.tag("delay", TagsSpec(tags={"team": "flights"})).tags == {"team": "flights"}
    assert [event.id for event in watcher.poll()] == ["delay"]
    assert shelf.registry.tag_version("delay", 1, TagsSpec(tags={"owner": None})).tags == {"stage": "staging"}


def test_both_readers_say_the_same_of_tags_lineage_comparison_and_card(shelf, through_mlflow):
    shelf.registry.tag_version("delay", 1, TagsSpec(tags={"stage": "staging"}))
    shelf.registry.tag("delay", TagsSpec(tags={"team": "flights"}))
    registry, other = shelf.registry, through_mlflow
    assert registry.models() == other.models()
    assert registry.versions("delay") == other.versions("delay")
    assert registry.overview("delay") == other.overview("delay")
    assert registry.lineage("delay", 1) == other.lineage("delay", 1)
    for kind in ("notebook", "recipe", "data"):
        key = next(node.key for node in registry.lineage("delay", 1).nodes if node.kind == kind)
        assert registry.lineage_of(kind, key) == other.lineage_of(kind, key)
    assert registry.compare("delay", [1, 2]) == other.compare("delay", [1, 2])
    assert registry.card("delay", 1) == other.card("delay", 1)


def test_the_overview_shows_stage_metric_run_and_endpoints(serving):
    serving.tag_version("delay", 2, TagsSpec(tags={"stage": "production"}))
    found = serving.overview("delay")
    assert (found.metric, found.better, found.metrics) == ("roc_auc", "higher", ["log_loss", "roc_auc"])
    rows = [(row.version, row.stage, row.value, row.run_name, [e.name for e in row.served_by]) for row in found.items]
    assert rows == [(2, "production", 0.6, "bad", []), (1, "", 0.9, "good", ["late"])]
    assert [row.value for row in serving.overview("delay", "log_loss").items] == [0.4, pytest.approx(0.1)]


def test_lineage_leads_from_data_to_endpoint_and_back(serving, runs):
    lineage = serving.lineage("delay", 1)
    way = {("flights", "good", "training"), ("it's", "good", ""), ("late", "good", "")}
    assert titles(lineage) == {*way, ("good", "delay 1", ""), ("delay 1", "late", "")}
    assert serving.lineage_of("endpoint", "e1").links == lineage.links
    data = next(node for node in lineage.nodes if node.kind == "data")
    assert (data.path, data.subtitle) == ("flights.csv", data.key[:12])
    depends = serving.lineage_of("data", data.key)
    assert depends.focus == data.id
    assert {node.title for node in depends.nodes if node.kind in {"version", "endpoint"}} == {
        "delay 1",
        "delay 2",
        "late",
    }
    assert {node.id for node in serving.lineage_of("notebook", "it's.ipynb").nodes} == {n.id for n in depends.nodes}
    assert {node.title for node in serving.lineage_of("run", runs[1]).nodes if node.kind == "version"} == {"delay 1"}


def test_lineage_of_what_nobody_knows(shelf):
    assert [node.id for node in shelf.registry.lineage_of("data", "0" * 64).nodes] == ["data:" + "0" * 64]
    for kind, key in (("run", "0" * 32), ("endpoint", "e0"), ("version", "delay/9")):
        with pytest.raises(NotFoundError, match="no"):
            shelf.registry.lineage_of(kind, key)
    with pytest.raises(InvalidError, match="name/number"):
        shelf.registry.lineage_of("version", "delay")


def test_versions_are_compared_in_what_is_known_of_them(shelf):
    found = shelf.registry.compare("delay", [1, 2])
    rows = {(row.kind, row.name): row for row in found.rows}
    assert rows["metric", "roc_auc"].values == [0.9, 0.6]
    assert (rows["param", "kind"].same, rows["param", "depth"].same) == (False, True)
    assert rows["requirement", "scikit-learn"].same
    assert {row.kind for row in found.rows} >= {"version", "data", "input", "output"}
    with pytest.raises(InvalidError, match="2 to 12"):
        shelf.registry.compare("delay", [1, 1])


def test_promoting_tells_who_follows_moves_the_alias_and_can_be_undone(serving):
    serving.set_alias("delay", "champion", AliasSpec(version=1))
    ahead = serving.promotion("delay", 2, PromotionSpec())
    assert (ahead.before, ahead.version, ahead.done, [e.name for e in ahead.endpoints]) == (1, 2, False, ["late"])
    assert serving.resolve("delay", "champion").version == 1
    assert serving.promote("delay", 2).done
    assert serving.resolve("delay", "champion").version == 2
    assert serving.promote("delay", ahead.before, expected=2).done
    with pytest.raises(ConflictError, match="version 1 by now"):
        serving.promote("delay", 2, expected=2)


@pytest.mark.parametrize(("metric", "reason"), [("roc_auc", "worse"), ("log_loss", "worse"), ("nothing", "no nothing")])
def test_a_gate_refuses_what_is_worse_unless_forced(shelf, metric, reason):
    shelf.registry.promote("delay", 1, "best", metric=metric)
    with pytest.raises(ConflictError, match=reason):
        shelf.registry.promote("delay", 2, "best", metric=metric)
    assert shelf.registry.promote("delay", 2, "best", metric=metric, force=True).gate.passed is False
    assert shelf.registry.promote("delay", 1, "best", metric="roc_auc").gate.passed


def test_what_an_endpoint_serves_is_deleted_only_by_force(serving):
    with pytest.raises(ConflictError, match="Endpoint 'late' serves version 1"):
        serving.delete_version("delay", 1)
    with pytest.raises(ConflictError, match="force"):
        serving.delete("delay")
    serving.delete_version("delay", 2)
    serving.delete_version("delay", 1, force=True)
    assert serving.versions("delay").items == []


def test_a_card_says_what_is_known_and_keeps_the_users_words_apart(serving):
    serving.describe("delay", DescriptionSpec(description="Tells who is late."))
    serving.describe_version("delay", 1, DescriptionSpec(description="The first."))
    card = serving.write_card("delay", 1, CardSpec(limits="Not for *winter*."))
    parts = {part.key: part.markdown for part in card.parts}
    assert (parts["purpose"], parts["summary"], parts["limits"]) == (
        "Tells who is late.", "The first.", "Not for *winter*."
    )  # fmt: skip
    assert "| roc\\_auc | 0.9 |" in parts["metrics"]
    assert "`it's.ipynb`" in parts["training"]
    assert "scikit-learn==" in parts["environment"]
    assert "endpoint late, ready, follows `champion`" in parts["lineage"]
    assert "Nothing drifts." in parts["monitoring"]
    assert "## Notes" not in card.markdown
    assert serving.model("delay").description == "Tells who is late."


def test_a_card_goes_into_mlflows_description_only_on_request_and_comes_out_again(shelf):
    registry = shelf.registry
    registry.describe_version("delay", 1, DescriptionSpec(description="The first."))
    assert not registry.card("delay", 1).published
    assert "# delay 1" in registry.publish_card("delay", 1).description
    card = registry.card("delay", 1)
    assert (card.published, card.markdown.count("## Metrics"), "The first." in card.markdown) == (True, 1, True)
    assert registry.withdraw_card("delay", 1).description == "The first."
    registry.write_card("delay", 1, CardSpec(summary=""))
    assert registry.version("delay", 1).description == ""


def test_names_cannot_break_out_of_a_cards_tables(shelf):
    with shelf.track("x | <script>", name="`[a](javascript:1)`\n# b") as run:
        run.log_params({"p": "<img src=x> | `"})
    facts = shelf.registry._around.run(run.id)
    from jupyter_mlstudio.registry.card import _training

    text = _training(facts)
    assert "<img" not in text
    assert "<script" not in text
    assert "\n# b" not in text


@pytest.mark.parametrize(
    ("metrics", "wanted"),
    [
        (["loss", "val_auc", "auc"], "val_auc"),
        (["test_rmse", "train_rmse"], "test_rmse"),
        (["zeta", "alpha"], "alpha"),
        ([], None),
    ],
)
def test_the_usual_metric_of_the_last_part_of_the_data_stands_for_the_others(metrics, wanted):
    assert headline.headline(dict.fromkeys(metrics, 1.0)) == wanted


def test_whether_less_is_better_is_read_from_the_name():
    assert {headline.better(name) for name in ("val_loss", "rmse", "mean_absolute_error", "test-mse")} == {"lower"}
    assert {headline.better(name) for name in ("auc", "accuracy", "r2", "blossom")} == {"higher"}
