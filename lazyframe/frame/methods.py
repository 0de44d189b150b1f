"""pandas' public names, and what becomes of each here, as data: `tables` makes METHODS.md of it.

A row says of a name of pandas what it belongs to, how it is answered and what that needs of memory. A test holds the rows
against all names that pandas' classes have, and runs the `call` of each that is offered, here and in pandas. The arguments that a
method honours, and their defaults, are those of its definition, which `signature.like_pandas` binds to pandas'; what is said of
the others is here. Rows that follow one another say more of the same names for some of the faces.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

import pandas as pd


class Way(Enum):
    """How a name is answered, and what that needs of memory."""

    PLAN = "reads nothing"
    STREAMS = "streams"
    COUNTS = "holds values"
    COLUMNS = "holds columns"
    GATHERS = "gathers"
    VALUES = "gathers, at once"
    NOT = "refused"


MEANINGS = {
    Way.PLAN: "it is known from the plan, or changes the plan alone",
    Way.STREAMS: "rows stream through in batches; memory is that of the answer",
    Way.COUNTS: "the values that differ of each column are in memory; of numbers, beyond `memory_limit`, a share of it",
    Way.COLUMNS: "the columns that it looks at are in memory; of ranks and groups, beyond `memory_limit`, a share of it",
    Way.GATHERS: "all rows are gathered in one place, for pandas' own method; of groups some at a time, beyond `memory_limit`",
    Way.VALUES: "as gathers; it gives values, a file or a picture, and so is computed where it is written",
    Way.NOT: "the error says what to write instead",
}


class Family(Enum):
    """What a name belongs to: rows of one family are made in one way."""

    ABOUT = "what it is"
    OPERATOR = "operators"
    ELEMENTWISE = "row by row"
    REDUCTION = "reductions"
    WINDOW = "values by the rows before and after"
    ROWS = "rows chosen, sorted and labelled"
    COLUMNS = "columns chosen, made and named"
    RESHAPE = "tables of another shape"
    TOGETHER = "several frames together"
    GROUPS = "groups"
    FUNCTION = "functions of the user"
    TIME = "times as an index"
    OUT = "ways out"
    PLACE = "in place, or for what is in memory"
    ACCESSOR = "dates, text and categories"


FRAME, COLUMN, FRAME_GROUPS, COLUMN_GROUPS = "DataFrame", "Series", "DataFrameGroupBy", "SeriesGroupBy"
GROUPS = (FRAME_GROUPS, COLUMN_GROUPS)

_series: Any = pd.Series
DATES, TEXT, CATEGORIES = "Series.dt", "Series.str", "Series.cat"
BINS = "Resampler"
FACES: dict[str, tuple[Any, str]] = {
    FRAME: (pd.DataFrame, "DataFrame"),
    COLUMN: (pd.Series, "Series"),
    FRAME_GROUPS: (pd.api.typing.DataFrameGroupBy, "DataFrameGroupBy"),
    COLUMN_GROUPS: (pd.api.typing.SeriesGroupBy, "SeriesGroupBy"),
    DATES: (_series.dt, "DatetimeAccessor"),
    TEXT: (_series.str, "StringAccessor"),
    CATEGORIES: (_series.cat, ""),
    BINS: (pd.api.typing.Resampler, "Resampler"),
}
"""pandas' classes whose names are here, and what ours are called; the empty text where there is none."""


class Method(NamedTuple):
    """A name of one face.

    Parameters
    ----------
    name : str
        As in pandas.
    face : str
        Of which class.
    family : Family
        What it belongs to.
    way : Way
        How it is answered.
    note : str
        What is to be known of it; of what is refused, what is near to it, a whole sentence without its end.
    call : str or None
        What is written after the name to try it: ``"(2)"``, or nothing for a property. None: no line of this kind tries it.
    refuses : mapping from str
        What is said of arguments that are not honoured.
    """

    name: str
    face: str
    family: Family
    way: Way
    note: str = ""
    call: str | None = "()"
    refuses: Mapping[str, str] = {}

    @property
    def title(self) -> str:
        """As it is written in messages: ``DataFrame.head``."""
        return f"{self.face}.{self.name}"


class _Rows(NamedTuple):
    """Rows that differ in their names only; all faces for which pandas has the name, if none are said."""

    family: Family
    way: Way
    names: str
    note: str = ""
    call: str | None = "()"
    faces: tuple[str, ...] = ()
    refuses: Mapping[str, str] = {}


_F, _W = Family, Way

_ROWS = (
    # ---- what it is
    _Rows(_F.ABOUT, _W.PLAN, "columns dtypes ndim dtype", call=""),
    _Rows(_F.ABOUT, _W.PLAN, "keys copy"),
    _Rows(_F.ABOUT, _W.PLAN, "items", call="()", faces=(FRAME,)),
    _Rows(_F.ABOUT, _W.PLAN, "info", "from the schema: no value is counted", faces=(FRAME,)),
    _Rows(_F.ABOUT, _W.PLAN, "name", call="", faces=(COLUMN,)),
    _Rows(_F.ABOUT, _W.STREAMS, "size", call="", faces=(FRAME, COLUMN)),
    _Rows(_F.ABOUT, _W.STREAMS, "shape", "the number of rows is a lazy scalar", call="", faces=(FRAME,)),
    _Rows(_F.ABOUT, _W.STREAMS, "shape", "the number of rows is a lazy scalar", call="", faces=(COLUMN,)),
    _Rows(_F.ABOUT, _W.VALUES, "axes empty array", call=""),
    _Rows(
        _F.ABOUT, _W.GATHERS, "hasnans is_monotonic_decreasing is_monotonic_increasing is_unique",
        "an answer, which `if` and `not` compute", call="",
    ),
    _Rows(_F.ABOUT, _W.VALUES, "values", ".compute().values is the array", call=""),
    _Rows(_F.ABOUT, _W.VALUES, "attrs flags nbytes", call=""),
    _Rows(_F.ABOUT, _W.VALUES, "equals", call="(df)", faces=(FRAME,)),
    _Rows(_F.ABOUT, _W.VALUES, "equals", call="(df.x)", faces=(COLUMN,)),
    _Rows(_F.ABOUT, _W.GATHERS, "memory_usage"),
    _Rows(_F.ABOUT, _W.VALUES, "info", faces=(COLUMN,)),
    _Rows(_F.ABOUT, _W.GATHERS, "index", "a lazy answer, for which only the labels are gathered", call=""),
    # ---- operators
    _Rows(_F.OPERATOR, _W.STREAMS, "add sub mul truediv div floordiv mod pow", call="(2)"),
    _Rows(_F.OPERATOR, _W.STREAMS, "radd rsub rmul rtruediv rdiv rfloordiv rmod rpow", call="(2)"),
    _Rows(_F.OPERATOR, _W.STREAMS, "eq ne lt le gt ge", call="(2)"),
    _Rows(_F.OPERATOR, _W.STREAMS, "multiply subtract divide", call="(2)"),
    _Rows(_F.OPERATOR, _W.GATHERS, "divmod rdivmod", call="(2)"),
    _Rows(_F.OPERATOR, _W.GATHERS, "dot", call="(df.y)", faces=(COLUMN,)),
    _Rows(_F.OPERATOR, _W.GATHERS, "dot", call='(pd.Series([1, 2], ["x", "y"]))', faces=(FRAME,)),
    # ---- row by row
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "isna isnull notna notnull"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "abs round", call="()"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "clip", "by plain values, lazy scalars and, of a column, columns", call="(0, 2)"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "fillna", call='({"x": 0})', faces=(FRAME,)),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "fillna", call="(0)", faces=(COLUMN,)),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "isin", call="([1, 2])"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "astype", call='("float64")'),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "between", call="(0, 2)"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "where mask", call="(df.x > 0)", faces=(COLUMN,)),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "where mask", "by masks of the same rows", call="(df[['x', 'y']] > 0)", faces=(FRAME,)),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "dt str", call=None, faces=(COLUMN,)),
    _Rows(_F.ELEMENTWISE, _W.GATHERS, "cat list struct", call="", faces=(COLUMN,)),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "replace", "of values by such that the column can hold", call="(1, 5)"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "case_when", call="([(df.x > 0, 1)])"),
    _Rows(_F.ELEMENTWISE, _W.STREAMS, "infer_objects", "of objects the rows are gathered"),
    _Rows(_F.ELEMENTWISE, _W.GATHERS, "convert_dtypes"),
    # ---- reductions
    _Rows(
        _F.REDUCTION, _W.STREAMS, "sum prod mean min max std var sem count any all", "missing values are passed over",
    ),
    _Rows(_F.REDUCTION, _W.STREAMS, "product"),
    _Rows(_F.REDUCTION, _W.COLUMNS, "median quantile", "exact"),
    _Rows(_F.REDUCTION, _W.COLUMNS, "nunique", "the distinct values are held"),
    _Rows(_F.REDUCTION, _W.STREAMS, "first last", faces=GROUPS),
    _Rows(_F.REDUCTION, _W.STREAMS, "size", faces=GROUPS),
    _Rows(_F.REDUCTION, _W.STREAMS, "idxmax idxmin", faces=(COLUMN,)),
    _Rows(_F.REDUCTION, _W.GATHERS, "idxmax idxmin", "of one column it streams", faces=(FRAME_GROUPS,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "idxmax idxmin", "a row a group is held", faces=(COLUMN_GROUPS,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "idxmax idxmin", "of numbers and dates", faces=(FRAME,)),
    _Rows(_F.REDUCTION, _W.COUNTS, "describe", faces=(FRAME, COLUMN)),
    _Rows(_F.REDUCTION, _W.COLUMNS, "corr cov", faces=(FRAME,)),
    _Rows(_F.REDUCTION, _W.COUNTS, "mode", faces=(COLUMN,)),
    _Rows(_F.REDUCTION, _W.GATHERS, "mode", "df.x.mode() of a column", faces=(FRAME,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "value_counts", "the distinct values are held", faces=(COLUMN,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "unique", "a lazy array; the distinct values are held", faces=(COLUMN,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "skew kurt kurtosis", "missing values are passed over"),
    _Rows(_F.REDUCTION, _W.GATHERS, "describe", faces=GROUPS),
    _Rows(_F.REDUCTION, _W.STREAMS, "corr cov", "with a column of the same rows", call="(df.y)", faces=(COLUMN,)),
    _Rows(_F.REDUCTION, _W.GATHERS, "corr cov", call="", faces=GROUPS),
    _Rows(_F.REDUCTION, _W.GATHERS, "corrwith", call="(df.y)"),
    _Rows(_F.REDUCTION, _W.GATHERS, "autocorr argmax argmin"),
    _Rows(_F.REDUCTION, _W.STREAMS, "value_counts", "the distinct values are held", call='(["k", "y"])', faces=(FRAME,)),
    _Rows(_F.REDUCTION, _W.STREAMS, "value_counts", "the distinct values are held", faces=GROUPS),
    _Rows(_F.REDUCTION, _W.GATHERS, "unique", faces=(COLUMN_GROUPS,)),
    _Rows(_F.REDUCTION, _W.GATHERS, "is_monotonic_decreasing is_monotonic_increasing", call="", faces=(COLUMN_GROUPS,)),
    _Rows(_F.REDUCTION, _W.GATHERS, "first_valid_index last_valid_index", faces=(FRAME, COLUMN)),
    _Rows(_F.REDUCTION, _W.VALUES, "item"),
    # ---- values by the rows before and after
    _Rows(_F.WINDOW, _W.COLUMNS, "cumsum cumprod cummax cummin shift diff pct_change ffill bfill rank"),
    _Rows(_F.WINDOW, _W.COLUMNS, "duplicated", faces=(FRAME, COLUMN)),
    _Rows(_F.WINDOW, _W.COLUMNS, "cumcount ngroup", faces=GROUPS),
    _Rows(_F.WINDOW, _W.COLUMNS, "transform", call='("mean")', faces=GROUPS),
    _Rows(_F.WINDOW, _W.GATHERS, "interpolate"),
    _Rows(_F.WINDOW, _W.GATHERS, "rolling", call="(2)"),
    _Rows(_F.WINDOW, _W.GATHERS, "expanding"),
    _Rows(_F.WINDOW, _W.GATHERS, "ewm", call="(span=2)"),
    _Rows(_F.WINDOW, _W.GATHERS, "argsort factorize"),
    # ---- rows
    _Rows(_F.ROWS, _W.STREAMS, "head", "reading stops when they are found", call="(2)", faces=(FRAME, COLUMN)),
    _Rows(_F.ROWS, _W.STREAMS, "tail", "the rows that it gives are held", call="(2)", faces=(FRAME, COLUMN)),
    _Rows(_F.ROWS, _W.STREAMS, "head tail", "the rows that it gives are held", call="(2)", faces=GROUPS),
    _Rows(_F.ROWS, _W.STREAMS, "nlargest nsmallest", "the rows that it gives are held", call='(2, "x")', faces=(FRAME,)),
    _Rows(_F.ROWS, _W.STREAMS, "nlargest nsmallest", "the rows that it gives are held", call="(2)", faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.GATHERS, "nlargest nsmallest", call="(2)", faces=(COLUMN_GROUPS,)),
    _Rows(_F.ROWS, _W.STREAMS, "drop_duplicates", "the rows that it gives are held, on disk if need be"),
    _Rows(_F.ROWS, _W.STREAMS, "dropna", faces=(FRAME, COLUMN)),
    _Rows(_F.ROWS, _W.STREAMS, "loc", "by labels the rows are gathered", call="[df.x > 0]", faces=(FRAME, COLUMN)),
    _Rows(_F.ROWS, _W.COLUMNS, "sort_values", call='("x", kind="stable")', faces=(FRAME,)),
    _Rows(_F.ROWS, _W.COLUMNS, "sort_values", call='(kind="stable")', faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.COLUMNS, "sort_index"),
    _Rows(_F.ROWS, _W.PLAN, "set_index", call='("k")'),
    _Rows(_F.ROWS, _W.STREAMS, "reset_index"),
    _Rows(_F.ROWS, _W.STREAMS, "iloc", "reading stops when the rows are found", call="[1:3]"),
    _Rows(_F.ROWS, _W.GATHERS, "at", call='[1, "x"]', faces=(FRAME,)),
    _Rows(_F.ROWS, _W.GATHERS, "at", call="[1]", faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.GATHERS, "iat", call="[1, 0]", faces=(FRAME,)),
    _Rows(_F.ROWS, _W.GATHERS, "iat", call="[1]", faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.GATHERS, "xs", call="(1)", faces=(FRAME, COLUMN)),
    _Rows(_F.ROWS, _W.STREAMS, "query", call='("x > 0")'),
    _Rows(_F.COLUMNS, _W.PLAN, "filter", "of columns", call='(["x"])', faces=(FRAME,)),
    _Rows(_F.ROWS, _W.GATHERS, "filter", "s[mask] has the rows of a condition", call="([1])", faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.GATHERS, "filter", call="(lambda group: len(group) > 1)", faces=GROUPS),
    _Rows(
        _F.ROWS, _W.GATHERS, "sample",
        "pandas' own choice depends on how many rows there are; df.head(n) and df.get_partition(0) read little",
        call="(n=2, random_state=0)", faces=(FRAME, COLUMN),
    ),
    _Rows(_F.ROWS, _W.GATHERS, "sample", call="(n=1, random_state=0)", faces=GROUPS),
    _Rows(_F.ROWS, _W.GATHERS, "take", call="([0, 1])"),
    _Rows(_F.ROWS, _W.STREAMS, "nth", "the rows that it gives are held", call="(0)", faces=GROUPS),
    _Rows(_F.ROWS, _W.GATHERS, "truncate", call="(1, 2)"),
    _Rows(_F.ROWS, _W.GATHERS, "reindex", call="([0, 2])"),
    _Rows(_F.ROWS, _W.GATHERS, "reindex_like", call="(df)", faces=(FRAME,)),
    _Rows(_F.ROWS, _W.GATHERS, "reindex_like", call="(df.y)", faces=(COLUMN,)),
    _Rows(_F.ROWS, _W.GATHERS, "rename_axis", call='("row")'),
    _Rows(_F.ROWS, _W.GATHERS, "set_axis", call='(["a", "b", "c", "d", "e"], axis=0)'),
    _Rows(_F.ROWS, _W.GATHERS, "droplevel reorder_levels swaplevel", call=""),
    _Rows(_F.ROWS, _W.GATHERS, "repeat", call="(2)"),
    _Rows(_F.ROWS, _W.GATHERS, "searchsorted", call="(2)"),
    # ---- columns
    _Rows(_F.COLUMNS, _W.STREAMS, "assign", call="(z=df.x + 1)"),
    _Rows(_F.COLUMNS, _W.PLAN, "add_prefix add_suffix", call='("a")', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.GATHERS, "add_prefix add_suffix", call='("a")', faces=(COLUMN,)),
    _Rows(_F.COLUMNS, _W.PLAN, "rename", call='(columns={"x": "z"})', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.PLAN, "rename", "to a name; not the labels of the index", call='("z")', faces=(COLUMN,)),
    _Rows(_F.COLUMNS, _W.PLAN, "drop", "of columns", call='(columns="x")', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.GATHERS, "drop", call="(1)", faces=(COLUMN,)),
    _Rows(_F.COLUMNS, _W.PLAN, "get", call='("x")', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.GATHERS, "get", call="(1)", faces=(COLUMN,)),
    _Rows(_F.COLUMNS, _W.PLAN, "pop", call='("x")', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.STREAMS, "eval", call='("x + y")'),
    _Rows(_F.COLUMNS, _W.PLAN, "select_dtypes", call='("number")'),
    _Rows(
        _F.COLUMNS, _W.GATHERS, "select", "df[['x', 'y']] has some columns, df.assign(z=df.x + 1) makes new ones", call='(["x"])',
    ),
    # ---- tables of another shape
    _Rows(_F.RESHAPE, _W.PLAN, "to_frame", faces=(COLUMN,)),
    _Rows(_F.RESHAPE, _W.GATHERS, "T", call=""),
    _Rows(_F.RESHAPE, _W.GATHERS, "transpose squeeze"),
    _Rows(_F.RESHAPE, _W.GATHERS, "stack", faces=(FRAME,)),
    _Rows(_F.RESHAPE, _W.GATHERS, "unstack", faces=(FRAME,)),
    _Rows(_F.RESHAPE, _W.GATHERS, "unstack", call="", faces=(COLUMN,)),
    _Rows(_F.RESHAPE, _W.COLUMNS, "melt", call='(id_vars="k", value_vars=["x", "y"])'),
    _Rows(_F.RESHAPE, _W.GATHERS, "explode", call='("k")', faces=(FRAME,)),
    _Rows(_F.RESHAPE, _W.GATHERS, "explode", faces=(COLUMN,)),
    _Rows(_F.RESHAPE, _W.GATHERS, "pivot", call='(columns="y", values="x")'),
    _Rows(
        _F.RESHAPE, _W.STREAMS, "pivot_table", "of names of reductions and of columns; so does lf.crosstab", call='("x", "k")',
    ),
    # ---- several frames
    _Rows(_F.TOGETHER, _W.STREAMS, "merge", "a small right side is held, else both are split", call='(df[["k", "y"]], on="k")'),
    _Rows(_F.TOGETHER, _W.GATHERS, "join", call='(df[["y"]], rsuffix="_r")', faces=(FRAME,)),
    _Rows(_F.TOGETHER, _W.GATHERS, "align combine_first compare", call="(df)", faces=(FRAME,)),
    _Rows(_F.TOGETHER, _W.GATHERS, "align combine_first compare", call="(df.y)", faces=(COLUMN,)),
    _Rows(_F.TOGETHER, _W.GATHERS, "combine", call="(df, lambda a, b: a)", faces=(FRAME,)),
    _Rows(_F.TOGETHER, _W.GATHERS, "combine", call="(df.y, max)", faces=(COLUMN,)),
    # ---- groups
    _Rows(_F.GROUPS, _W.PLAN, "groupby", call='("k").size()', faces=(FRAME,)),
    _Rows(_F.GROUPS, _W.PLAN, "groupby", call="(df.k).size()", faces=(COLUMN,)),
    _Rows(_F.GROUPS, _W.STREAMS, "agg aggregate", "names of reductions, lists, mappings, named", call='("sum")', faces=GROUPS),
    _Rows(_F.GROUPS, _W.GATHERS, "get_group", call='("a")'),
    _Rows(_F.GROUPS, _W.VALUES, "groups indices ngroups", call=""),
    _Rows(_F.GROUPS, _W.VALUES, "ndim", call="", faces=GROUPS),
    _Rows(_F.GROUPS, _W.VALUES, "dtype", call="", faces=(COLUMN_GROUPS,)),
    _Rows(_F.GROUPS, _W.GATHERS, "ohlc"),
    _Rows(_F.GROUPS, _W.NOT, "keys level", "the arguments that groupby was given", call="", faces=GROUPS),
    # ---- functions of the user
    _Rows(_F.FUNCTION, _W.STREAMS, "pipe", call="(lambda lazy: lazy)", faces=(FRAME, COLUMN)),
    _Rows(_F.FUNCTION, _W.GATHERS, "pipe", call="(lambda groups: groups.size())", faces=GROUPS),
    _Rows(_F.FUNCTION, _W.STREAMS, "map", "of functions, held to the dtype of the sample", call="({1: 10})", faces=(COLUMN,)),
    _Rows(_F.FUNCTION, _W.STREAMS, "apply", "held to the dtype of the sample", call="(lambda value: value * 2)", faces=(COLUMN,)),
    _Rows(_F.FUNCTION, _W.STREAMS, "map", call="(lambda value: value)", faces=(FRAME,)),
    _Rows(
        _F.FUNCTION, _W.GATHERS, "apply", "of rows, axis=1, it streams",
        call="(lambda given: given)", faces=(FRAME,),
    ),
    _Rows(_F.FUNCTION, _W.GATHERS, "apply", call="(lambda group: len(group))", faces=GROUPS),
    _Rows(_F.FUNCTION, _W.STREAMS, "agg aggregate", "names of reductions", call='("count")', faces=(FRAME,)),
    _Rows(_F.FUNCTION, _W.STREAMS, "agg aggregate", "names of reductions", call='("sum")', faces=(COLUMN,)),
    _Rows(_F.FUNCTION, _W.GATHERS, "transform", call="(lambda given: given)", faces=(FRAME, COLUMN)),
    # ---- times as an index
    _Rows(_F.TIME, _W.STREAMS, "resample", "reductions of it", call='("D", on="t").size()', faces=(FRAME,)),
    _Rows(_F.TIME, _W.STREAMS, "resample", "reductions of it", call="", faces=(COLUMN,)),
    _Rows(_F.TIME, _W.GATHERS, "resample", call="", faces=GROUPS),
    _Rows(_F.TIME, _W.STREAMS, "sum prod mean min max std var sem count size", faces=(BINS,)),
    _Rows(_F.TIME, _W.STREAMS, "agg aggregate", "names of reductions, lists, mappings, named", call='("sum")', faces=(BINS,)),
    _Rows(_F.TIME, _W.COLUMNS, "median nunique", faces=(BINS,)),
    _Rows(_F.TIME, _W.COLUMNS, "quantile", "one of them", call="(0.25)", faces=(BINS,)),
    _Rows(_F.TIME, _W.COLUMNS, "first last", "of the earliest and latest date", faces=(BINS,)),
    _Rows(_F.TIME, _W.GATHERS, "ohlc asfreq ffill bfill interpolate nearest", call=None, faces=(BINS,)),
    _Rows(_F.TIME, _W.GATHERS, "apply transform pipe get_group", call=None, faces=(BINS,)),
    _Rows(_F.TIME, _W.VALUES, "groups indices ngroups ndim", call="", faces=(BINS,)),
    _Rows(_F.TIME, _W.GATHERS, "exclusions keys level", call=None, faces=(BINS,)),
    _Rows(_F.TIME, _W.GATHERS, "asfreq asof at_time between_time to_period to_timestamp tz_convert tz_localize", call=""),
    # ---- ways out
    _Rows(_F.OUT, _W.STREAMS, "to_csv", "byte for byte what pandas writes", call="(index=False)"),
    _Rows(_F.OUT, _W.STREAMS, "to_parquet", call=None),
    _Rows(_F.OUT, _W.VALUES, "iterrows itertuples", "df.iter_partitions() and df.iter_batches() give the rows in pieces"),
    _Rows(_F.OUT, _W.VALUES, "items", call="", faces=(COLUMN,)),
    _Rows(_F.OUT, _W.VALUES, "to_numpy", ".compute().to_numpy() is the array"),
    _Rows(_F.OUT, _W.VALUES, "to_dict to_json to_list tolist to_string to_records to_html", call="()"),
    _Rows(_F.OUT, _W.VALUES, "to_clipboard to_excel to_feather to_hdf to_iceberg to_latex to_markdown to_orc", call=""),
    _Rows(_F.OUT, _W.VALUES, "to_pickle to_sql to_stata to_xarray to_xml", call=""),
    _Rows(_F.OUT, _W.VALUES, "plot hist boxplot style", call=""),
    _Rows(_F.OUT, _W.VALUES, "plot", call=None, faces=GROUPS),
    # ---- dates, text and categories
    _Rows(_F.ACCESSOR, _W.STREAMS, "year month day hour minute second microsecond nanosecond", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "day_of_week day_of_year quarter days_in_month is_leap_year", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "is_month_start is_month_end is_quarter_start", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "is_quarter_end is_year_start is_year_end", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "dayofweek dayofyear daysinmonth weekday", "deprecated in pandas", call=None, faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "ceil floor round", call='("h")', faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "strftime", call='("%Y")', faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "day_name month_name normalize", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "days seconds microseconds total_seconds", "of time differences", call=None, faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.PLAN, "tz unit", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "isocalendar", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "as_unit", call='("ms")', faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "tz_localize", call='("UTC")', faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "tz_convert nanoseconds", call=None, faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "date time timetz to_period to_pydatetime", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "asfreq to_timestamp freq", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "components to_pytimedelta", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "start_time end_time qyear week weekofyear", call="", faces=(DATES,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "lower upper title capitalize casefold swapcase strip lstrip rstrip len", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "isdigit isalpha isalnum isascii isdecimal isnumeric", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "isspace islower istitle isupper", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "contains startswith endswith match fullmatch find rfind count", call='("a")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "removeprefix removesuffix", call='("a")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "replace", call='("a", "b")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "pad zfill ljust rjust center repeat wrap", call="(3)", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "get slice", call="(0)", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "slice_replace", call='(0, 1, "z")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "normalize", call='("NFKD")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "decode encode extractall findall get_dummies", call="", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "partition rpartition rsplit split", call="", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "extract", call='("(a)|(b)")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "cat", "with columns of the same rows", call="(df.k)", faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "index rindex join", call='("")', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.STREAMS, "translate", call='({97: "b"})', faces=(TEXT,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "categories codes ordered", call="", faces=(CATEGORIES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "add_categories remove_categories rename_categories", call="", faces=(CATEGORIES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "set_categories reorder_categories as_ordered as_unordered", call="", faces=(CATEGORIES,)),
    _Rows(_F.ACCESSOR, _W.GATHERS, "remove_unused_categories", faces=(CATEGORIES,)),
    # ---- in place
    _Rows(_F.COLUMNS, _W.PLAN, "insert", call='(0, "z", 1)', faces=(FRAME,)),
    _Rows(_F.PLACE, _W.NOT, "isetitem", "df['x'] = ... sets a column, and df[names] has them in an order", call=""),
    _Rows(_F.PLACE, _W.NOT, "update", "df['x'] = df.x.mask(mask, value) changes some rows", call=""),
    _Rows(_F.PLACE, _W.NOT, "pop", "s[mask] has some rows; a lazy column is not changed", call="", faces=(COLUMN,)),
    _Rows(_F.PLACE, _W.NOT, "sparse", ".compute() it; there is no lazy column of sparse values", call=""),
    _Rows(_F.PLACE, _W.NOT, "set_flags", "flags are those of an object in memory", call=""),
    _Rows(_F.PLACE, _W.NOT, "from_arrow", "lf.from_pandas(pd.DataFrame.from_arrow(...)) makes a lazy frame", call=""),
    _Rows(_F.COLUMNS, _W.PLAN, "from_dict", "of rows in memory", call='({"x": [1, 2]})', faces=(FRAME,)),
    _Rows(_F.COLUMNS, _W.PLAN, "from_records", "of rows in memory", call='([{"x": 1}, {"x": 2}])', faces=(FRAME,)),
)  # fmt: skip

_LABELS = "Labels of the index are not offered; for columns write columns=."
_REFUSES = {
    "inplace": "Keep the result instead: df['x'] = df.x.{method}(...).",
    "axis": "Write it column by column, or .compute() first.",
    "labels": _LABELS,
    "index": _LABELS,
}
"""What is said of arguments that are not honoured, of whatever method."""


def public(face: str) -> set[str]:
    """The public names of pandas' class."""
    return {name for name in dir(FACES[face][0]) if not name.startswith("_")}


def _methods() -> dict[str, dict[str, Method]]:
    names = {face: public(face) for face in FACES}
    four = (FRAME, COLUMN, *GROUPS)
    made: dict[str, dict[str, Method]] = {face: {} for face in FACES}
    for rows in _ROWS:
        for name in rows.names.split():
            having = [face for face in rows.faces or four if name in names[face]]
            if not having or (rows.faces and len(having) < len(rows.faces)):
                raise AssertionError(f"pandas has no {name!r} in {rows.faces or four}")
            for face in having:
                made[face][name] = Method(name, face, rows.family, rows.way, rows.note, rows.call, rows.refuses)
    return made


METHODS = _methods()
"""By face, and by name."""


def is_gathered(face: str, name: str) -> bool:
    """Whether pandas' own method may be made of gathered rows, where ours is none, or does not honour an argument."""
    method = METHODS[face].get(name)  # None: a name that a later pandas has
    return method is None or method.way is not Way.NOT


def refusal(face: str, name: str) -> str | None:
    """What is said of a name that pandas has and lazyframe has not; None for one that pandas has not, either.

    Examples
    --------
    >>> refusal("DataFrame", "isetitem")
    "DataFrame.isetitem is not offered. Near to it: df['x'] = ... sets a column, and df[names] has them in an order."
    """
    method = METHODS.get(face, {}).get(name)
    if method is None:  # a name that a later pandas has
        is_theirs = face in FACES and name in public(face)
        return f"{face}.{name} is not offered yet. After .compute() there is pandas, which has it." if is_theirs else None
    near = f" Near to it: {method.note}." if method.note else ""
    if method.way is Way.NOT:
        return f"{method.title} is not offered.{near}"
    return f"{method.title} is not offered yet.{near} After .compute() there is pandas, which has it."


def said_of(title: str, argument: str) -> str:
    """What is said of an argument that a method does not honour; the empty text where there is nothing to say."""
    face, _, name = title.rpartition(".")
    method = METHODS.get(face, {}).get(name)
    own = method.refuses.get(argument) if method is not None else None
    return (own or _REFUSES.get(argument, "")).format(method=name)
