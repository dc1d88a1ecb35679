"""Clusters of 100,000 different texts, by key and by nearest neighbour; beside comparing everything with everything.

The texts are names with the errors that people make: other case, order of words swapped, a letter left out.
"""

from statistics import median
from time import perf_counter

import numpy as np
import polars as pl

from jupyter_mlstudio.wrangling.assist.clusters import clusters

DISTINCT = 100_000
ROUNDS = 3
BOUND = 2.0
SYLLABLES = [
    "ba", "ren", "to", "mi", "la", "san", "ker", "vo", "nt", "ster", "ham", "ford", "lin", "gra", "pol", "che", "du",
    "win", "ost", "al", "mo", "ri", "te", "ka", "be", "no", "su", "el", "ar", "in",
]  # fmt: skip
METHODS = ("fingerprint", "ngram", "phonetic", "levenshtein", "jaro_winkler")


def main() -> None:
    """Measure and print the figures."""
    values = names(DISTINCT)
    table = pl.LazyFrame({"name": values * 3})
    warm = pl.LazyFrame({"name": ["a", "A"]})
    for method in METHODS:
        clusters(warm, "name", method, 0.85, 200)
        seconds, found = [], 0
        for _ in range(ROUNDS):
            begin = perf_counter()
            found = clusters(table, "name", method, 0.85, 200).found
            seconds.append(perf_counter() - begin)
        value = median(seconds)
        state = "ok" if value <= BOUND else "short"
        print(f"FIGURE clusters_{method}_100k {value:.2f} s goal {BOUND} {state}")
        print(f"  {found:,} clusters of {len(set(values)):,} different texts in {len(values) * 3:,} rows")
    everything = compared(values[:4000]) * (DISTINCT / 4000) ** 2
    print(f"  comparing everything with everything would take {everything:.0f} s (from 4,000 texts)")


def compared(values: list[str]) -> float:
    """Measure the comparison of all pairs."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    begin = perf_counter()
    cdist(values, values, scorer=Levenshtein.normalized_similarity, score_cutoff=0.85, dtype=np.float32)
    return perf_counter() - begin


def names(count: int) -> list[str]:
    """Make names, a fifth of them misspelt."""
    chance = np.random.default_rng(0)

    def word(most: int) -> str:
        return "".join(chance.choice(SYLLABLES, chance.integers(2, most))).title()

    base: set[str] = set()
    while len(base) < count * 4 // 5:
        base.add(f"{word(5)} {word(5)}")
    ordered = sorted(base)
    chance.shuffle(ordered)
    spoilt = set()
    for place, text in enumerate(ordered):
        if len(ordered) + len(spoilt) >= count:
            break
        at = int(chance.integers(1, len(text) - 1))
        errors = (text.upper(), " ".join(reversed(text.split())), text[:at] + text[at + 1 :])
        wrong = errors[place % 3]
        if wrong not in base:
            spoilt.add(wrong)
    return [*ordered, *sorted(spoilt)]


if __name__ == "__main__":
    main()
