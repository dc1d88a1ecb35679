"""Recipes for the linter: twenty that careful people would write, and some in which something is wrong."""

SPLIT = {"op": "@split", "test": 0.2}

CLEAN = {
    "flights": [
        {"op": "filter", "formula": "not is_missing(arr_delay)"},
        {"op": "date_parts", "column": "time_hour", "parts": ["month", "weekday", "hour"], "drop": True},
        {"op": "clip", "columns": ["distance"]},
        {"op": "ordinal", "columns": ["carrier", "origin", "dest"]},
        {"op": "drop", "columns": ["dep_time", "dep_delay", "tailnum"]},
    ],
    "split first": [SPLIT, {"op": "fill_missing", "columns": ["age"]}, {"op": "scale", "columns": ["age"]}],
    "duplicates, then split": [
        {"op": "drop_duplicates"},
        SPLIT,
        {"op": "scale", "columns": ["age"]},
        {"op": "one_hot", "columns": ["city"]},
    ],
    "row steps before the split": [
        {"op": "clean_text", "columns": ["city"], "case": "lower"},
        {"op": "cast", "columns": ["age"], "to": "integer"},
        {"op": "fill_missing", "columns": ["city"], "using": "value", "value": "unknown"},
        SPLIT,
        {"op": "one_hot", "columns": ["city"]},
    ],
    "sample for speed": [{"op": "sample", "rows": 1000}, SPLIT, {"op": "fill_missing", "columns": ["age"]}],
    "balance training rows": [SPLIT, {"op": "balance", "column": "late"}, {"op": "scale", "columns": ["age"]}],
    "target encoding with folds": [SPLIT, {"op": "target_encode", "columns": ["city"], "target": "late"}],
    "only rows with a target": [
        {"op": "drop_missing", "columns": ["late"]},
        SPLIT,
        {"op": "target_encode", "columns": ["city"], "target": "late", "folds": 10},
    ],
    "derived and used": [
        {"op": "derive", "name": "speed", "formula": "distance / air_time"},
        {"op": "derive", "name": "fast", "formula": "speed > 8"},
        {"op": "drop", "columns": ["speed"]},
    ],
    "derived in place": [
        {"op": "derive", "name": "price", "formula": "log(price + 1)"},
        {"op": "scale", "columns": ["price"]},
    ],
    "renamed and dropped": [{"op": "rename", "names": [{"column": "a", "to": "b"}]}, {"op": "drop", "columns": ["c"]}],
    "renamed twice": [
        {"op": "rename", "names": [{"column": "a", "to": "b"}]},
        {"op": "rename", "names": [{"column": "b", "to": "c"}]},
    ],
    "swapped names": [{"op": "rename", "names": [{"column": "a", "to": "b"}, {"column": "b", "to": "a"}]}],
    "cleaned, then merged": [
        {"op": "clean_text", "columns": ["city"]},
        {"op": "replace", "column": "city", "values": [{"old": "NYC", "new": "New York"}, {"old": "?", "new": None}]},
        {"op": "fill_missing", "columns": ["city"], "using": "most frequent"},
    ],
    "filled, made missing, filled": [
        {"op": "fill_missing", "columns": ["age"]},
        {"op": "replace", "column": "age", "values": [{"old": 999, "new": None}]},
        {"op": "fill_missing", "columns": ["age"]},
    ],
    "different columns filled": [
        {"op": "fill_missing", "columns": ["age"]},
        {"op": "fill_missing", "columns": ["income"], "using": "mean"},
        {"op": "fill_missing", "columns": ["city"], "using": "most frequent"},
    ],
    "sorted and ranked": [
        {"op": "sort", "by": [{"column": "day"}]},
        {"op": "drop_duplicates", "columns": ["id"], "keep": "last"},
    ],
    "clipped, then scaled": [
        {"op": "clip", "columns": ["age"]},
        {"op": "scale", "columns": ["age"]},
        {"op": "bin", "column": "income", "name": "income_class"},
    ],
    "off steps do not count": [
        {"op": "scale", "columns": ["age"], "on": False},
        SPLIT,
        {"op": "scale", "columns": ["age"]},
        {"op": "derive", "name": "x", "formula": "age + 1", "on": False},
    ],
    "chosen columns": [
        {"op": "derive", "name": "total", "formula": "price * count"},
        {"op": "select", "columns": ["total", "city"]},
        SPLIT,
        {"op": "one_hot", "columns": ["city"]},
    ],
}

LEAKS = {
    "median before the split": ([{"op": "fill_missing", "columns": ["age"]}, SPLIT], 0, "learns-before-split"),
    "scale before the split": (
        [{"op": "drop_duplicates"}, {"op": "scale", "columns": ["age"]}, SPLIT],
        1,
        "learns-before-split",
    ),
    "quantiles before the split": ([{"op": "clip", "columns": ["age"]}, SPLIT], 0, "learns-before-split"),
    "bins before the split": ([{"op": "bin", "column": "age"}, SPLIT], 0, "learns-before-split"),
    "categories before the split": ([{"op": "one_hot", "columns": ["city"]}, SPLIT], 0, "learns-before-split"),
    "order before the split": (
        [{"op": "ordinal", "columns": ["city"]}, {"op": "drop", "columns": ["id"]}, SPLIT],
        0,
        "learns-before-split",
    ),
    "target encoding before the split": (
        [{"op": "target_encode", "columns": ["city"], "target": "late"}, SPLIT],
        0,
        "learns-before-split",
    ),
    "selection before the split": ([{"op": "select_features", "target": "late"}, SPLIT], 0, "learns-before-split"),
    "balance before the split": ([{"op": "balance", "column": "late"}, SPLIT], 0, "balance-before-split"),
    "duplicates after the split": ([SPLIT, {"op": "drop_duplicates"}], 1, "duplicates-after-split"),
    "learned from duplicates": (
        [{"op": "scale", "columns": ["age"]}, {"op": "drop_duplicates"}],
        1,
        "learned-from-dropped",
    ),
    "learned, then sampled": (
        [{"op": "scale", "columns": ["age"]}, {"op": "sample", "rows": 10}],
        1,
        "learned-from-dropped",
    ),
    "feature of the target": (
        [
            {"op": "derive", "name": "ratio", "formula": "late / distance"},
            {"op": "target_encode", "columns": ["city"], "target": "late"},
        ],
        0,
        "target-as-feature",
    ),
    "feature of the renamed target": (
        [
            {"op": "target_encode", "columns": ["city"], "target": "late"},
            {"op": "rename", "names": [{"column": "late", "to": "y"}]},
            {"op": "derive", "name": "ratio", "formula": "y / distance"},
        ],
        2,
        "target-as-feature",
    ),
    "target scaled": (
        [{"op": "scale", "columns": ["late", "age"]}, {"op": "target_encode", "columns": ["city"], "target": "late"}],
        0,
        "target-changed",
    ),
    "known too late": ([{"op": "derive", "name": "gain", "formula": "arr_delay - dep_delay"}], 0, "known-too-late"),
    "known too late, renamed": (
        [{"op": "rename", "names": [{"column": "arr_delay", "to": "d"}]}, {"op": "scale", "columns": ["d"]}],
        1,
        "known-too-late",
    ),
    "file that is nowhere": ([{"op": "look_up", "path": "nowhere.csv", "keys": ["id"]}], 0, "no-file"),
    "file outside": ([{"op": "look_up", "path": "/home/ann/x.csv", "keys": ["id"]}], 0, "file-outside"),
    "file above": ([{"op": "join", "path": "../x.csv", "keys": ["id"]}], 0, "file-outside"),
}

IDLE = {
    "rename to itself": ([{"op": "rename", "names": [{"column": "a", "to": "a"}]}], 0, "no-effect"),
    "clean nothing": ([{"op": "clean_text", "columns": ["a"], "trim": False}], 0, "no-effect"),
    "the column itself": ([{"op": "derive", "name": "a", "formula": "a"}], 0, "no-effect"),
    "replaced by itself": ([{"op": "replace", "column": "a", "values": [{"old": "x", "new": "x"}]}], 0, "no-effect"),
    "twice the same": ([{"op": "drop_duplicates"}, {"op": "drop_duplicates"}], 1, "no-effect"),
    "filled twice": (
        [{"op": "fill_missing", "columns": ["a"]}, {"op": "fill_missing", "columns": ["a"], "using": "mean"}],
        1,
        "no-effect",
    ),
    "scaled twice": (
        [{"op": "scale", "columns": ["a"]}, {"op": "scale", "columns": ["a"], "to": "0 to 1"}],
        0,
        "overridden",
    ),
    "renamed forth and back": (
        [
            {"op": "rename", "names": [{"column": "a", "to": "b"}]},
            {"op": "rename", "names": [{"column": "b", "to": "a"}]},
        ],
        1,
        "undone",
    ),
    "derived and dropped": (
        [
            {"op": "derive", "name": "x", "formula": "a + 1"},
            {"op": "scale", "columns": ["a"]},
            {"op": "drop", "columns": ["x"]},
        ],
        0,
        "unused",
    ),
    "derived and derived": (
        [{"op": "derive", "name": "x", "formula": "a + 1"}, {"op": "derive", "name": "x", "formula": "a + 2"}],
        0,
        "unused",
    ),
    "filled and dropped": (
        [{"op": "fill_missing", "columns": ["a"]}, {"op": "drop", "columns": ["a", "b"]}],
        0,
        "unused",
    ),
    "derived and not chosen": (
        [{"op": "derive", "name": "x", "formula": "a"}, {"op": "select", "columns": ["a"]}],
        0,
        "unused",
    ),
}

TRAVEL = {
    "group": ([{"op": "group", "by": ["city"]}], 0, "shape-travels"),
    "fill from before": ([{"op": "fill_forward", "columns": ["a"]}], 0, "looks-at-rows"),
}
