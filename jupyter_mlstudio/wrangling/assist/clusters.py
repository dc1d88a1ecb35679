"""Finds values of a column that seem to mean the same: by equal keys, or by few differences."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.assist.keys import fingerprints, ngrams, plain, sounds
from jupyter_mlstudio.wrangling.assist.types import Cluster, ClusterMethod, Clusters, ClusterValue

if TYPE_CHECKING:
    import polars as pl

_MOST = 300_000
"""Of more different values, only the most frequent are compared."""
_BLOCK = 150
_ENDS = 3


class _Counted(NamedTuple):
    values: "pl.Series"
    counts: "pl.Series"


def clusters(table: "pl.LazyFrame", column: str, method: ClusterMethod, strictness: float, limit: int) -> Clusters:
    """Group the different values of a text column; those with the most rows first."""
    import polars as pl

    began = perf_counter()
    counted = table.select(pl.col(column).cast(pl.String).drop_nulls().alias("value")).group_by("value").len("count")
    found = counted.collect(engine="streaming").sort(["count", "value"], descending=[True, False])
    rows, distinct = int(found["count"].sum()), found.height
    compared = found.head(_MOST).filter(pl.col("value").str.strip_chars() != "")
    pairs = _Counted(compared["value"], compared["count"])
    groups = _near(pairs, method, strictness) if method in {"levenshtein", "jaro_winkler"} else _same(pairs, method)
    counts = pairs.counts.to_list()
    weights = [(-sum(counts[place] for place in places), min(places)) for places in groups]
    best = sorted(range(len(groups)), key=weights.__getitem__)[:limit]
    return Clusters(
        column=column,
        method=method,
        items=tuple(_cluster(pairs, groups[number]) for number in best),
        found=len(groups),
        distinct=distinct,
        rows=rows,
        exactness="exact" if distinct <= _MOST else "sampled",
        seconds=round(perf_counter() - began, 3),
    )


def _same(counted: _Counted, method: ClusterMethod) -> list[list[int]]:
    """Group values with the same key; places come by how frequent they are."""
    import polars as pl

    keys = {"fingerprint": fingerprints, "ngram": ngrams, "phonetic": sounds}[method](counted.values)
    frame = pl.DataFrame({"key": keys}).with_row_index("place").filter(pl.col("key") != "")
    grouped = frame.group_by("key", maintain_order=True).agg("place").filter(pl.col("place").list.len() > 1)
    found: list[list[int]] = grouped["place"].to_list()
    return found


def _near(counted: _Counted, method: ClusterMethod, strictness: float) -> list[list[int]]:
    """Group values around the most frequent of their like, so that no chain of small differences grows."""
    texts = plain(counted.values).to_list()
    figures = ["".join(filter(str.isdigit, text)) for text in texts]
    neighbours: dict[int, set[int]] = {}
    for block in _blocks(texts):
        for one, two in _alike([texts[place] for place in block], method, strictness):
            left, right = block[one], block[two]
            if figures[left] == figures[right]:
                neighbours.setdefault(left, set()).add(right)
                neighbours.setdefault(right, set()).add(left)
    taken: set[int] = set()
    groups = []
    for place in sorted(neighbours):
        if place not in taken:
            group = [place, *sorted(neighbours[place] - taken)]
            taken.update(group)
            if len(group) > 1:
                groups.append(group)
    return groups


def _blocks(texts: Sequence[str]) -> Iterator[list[int]]:
    """Put together what begins or ends alike; only within a block is everything compared with everything."""
    for reverse in (False, True):
        turned = [text[::-1] if reverse else text for text in texts]
        yield from _split([place for place, text in enumerate(turned) if text], turned, _ENDS)


def _split(places: list[int], texts: Sequence[str], length: int) -> Iterator[list[int]]:
    blocks: dict[str, list[int]] = {}
    for place in places:
        blocks.setdefault(texts[place][:length], []).append(place)
    for begin, block in blocks.items():
        if len(block) > _BLOCK and len(begin) >= length:
            if len(blocks) == 1 and all(texts[place] == begin for place in block):
                yield block[:_BLOCK]
            else:
                yield from _split(block, texts, length + 1)
        elif len(block) > 1:
            yield block


def _alike(texts: list[str], method: ClusterMethod, strictness: float) -> list[tuple[int, int]]:
    import numpy as np
    from rapidfuzz.distance import JaroWinkler, Levenshtein
    from rapidfuzz.process import cdist

    scorer = Levenshtein.normalized_similarity if method == "levenshtein" else JaroWinkler.normalized_similarity
    least = strictness if method == "levenshtein" else (1 + strictness) / 2
    scores = cdist(texts, texts, scorer=scorer, score_cutoff=least, dtype=np.float32)
    left, right = np.nonzero(scores)
    upper = left < right
    return list(zip(left[upper].tolist(), right[upper].tolist(), strict=True))


def _cluster(counted: _Counted, places: list[int]) -> Cluster:
    values = [ClusterValue(value=counted.values[place], count=counted.counts[place]) for place in sorted(places)]
    most = values[0].count
    best = max((each.value for each in values if each.count == most), key=_care)
    return Cluster(values=tuple(values), suggestion=best, rows=sum(each.count for each in values))


def _care(value: str) -> tuple[bool, bool, int]:
    """Say how carefully a value is written."""
    return (value == value.strip(), not value.isupper() and value[:1].isupper(), -len(value))
