"""What is known about common functions: which change what they are given, and which only look at it."""

import builtins


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython", "In", "Out", "exit", "quit"}

PURE_BUILTINS = frozenset(
    _words(
        """
    abs all any ascii bin bool bytes callable chr classmethod complex dict dir display divmod enumerate filter float
    format frozenset getattr hasattr hash help hex id input int isinstance issubclass iter len list map max min
    object oct ord pow print property range repr reversed round set slice sorted staticmethod str sum super tuple
    type vars zip
    """
    )
)
"""Builtins that leave what they are given as it is."""

SHARING_BUILTINS = frozenset(
    _words(
        """
    dict enumerate filter getattr iter list map max min reversed set sorted tuple zip
    """
    )
)
"""Builtins whose result holds what they were given."""

UNSEEN = frozenset(
    _words(
        """
    __import__ compile delattr eval exec get_ipython globals locals setattr
    """
    )
)
"""Calls that may read and bind any name."""

PURE_FAMILIES = frozenset(
    _words(
        """
    IPython altair base64 bokeh catboost cmath collections copy dataclasses datetime decimal fractions functools
    glob hashlib itertools json jupyter_mlstudio lightgbm math matplotlib numpy operator pandas pathlib platform
    plotly polars pprint re scipy seaborn shap sklearn statistics statsmodels string tabulate textwrap time typing
    xgboost
    """
    )
)
"""Packages whose functions leave their arguments as they are, but for those below; what they return may hold them."""

CHANGING_FUNCTIONS = frozenset(
    _words(
        """
    copyto fill_diagonal heapify heappop heappush place put put_along_axis putmask shuffle
    """
    )
)
"""Functions of these packages that change their arguments."""

AMBIENT = _words(
    """
    addHandler add_handler autolog backend basicConfig chdir config disable enable end_run extension filterwarnings
    init install load_dotenv login manual_seed patch putenv rc register reset seed set simplefilter start_run
    unsetenv use
    """
)
"""Functions of modules whose names begin so change what later cells may depend on without naming it."""

FILLING = frozenset({"add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update"})
"""Methods that fill and empty what they belong to."""

RANDOM = frozenset(
    _words(
        """
    bernoulli beta binomial choice choices cross_val_score cross_validate exponential fit fit_predict fit_transform
    gamma gauss normal permutation poisson rand randint randn random randperm sample shuffle standard_normal train
    train_test_split uniform
    """
    )
)
"""Calls that may draw from the global random numbers."""

WRITES = _words(
    """
    copyfile copytree download dump extract makedirs mkdir move rename replace_file rmtree save sink_ to_csv
    to_excel to_feather to_file to_hdf to_json to_parquet to_pickle to_sql touch unlink urlretrieve write
    """
)
"""Calls whose names begin so write files."""

READS = _words(
    """
    ImageFolder Path exists from_csv from_file from_parquet genfromtxt glob imread iterdir listdir load loadtxt
    log_artifact log_dataset open read run_path scan
    """
)
"""Calls whose names begin so read files."""

PURE_METHODS = frozenset(
    _words(
        """
    abs add_prefix add_suffix agg aggregate align all any apply apply_rows applymap area argmax argmin argsort
    as_integer_ratio asof assign astype at_time autocorr bar barh best_iteration between bfill bit_length bool box
    boxplot capitalize casefold cat center clip collect collect_schema columns combine combine_first compare
    conjugate contains copy corr corrwith count cov cross_val_score cummax cummin cumprod cumsum cut day
    decision_function decode describe diff display div divide dot drop drop_duplicates drop_nulls dropna dtype
    duplicated encode endswith eq equals estimated_size eval evaluate ewm exists expand experiments explain explode
    extract factorize feature_importance ffill fill_nan fill_null fillna filter find findall first flatten floor
    format from_dict from_pandas ge get get_booster get_depth get_feature_names_out get_fscore get_group
    get_n_leaves get_params get_run get_schema getvalue glimpse group_by groupby gt hash head hexbin hist hour
    idxmax idxmin index infer_objects info interpolate inverse_transform is_dir is_duplicated is_empty is_file is_in
    is_null is_unique isalnum isalpha isdigit isin islower isna isnull isnumeric isspace isupper item items iterdir
    iterrows itertuples join joinpath kde keys kneighbors kurt last lazy le len limit line ljust lower lstrip lt map
    mask max mean median melt memory_usage merge min mod mode month most_common mul multiply n_unique ndim ne
    nlargest notna notnull nsmallest null_count nunique open ordered origin outer parent partition path_exists
    pct_change pie pipe pivot pivot_table plot plot_importance pow predict predict_log_proba predict_proba prod
    product quantile query rank ravel read read_bytes read_text reindex relative_to rename rename_axis
    reorder_levels repeat replace resample reset_index reshape resolve rfind rjust rolling round row rows rstrip
    runs sample scatter schema score score_samples search_runs select select_dtypes sem set_axis set_index shape
    sharpe shift show shrink_dtype size skew slice sort sort_index sort_values split splitlines squeeze stack
    staged_predict startswith stat std stem strftime strip style sub subtract sum summary swapaxes swapcase
    swaplevel tail take title to_arrow to_dict to_dicts to_frame to_html to_latex to_list to_markdown to_numpy
    to_pandas to_period to_polars to_series to_string to_timestamp tolist trace track transform translate transpose
    truncate tz_convert tz_localize unique unpivot unstack upper value_counts values var weekday where width
    with_columns with_name with_row_index with_suffix wrangle xs year zfill
    """
    )
)
"""Methods that leave their object as it is, unless they are called with `inplace=True`."""

SHARING_METHODS = frozenset(
    _words(
        """
    detach first get group_by groupby item items iterrows keys last lazy numpy pipe ravel reshape set_output squeeze
    swapaxes to_numpy transpose values view
    """
    )
)
"""Methods whose result may still be a part of the object."""
