"""Translates fitted transforms of scikit-learn. Each function takes a block and returns what becomes of it."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Block, Made, Raw, UntranslatedError, stacked
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.tabulate import tabulated

FUNCTIONS = frozenset(
    {"log1p", "log", "log2", "log10", "sqrt", "exp", "expm1", "abs", "absolute", "square", "negative"}
)
"""Functions of NumPy that a FunctionTransformer may hold."""
SELECTORS = frozenset(
    {
        *("SelectKBest", "SelectPercentile", "SelectFpr", "SelectFdr", "SelectFwe", "GenericUnivariateSelect"),
        *("VarianceThreshold", "SelectFromModel", "RFE", "RFECV", "SequentialFeatureSelector"),
    }
)


def transformed(transform: Any, block: Block) -> Block:
    """Translate one fitted transform.

    Raises:
        UntranslatedError: There is no plain form of it.
    """
    if transform is None or transform == "passthrough":
        return block
    name = type(transform).__name__
    if not is_sklearn(transform):
        raise UntranslatedError(f"{name} is no class of scikit-learn")
    if name in SELECTORS:
        return block.pick([int(place) for place in transform.get_support(indices=True)])
    if name not in TRANSFORMS:
        raise UntranslatedError(f"there is no plain form of {name}")
    return TRANSFORMS[name](transform, block)


def is_sklearn(thing: Any) -> bool:
    """Tell whether it is of a class of scikit-learn itself; a derived one may do anything."""
    return type(thing).__module__.partition(".")[0] == "sklearn"


def _pipeline(pipeline: Any, block: Block) -> Block:
    for _, step in pipeline.steps:
        block = transformed(step, block)
    return block


def _column_transformer(transformer: Any, block: Block) -> Block:
    parts, known = [], _places(transformer, block)
    for _, each, columns, weight in transformer._iter(
        fitted=True, column_as_labels=False, skip_drop=True, skip_empty_columns=True
    ):
        picked = block.pick([known[place] for place in _chosen(columns, transformer)])
        part = transformed(each, picked)
        if weight is not None:
            part = _weighted(part, weight)
        parts.append(part)
    return stacked(parts) if parts else block.pick([])


def _places(transformer: Any, block: Block) -> list[int]:
    """Return where each column that the transformer was fitted on stands in the block."""
    names = getattr(transformer, "feature_names_in_", None)
    if names is None or not isinstance(block, Raw) or block.tensor:
        return list(range(len(block)))
    there = {column.name: place for place, column in enumerate(block.columns)}
    return [there.get(str(name), -1) for name in names]


def _chosen(columns: Any, transformer: Any) -> list[int]:
    import numpy as np

    if isinstance(columns, str | int):
        raise UntranslatedError("a transformer gets a single column without a table")
    if isinstance(columns, slice):
        raise UntranslatedError("columns are chosen by a slice")
    chosen = np.asarray(columns)
    if chosen.dtype == bool:
        return [int(place) for place in np.flatnonzero(chosen)]
    if chosen.dtype.kind in "OU":
        names = list(transformer.feature_names_in_)
        return [names.index(name) for name in chosen.tolist()]
    return [int(place) for place in chosen]


def _union(union: Any, block: Block) -> Block:
    weights = union.transformer_weights or {}
    parts = []
    for name, each in union.transformer_list:
        if each == "drop":
            continue
        part = transformed(each, block).matrix()
        parts.append(_weighted(part, weights[name]) if name in weights else part)
    return stacked(parts)


def _weighted(block: Block, weight: float) -> Made:
    return block.matrix().after({"op": "chain", "steps": [["times", weight]]}, [-1] * len(block))


def _chain(block: Block, steps: list[tuple[str, Any]], *, cast: bool = False) -> Made:
    made = block.matrix()
    kept = [[name, value.astype("float32") if cast and made.single else value] for name, value in steps]
    return made.after({"op": "chain", "steps": kept}) if kept else made


def _standard(scaler: Any, block: Block) -> Block:
    steps = [("minus", scaler.mean_)] if scaler.with_mean else []
    return _chain(block, [*steps, *([("over", scaler.scale_)] if scaler.with_std else [])], cast=True)


def _min_max(scaler: Any, block: Block) -> Block:
    made = _chain(block, [("times", scaler.scale_), ("plus", scaler.min_)])
    low, high = scaler.feature_range
    return made.after({"op": "clip", "low": low, "high": high}) if scaler.clip else made


def _max_abs(scaler: Any, block: Block) -> Block:
    made = _chain(block, [("over", scaler.scale_)])
    return made.after({"op": "clip", "low": -1.0, "high": 1.0}) if getattr(scaler, "clip", False) else made


def _robust(scaler: Any, block: Block) -> Block:
    steps = [("minus", scaler.center_)] if scaler.with_centering else []
    return _chain(block, [*steps, *([("over", scaler.scale_)] if scaler.with_scaling else [])])


def _imputer(imputer: Any, block: Block) -> Block:
    if isinstance(block, Raw) and not all(column.numeric for column in block.columns):
        return _filled(imputer, block)
    import numpy as np

    made, missing = block.matrix(), imputer.missing_values
    marks = None if missing is None or missing != missing else missing  # noqa: PLR0124  # NaN
    values = imputer.statistics_.astype(np.float64)
    kept = None
    if not imputer.keep_empty_features and np.isnan(values).any():
        kept = [int(place) for place in np.flatnonzero(~np.isnan(values))]
    fill: Spec = {"op": "fill", "values": values, "marks": marks, "kept": kept}
    origins = made.origins if kept is None else [made.origins[place] for place in kept]
    if marks is not None:  # what is marked by a number stands between the others
        origins = [-1] * len(origins)
    indicator = imputer.indicator_
    if indicator is None:
        return made.after(fill, origins)
    columns = [int(place) for place in indicator.features_]
    beside = {"op": "missing", "columns": columns, "marks": marks}
    both = [*origins, *(made.origins[place] if marks is None else -1 for place in columns)]
    return made.after({"op": "beside", "parts": [[fill], [beside]]}, both)


def _filled(imputer: Any, block: Raw) -> Raw:
    from dataclasses import replace

    missing = imputer.missing_values
    if imputer.indicator_ is not None or not (missing is None or missing != missing):  # noqa: PLR0124  # NaN
        raise UntranslatedError("missing texts are marked in a way of their own")
    fills = imputer.statistics_.tolist()
    if not all(isinstance(fill, str) for fill in fills):
        raise UntranslatedError("a column of texts had no value in training")
    columns = (
        column if column.fill is not None else replace(column, fill=fill)
        for column, fill in zip(block.columns, fills, strict=True)
    )
    return replace(block, columns=tuple(columns))


def _one_hot(encoder: Any, block: Block) -> Block:
    return tabulated(encoder, _raw(block, encoder), [int(width) for width in encoder._n_features_outs], "one_hot")


def _ordinal(encoder: Any, block: Block) -> Block:
    return tabulated(encoder, _raw(block, encoder), [1] * len(block), "ordinal")


def _target(encoder: Any, block: Block) -> Block:
    if encoder.target_type_ == "multiclass":
        raise UntranslatedError("a TargetEncoder for several classes has no plain form")
    return tabulated(encoder, _raw(block, encoder), [1] * len(block), "ordinal")


def _raw(block: Block, encoder: Any) -> Raw:
    if not isinstance(block, Raw):
        raise UntranslatedError(f"{type(encoder).__name__} stands behind another transform of numbers")
    return block


def _function(transformer: Any, block: Block) -> Block:
    function = transformer.func
    if function is None or getattr(function, "__name__", "") == "_identity":
        return block
    import numpy as np

    name = getattr(function, "__name__", "")
    if name not in FUNCTIONS or function is not getattr(np, name, None) or transformer.kw_args:
        raise UntranslatedError("a FunctionTransformer holds a function of its own")
    return block.matrix().after({"op": "function", "name": name}, [-1] * len(block))


def _polynomial(transformer: Any, block: Block) -> Block:
    made = block.matrix()
    products = []
    for powers in transformer.powers_.tolist():
        columns = [column for column, power in enumerate(powers) for _ in range(power)]
        products.append(columns[::-1])
    return made.after({"op": "powers", "products": products}, [-1] * len(products))


def _bins(transformer: Any, block: Block) -> Block:
    made = block.matrix()
    one_hot = transformer.encode != "ordinal"
    sizes = [int(size) for size in transformer.n_bins_]
    edges = [edge[1:-1] for edge in transformer.bin_edges_]
    origins = [-1] * sum(sizes) if one_hot else made.origins
    return made.after({"op": "bins", "edges": edges, "sizes": sizes, "one_hot": one_hot}, origins)


def _pca(transformer: Any, block: Block) -> Block:
    import numpy as np

    components = transformer.components_
    shift = transformer.mean_.reshape(1, -1) @ components.T
    scale = None
    if transformer.whiten:
        scale = np.sqrt(transformer.explained_variance_)
        scale[scale < np.finfo(scale.dtype).eps] = np.finfo(scale.dtype).eps
    return _projected(block, components, shift, scale)


def _svd(transformer: Any, block: Block) -> Block:
    return _projected(block, transformer.components_, None, None)


def _projected(block: Block, components: Any, shift: Any, scale: Any) -> Block:
    spec = {"op": "project", "matrix": components, "shift": shift, "scale": scale}
    return block.matrix().after(spec, [-1] * len(components))


def _normal(transformer: Any, block: Block) -> Block:
    return block.matrix().after({"op": "normal", "norm": transformer.norm}, [-1] * len(block))


def _binary(transformer: Any, block: Block) -> Block:
    return block.matrix().after({"op": "binary", "bound": float(transformer.threshold)})


TRANSFORMS: dict[str, Callable[[Any, Block], Block]] = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "FeatureUnion": _union,
    "StandardScaler": _standard,
    "MinMaxScaler": _min_max,
    "MaxAbsScaler": _max_abs,
    "RobustScaler": _robust,
    "SimpleImputer": _imputer,
    "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal,
    "TargetEncoder": _target,
    "FunctionTransformer": _function,
    "PolynomialFeatures": _polynomial,
    "KBinsDiscretizer": _bins,
    "PCA": _pca,
    "TruncatedSVD": _svd,
    "Normalizer": _normal,
    "Binarizer": _binary,
}
