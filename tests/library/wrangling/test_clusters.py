import polars as pl
import pytest

from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.assist.clusters import clusters
from jupyter_mlstudio.wrangling.assist.keys import fingerprints, ngrams, sounds
from jupyter_mlstudio.wrangling.sources.types import FileSource

CITIES = ["New York"] * 5 + ["new york ", "NEW-YORK", "York, New", "New Yrok", "Boston", "Bostn", "Boston"]


def found(values, method, strictness=0.8):
    answer = clusters(pl.LazyFrame({"city": values}), "city", method, strictness, 50)
    return {each.suggestion: [value.value for value in each.values] for each in answer.items}


def test_spellings_with_the_same_words_meet():
    assert found(CITIES, "fingerprint") == {"New York": ["New York", "NEW-YORK", "York, New", "new york "]}
    assert {
        frozenset(values)
        for values in found(["I.B.M.", "IBM", "Müller", "Muller", "Straße", "strasse"], "fingerprint").values()
    } == {frozenset({"I.B.M.", "IBM"}), frozenset({"Müller", "Muller"}), frozenset({"Straße", "strasse"})}


def test_keys_are_the_same_for_what_means_the_same():
    assert fingerprints(pl.Series(["  York,  New", "new york"])).to_list() == ["new york"] * 2
    assert ngrams(pl.Series(["Paris", "P a r i s", "a"])).to_list() == ["arispari", "arispari", "a"]
    assert sounds(pl.Series(["Meyer", "Maier", "Mayr", "Müller-Lüdenscheidt", "Wikipedia"])).to_list() == [
        "67", "67", "67", "52682 657", "3412",
    ]  # fmt: skip


@pytest.mark.parametrize(("method", "typed"), [("levenshtein", "Bostn"), ("jaro_winkler", "New Yrok")])
def test_typing_errors_are_near_what_was_meant(method, typed):
    clustered = found(CITIES, method)

    assert any(typed in values for values in clustered.values())
    assert set(clustered) == {"New York", "Boston"}


def test_values_that_differ_in_figures_are_never_merged():
    for method in ("fingerprint", "ngram", "phonetic", "levenshtein", "jaro_winkler"):
        assert found(["Model 1", "Model 2", "Model 3", "Boeing 737-800", "Boeing 737-801"], method, 0.5) == {}


def test_the_most_frequent_value_is_suggested_and_of_equals_the_best_written():
    assert list(found(["paris", "PARIS", "Paris", " Paris"], "fingerprint")) == ["Paris"]
    assert list(found(["paris", "paris", "Paris"], "fingerprint")) == ["paris"]


def test_a_chain_of_small_differences_does_not_become_one_cluster():
    chain = ["abcdefghij", "abcdefghiX", "abcdefghYX", "abcdefgZYX", "abcdefWZYX"]

    assert max(len(values) for values in found(chain, "levenshtein", 0.9).values()) <= 3


def test_nothing_is_found_where_nothing_is():
    for method in ("fingerprint", "ngram", "phonetic", "levenshtein", "jaro_winkler"):
        for values in ([], [None], ["", " "], ["a"], ["Rome", "Oslo"]):
            answer = clusters(pl.LazyFrame({"city": values}, schema={"city": pl.String}), "city", method, 0.8, 50)
            assert (answer.items, answer.found) == ((), 0)


def test_a_panel_asks_for_clusters_and_merges_them_by_a_step(session, project):
    pl.DataFrame({"city": CITIES, "n": range(len(CITIES))}).write_parquet(project / "cities.parquet")
    session.open(FileSource(path="cities.parquet"))

    answer, _ = outcome_of(session, {"verb": "assist.clusters", "arguments": {"column": "city", "limit": 1}})
    wrong, _ = outcome_of(session, {"verb": "assist.clusters", "arguments": {"column": "n"}})
    cluster = answer["result"]["items"][0]
    merges = [{"old": each["value"], "new": cluster["suggestion"]} for each in cluster["values"][1:]]
    step = {"op": "replace", "column": "city", "values": merges}
    outcome_of(session, {"verb": "apply", "arguments": {"recipe": {"steps": [step]}}})

    assert {key: answer["result"][key] for key in ("found", "distinct", "rows", "exactness")} == {
        "found": 1, "distinct": 7, "rows": 12, "exactness": "exact",
    }  # fmt: skip
    assert (cluster["rows"], cluster["values"][0]) == (8, {"value": "New York", "count": 5})
    assert session.result()["city"].n_unique() == 4
    assert wrong["error"]["message"] == "“n” holds Int64; only text has spellings."
