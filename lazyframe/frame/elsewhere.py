"""Names that Dask and Polars have and lazyframe has not: the line to write instead. Those of pandas are in `methods`.

The tables are data. In a line of code `df` is a frame with the columns ``x`` (numbers), ``y`` (whole numbers), ``k`` (text) and
``t`` (dates), and the tests run each line as it stands. What is no line of code says why there is none.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection
from typing import Any, NamedTuple

import pandas as pd

from lazyframe.frame.methods import refusal
from lazyframe.schema import nearest


class Instead(NamedTuple):
    """What there is in the place of a name.

    Parameters
    ----------
    of : str
        Whose name it is: Polars, Dask.
    lines : dict of str to str
        For each name a line of code.
    """

    of: str
    lines: dict[str, str]


FRAME = (
    Instead(
        "Polars",
        {
            "collect": "df.compute()",
            "lazy": "df",
            "with_columns": "df.assign(z=df.x + 1)",
            "with_column": "df.assign(z=df.x + 1)",
            "with_row_index": "df.reset_index()",
            "with_row_count": "df.reset_index()",
            "group_by": 'df.groupby("k")',
            "sort": 'df.sort_values("x")',
            "remove": "df[~(df.x > 0)]",
            "unique": "df.drop_duplicates()",
            "n_unique": "len(df.drop_duplicates())",
            "is_duplicated": "df.duplicated(keep=False)",
            "is_empty": "len(df) == 0",
            "drop_nulls": "df.dropna()",
            "drop_nans": "df.dropna()",
            "fill_null": 'df.fillna({"x": 0})',
            "fill_nan": 'df.fillna({"x": 0})',
            "null_count": "df.isna().sum()",
            "cast": 'df.astype({"y": "float64"})',
            "height": "len(df)",
            "width": "len(df.columns)",
            "schema": "df.dtypes",
            "collect_schema": "df.dtypes",
            "limit": "df.head(5)",
            "fetch": "df.head(5).compute()",
            "slice": "df.head(20).tail(10)",
            "glimpse": "df.info()",
            "clone": "df.copy()",
            "top_k": 'df.nlargest(5, "x")',
            "bottom_k": 'df.nsmallest(5, "x")',
            "get_column": 'df["x"]',
            "get_columns": "dict(df.items())",
            "get_column_index": 'df.columns.get_loc("x")',
            "map_batches": "df.map_partitions(lambda part: part)",
            "iter_slices": "df.iter_partitions()",
            "iter_rows": "df.iter_partitions()",
            "rows": 'df.compute().to_dict("records")',
            "to_dicts": 'df.compute().to_dict("records")',
            "show_graph": "df.visualize()",
            "sink_csv": 'df.to_csv("out.csv")',
            "write_csv": 'df.to_csv("out.csv")',
            "sink_parquet": 'df.to_parquet("out.parquet")',
            "write_parquet": 'df.to_parquet("out.parquet")',
        },
    ),
    Instead(
        "Dask",
        {
            "analyze": "df.explain(analyze=True)",
            "pprint": "df.explain()",
            "optimize": "df.explain()",
            "nunique_approx": "len(df.drop_duplicates())",
            "to_dask_array": "df.compute().to_numpy()",
            "to_dask_dataframe": "dask.dataframe.from_delayed(df.to_delayed())",
            "to_bag": "df.to_delayed()",
            "map_blocks": "df.map_partitions(lambda part: part)",
            "visualize_graph": "df.visualize(tasks=True)",
        },
    ),
)
SERIES = (
    Instead(
        "Polars",
        {
            "collect": "df.x.compute()",
            "alias": 'df.x.rename("z")',
            "cast": 'df.y.astype("float64")',
            "is_in": "df.x.isin([1, 2])",
            "is_null": "df.x.isna()",
            "is_nan": "df.x.isna()",
            "is_not_null": "df.x.notna()",
            "is_not_nan": "df.x.notna()",
            "is_between": "df.x.between(1, 2)",
            "fill_null": "df.x.fillna(0)",
            "fill_nan": "df.x.fillna(0)",
            "forward_fill": "df.x.ffill()",
            "backward_fill": "df.x.bfill()",
            "drop_nulls": "df.x.dropna()",
            "drop_nans": "df.x.dropna()",
            "null_count": "df.x.isna().sum()",
            "n_unique": "df.x.nunique(dropna=False)",
            "approx_n_unique": "df.x.nunique(dropna=False)",
            "unique_counts": "df.k.value_counts(sort=False)",
            "is_duplicated": "df.x.duplicated(keep=False)",
            "is_first_distinct": "~df.x.duplicated()",
            "len": "len(df.x)",
            "sort": "df.x.sort_values()",
            "limit": "df.x.head(5)",
            "top_k": "df.x.nlargest(5)",
            "bottom_k": "df.x.nsmallest(5)",
            "arg_max": "df.x.idxmax()",
            "arg_min": "df.x.idxmin()",
            "cum_sum": "df.x.cumsum()",
            "cum_prod": "df.x.cumprod()",
            "cum_max": "df.x.cummax()",
            "cum_min": "df.x.cummin()",
            "over": 'df.groupby("k").x.transform("mean")',
            "replace_strict": 'df.k.map({"a": "b"})',
            "not_": "~(df.x > 0)",
            "log": "np.log(df.x)",
            "exp": "np.exp(df.x)",
            "sqrt": "np.sqrt(df.x)",
            "floor": "np.floor(df.x)",
            "ceil": "np.ceil(df.x)",
        },
    ),
    Instead(
        "Dask",
        {
            "analyze": "df.x.explain(analyze=True)",
            "pprint": "df.x.explain()",
            "optimize": "df.x.explain()",
            "nunique_approx": "df.x.nunique()",
            "to_dask_array": "df.x.compute().to_numpy()",
            "to_bag": "df.x.to_delayed()",
        },
    ),
    Instead(
        "DataFrame",
        {
            "to_parquet": 'df[["x"]].to_parquet("out.parquet")',
            "assign": "df.assign(z=df.x + 1)",
            "columns": "df.columns",
        },
    ),
)
GROUPS = (
    Instead(
        "Polars",
        {
            "len": 'df.groupby("k").size()',
            "n_unique": 'df.groupby("k").nunique()',
            "having": 'df[df.groupby("k").x.transform("mean") > 0]',
            "map_groups": 'df.groupby("k").agg(z=("x", "mean"))',
        },
    ),
)
MODULE = (
    Instead(
        "Polars",
        {
            "scan_csv": 'lf.read_csv("data/*.csv")',
            "read_csv_batched": 'lf.read_csv("data/*.csv").iter_batches()',
            "scan_parquet": 'lf.from_map(pd.read_parquet, sorted(glob.glob("data/*.parquet")))',
            "LazyFrame": "lf.from_pandas(pd.DataFrame({'x': [1, 2]}))",
            "from_dicts": "lf.from_pandas(pd.DataFrame([{'x': 1}, {'x': 2}]))",
            "from_arrow": "lf.from_pandas(pa.table({'x': [1, 2]}).to_pandas())",
            "col": "df.x",
            "lit": "df.assign(z=1)",
            "when": "df.x.where(df.x > 0, 0)",
            "element": "df.x",
            "len": "len(df)",
            "count": "df.x.count()",
            "sum": "df.x.sum()",
            "mean": "df.x.mean()",
            "median": "df.x.median()",
            "min": "df.x.min()",
            "max": "df.x.max()",
            "std": "df.x.std()",
            "var": "df.x.var()",
            "n_unique": "df.x.nunique()",
            "collect_all": "lf.compute(df.x.sum(), df.y.max())",
            "Config": "lf.config.set(num_workers=2)",
        },
    ),
    Instead(
        "Dask",
        {
            "read_parquet": 'lf.from_map(pd.read_parquet, sorted(glob.glob("data/*.parquet")))',
            "read_json": 'lf.from_map(pd.read_json, sorted(glob.glob("data/*.json")))',
            "read_orc": 'lf.from_map(pd.read_orc, sorted(glob.glob("data/*.orc")))',
            "from_dask_dataframe": "lf.from_delayed(ddf.to_delayed(), meta=ddf._meta)",
            "to_csv": 'df.to_csv("out.csv")',
            "to_parquet": 'df.to_parquet("out.parquet")',
            "persist": "df.persist()",
            "Client": "lazyframe.distributed.Client()",
        },
    ),
    Instead(
        "pandas",
        {
            "read_excel": 'lf.from_map(pd.read_excel, sorted(glob.glob("data/*.xlsx")))',
            "read_feather": 'lf.from_map(pd.read_feather, sorted(glob.glob("data/*.feather")))',
            "read_pickle": 'lf.from_map(pd.read_pickle, sorted(glob.glob("data/*.pickle")))',
            "read_sql": 'lf.from_pandas(pd.read_sql("select 1 as x", connection))',
        },
    ),
)
"""The names of each face and of the package, and a line in their place."""

NEAR_DASK = {
    "known_divisions": "it would be False: .divisions are not known",
    "clear_divisions": ".divisions are not known, so there are none to clear",
    "dask": ".visualize(tasks=True) draws the graph; dask.compute(df) runs it",
}
"""What is near to names of Dask that have no line in their place."""

ARGUMENTS = {
    **dict.fromkeys(("chunks",), "partitions follow from read_csv(blocksize=...)"),
    **dict.fromkeys(("compute", "streaming", "engine"), ".compute() runs, in bounded memory"),
    "maintain_order": "pandas' order is kept",
}
"""Arguments of methods in Dask and Polars, and why there are none."""

HINTS = frozenset(
    {
        *("split_every", "split_out", "shuffle_method", "shuffle", "npartitions", "broadcast", "interleave_partitions"),
        *("ignore_unknown_divisions", "sorted", "upsample", "partition_size", "max_branch", "optimize_graph", "meta"),
        *("enforce_metadata", "transform_divisions", "align_dataframes", "label", "token", "divisions"),
        *("ignore_order", "percentiles_method", "write_metadata_file", "force"),
    }
)
"""Arguments of Dask's methods that tell how an answer is made, and not which: they are taken, and nothing follows from them."""


_QUANTILES = ("default", "dask", "tdigest")
"""How Dask finds quantiles: values of ``method=`` that pandas has of none."""


def without_hints(arguments: tuple[Any, ...], keywords: dict[str, Any], known: Collection[str] = ()) -> dict[str, Any]:
    """The keywords of a call that mean something: all but Dask's hints.

    One that the method has (`known`), or a function of the user's that is handed on, is none; nor is the name of a new column,
    ``agg(meta=("x", "max"))``.

    Examples
    --------
    >>> without_hints(("mean",), {"split_out": 4, "engine": "x", "shuffle": ("x", "max")})
    {'engine': 'x', 'shuffle': ('x', 'max')}
    """
    hints = [name for name in keywords if name in HINTS and name not in known and not isinstance(keywords[name], tuple)]
    hints += ["method"] * (keywords.get("method") in _QUANTILES)  # they are exact in any case
    hints += ["compute"] * (keywords.get("compute") is False and "compute" not in known)  # it is lazy in any case
    hints += ["meta"] * ("meta" in keywords and "meta" not in known and "meta" not in hints and _is_meta(keywords["meta"]))
    if not hints:
        return keywords
    users = {name for one in arguments[:1] if callable(one) for name in _parameters_of(one)}
    return {name: value for name, value in keywords.items() if name not in hints or name in users}


def _is_meta(value: Any) -> bool:
    """Whether a pair says what a column is called and of which dtype it is, and not how it is made."""
    try:
        return isinstance(value, tuple) and len(value) == 2 and pd.api.types.pandas_dtype(value[1]) is not None
    except TypeError:
        return False


def _parameters_of(function: Any) -> Collection[str]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ()


def named_elsewhere(name: str, where: tuple[Instead, ...], title: str) -> AttributeError | None:
    """The error for a name of another library, with the line to write; None for a name that none has."""
    for library in where:
        if name in library.lines:
            possessive = f"{library.of}'" if library.of.endswith("s") else f"{library.of}'s"
            return AttributeError(f"{title}.{name} is {possessive} name. Write {library.lines[name]}.", obj=None)
    return None


def not_offered(pandas_class: type, name: str) -> AttributeError | None:
    """The error for an attribute that pandas, Dask or Polars has and lazyframe has not; None where none has it."""
    kind = pandas_class.__name__
    if name in NEAR_DASK:
        return AttributeError(f"{kind}.{name} is not offered. Near to it: {NEAR_DASK[name]}.", obj=None)
    message = refusal(kind, name)
    if message is not None:
        return AttributeError(message, obj=None)  # or the interpreter would look for a name of its own to propose
    return named_elsewhere(name, FRAME if kind == "DataFrame" else SERIES if kind == "Series" else GROUPS, kind)


def no_such_attribute(kind: type, name: str) -> AttributeError:
    """The error for a name that nobody has, with the nearest that there are."""
    title = f"a lazy {kind.__name__}"
    return AttributeError(f"{title} has no attribute {name!r}.{_meant(name, dir(kind))}", obj=None)


def no_such_name(name: str, known: list[str]) -> AttributeError:
    """The error for what the package has not: the line to write, or the nearest names.

    Examples
    --------
    >>> print(no_such_name("scan_csv", []))
    lazyframe.scan_csv is Polars' name. Write lf.read_csv("data/*.csv").
    """
    found = named_elsewhere(name, MODULE, "lazyframe")
    if found is None and hasattr(pd, name) and not name.startswith("_"):
        found = AttributeError(f"lazyframe.{name} is not offered: pandas.{name} is for what .compute() gives.", obj=None)
    return found or AttributeError(f"module 'lazyframe' has no attribute {name!r}.{_meant(name, known)}", obj=None)


def _meant(name: str, known: Any) -> str:
    close = nearest(name, [one for one in known if not one.startswith("_")])
    return f" Did you mean {' or '.join(close)}?" if close else ""
