"""Columns of extension dtypes under all that a user does to columns: pandas' answer, or a refusal when it is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import lazyframe as lf

WORDS = ["b", "", "a", "c", "b", "Zé"]
DATES = ["2020-01-02", "", "2021-12-31", "1999-02-28", "2020-01-02", "1970-01-01"]
NUMBERS = ["1", "", "3", "2", "1", "-5"]
COLUMNS: dict[str, tuple[list[str], Any]] = {
    "Int64": (NUMBERS, "Int64"),
    "UInt64": (["1", "", "3", "2", "1", "18446744073709551615"], "UInt64"),
    "Float64": (["1.5", "", "3", "2", "1.5", "-5"], "Float64"),
    "boolean": (["True", "", "False", "True", "True", "False"], "boolean"),
    "string": (WORDS, "string"),
    "category": (WORDS, "category"),
    "category of numbers": (["10", "9", "", "9", "1", "10"], "category"),
    "ordered": (["lo", "", "hi", "mid", "hi", "lo"], pd.CategoricalDtype(["lo", "mid", "hi"], ordered=True)),
    "int64[pyarrow]": (NUMBERS, "int64[pyarrow]"),
    "bool[pyarrow]": (["True", "", "False", "True", "True", "False"], "bool[pyarrow]"),
    "arrow text": (WORDS, pd.ArrowDtype(pa.string())),
    "complex128": (["1+2j", "", "3j", "2", "1+2j", "-5"], "complex128"),
    "complex64": (["1+2j", "", "3j", "2", "1+2j", "-5"], "complex64"),
    "bytes": (WORDS, "S3"),
    "arrow dates": (DATES, pd.ArrowDtype(pa.date32())),
    "arrow times of days": (DATES, pd.ArrowDtype(pa.timestamp("us"))),
    "arrow times with a zone": (DATES, pd.ArrowDtype(pa.timestamp("ms", "UTC"))),
    "arrow times": (["10:20", "", "11:30", "09:00", "10:20", "00:00"], pd.ArrowDtype(pa.time64("us"))),
    "arrow durations": (["5", "", "3", "2", "5", "-1"], pd.ArrowDtype(pa.duration("s"))),
    "arrow bytes": (WORDS, pd.ArrowDtype(pa.binary())),
    "category of dates": (DATES, pd.CategoricalDtype(pd.to_datetime(["2020-01-02", "2021-12-31", "1999-02-28"]))),
    "category of large numbers": ([f"{2**64}", "", "3", "3", "2", f"-{2**70}"], "category"),
    "nothing missing": (["1", "4", "3", "2", "1", "-5"], "Int64"),
    "all missing": (["", "", "", "", "", ""], "Int64"),
}
PROGRAMS = [
    *("df", "df.v", "df.v.isna()", "df[df.v.notna()]", "df.head(2)", "df.tail(2)", "df.dropna()", "df.assign(w=df.v)"),
    *(f"df.v.{name}()" for name in ("sum", "mean", "min", "max", "count", "nunique", "std", "var", "sem", "median", "prod")),
    *("df.v.quantile(0.3)", "df.groupby('k').v.quantile(0.3)"),
    *(
        f"df.groupby('k').v.{name}()"
        for name in ("sum", "mean", "min", "max", "count", "nunique", "first", "last", "std", "median", "any", "all", "size")
    ),
    *("df.groupby('v').n.sum()", "df.groupby('v', dropna=False).n.sum()", "df.groupby('v', as_index=False).n.mean()"),
    *("df.groupby(['k', 'v']).n.sum()", "df.groupby('v', sort=False).n.count()", "df.groupby('v').size()"),
    *("df.groupby('k').agg({'v': ['count', 'nunique']})", "df.groupby('k').agg(m=('v', 'max'))"),
    *("df.v.value_counts()", "df.v.value_counts(normalize=True)", "df.v.unique()", "df.describe()", "df.v.mode()"),
    *("df.sort_values('v')", "df.sort_values('v', ascending=False)", "df.drop_duplicates('v')", "df.nlargest(2, 'v')"),
    *("df.v.isin([1, 'b'])", "df.v.fillna(1)", "df.v.fillna('b')", "df.v.where(df.n > 2)", "df.v.clip(0, 2)", "df.v.round()"),
    *("df.v + 1", "df.v * df.n", "df.v / 2", "df.v // 2", "-df.v", "np.sqrt(df.v)", "df.v.abs()", "df.v.between(1, 2)"),
    *("df.v > 1", "df.v == 'b'", "df.v > 'b'", "df.v != 1", "df.v & (df.n > 2)", "~df.v", "df.v | (df.n > 2)"),
    *("df[df.v > 1]", "df[df.v == 'b']", "df[(df.v > 1) & (df.n > 1)]", "df[~(df.v > 1)]", "df[df.v]", "df[~df.v]"),
    *("df[df.v > 1][df.n > 2]", "df[(df.v > 1) | (df.n > 4)].n.sum()", "df[df.v == df.v.max()]", "df[df.v > df.v.mean()]"),
    *(f"df.v.astype({name!r})" for name in ("float64", "Float64", "Int64", "str", "string", "int64[pyarrow]")),
    *("df.n.astype('Int64').sum()", "df.k.astype('string')", "df.v.fillna(0).astype('int64')"),
    *("df.v.str.upper()", "df.v.str.len()", "df[df.v.str.contains('b')]", "df.v.str.len().sum()"),
    *("df.mean(numeric_only=True)", "df[['n', 'v']].sum()", "df.count()", "df.nunique()", "df.isna().sum()"),
    *("df.set_index('v')", "df.set_index('v').sort_index()", "df.set_index('v').n", "df.v.to_frame()", "df.v.reset_index()"),
    *("df.groupby(df.v.isna()).n.sum()", "df.groupby('v').k.nunique()", "df.round(0)", "df[['n', 'v']].count()"),
]


@pytest.mark.parametrize("sixth", [0, *(pytest.param(sixth, marks=pytest.mark.slow) for sixth in range(1, 6))])
@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.filterwarnings("ignore")
def test_programs(name: str, sixth: int, tmp_path: Any) -> None:
    """Every sixth program, not the same ones for columns that follow one another."""
    texts, dtype = COLUMNS[name]
    path = tmp_path / "a.csv"
    rows = zip(texts, ["x", "y", "x", "", "y", "z"], range(6), strict=True)
    path.write_text("v,k,n\n" + "".join(f"{v},{k},{n}\n" for v, k, n in rows))
    arguments: Any = {"dtype": {"v": dtype}}
    whole = pd.read_csv(path, **arguments)
    opened = [lf.read_csv(path, blocksize=blocksize, **arguments) for blocksize in (1, 13, 1000)]
    answered = 0
    first = (list(COLUMNS).index(name) + sixth) % 6
    for number, program in list(enumerate(PROGRAMS))[first::6]:
        if name == "bytes" and "[pyarrow]" in program:  # which ends the interpreter, in pyarrow 26
            continue
        want = value_of(program, whole)
        try:
            lazy = eval(program, {"df": opened[number // 6 % 3], "np": np})
        except (TypeError, AttributeError, ValueError):
            continue
        if isinstance(want, Exception):
            with pytest.raises(type(want)):
                lazy.compute(scheduler="sync")
            continue
        assert_equal(lazy.compute(scheduler="sync"), want, program)
        answered += 1
    assert answered >= len(PROGRAMS) // 18


def value_of(program: str, df: pd.DataFrame) -> Any:
    try:
        return eval(program, {"df": df, "np": np})
    except Exception as error:
        return error


def assert_equal(got: Any, want: Any, program: str) -> None:
    if isinstance(want, pd.DataFrame):
        pd.testing.assert_frame_equal(got, want, rtol=1e-12, obj=program)
        assert [repr(dtype) for dtype in got.dtypes] == [repr(dtype) for dtype in want.dtypes], program
    elif isinstance(want, pd.Series):
        pd.testing.assert_series_equal(got, want, rtol=1e-12, obj=program)
        assert repr(got.dtype) == repr(want.dtype), program
    elif isinstance(want, (np.ndarray, pd.api.extensions.ExtensionArray)):
        pd.testing.assert_series_equal(pd.Series(got), pd.Series(want), obj=program)
    else:
        assert type(got) is type(want), (program, got, want)
        close = isinstance(want, (float, np.floating)) and got == pytest.approx(want, rel=1e-12, abs=0, nan_ok=True)
        assert got is want or close or got == want, (program, got, want)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("df.i.map({1: 2})", "not offered for objects, categories and nullable dtypes"),
        ("df.i.astype('object')", "objects would be of several kinds"),
        ("df.c.astype('str')", "it depends on which they are"),
        ("df.s.sum()", r"sum of s \(string\) is not offered"),
        ("df[df.i]", "a mask must be boolean; i is Int64"),
        ("df.o.astype('str')", "categories that are no text"),
    ],
)
def test_what_is_refused_and_why(program: str, message: str, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_text("i,c,s,o\n1,a,x,2\n")
    df = lf.read_csv(path, dtype={"i": "Int64", "c": "category", "s": "string", "o": pd.CategoricalDtype([2, 1])})
    with pytest.raises(TypeError, match=message):
        eval(program, {"df": df})


@pytest.fixture
def typed(tmp_path: Any) -> tuple[Any, pd.DataFrame]:
    """A function that opens a file with a column of every dtype, and what pandas reads."""
    path = tmp_path / "t.csv"
    rows = (
        f"{'' if n % 5 == 0 else n},{n / 2 if n % 3 else ''},{['True', 'False', ''][n % 3]},{['x', 'y', ''][n % 3]},"
        f"{['r', 'g', 'bl', ''][n % 4]},{[3, 1, 2][n % 3]},{n},t{n % 4}\n"
        for n in range(30)
    )
    path.write_text("i,f,b,s,c,m,a,t\n" + "".join(rows))
    dtypes: Any = {"i": "Int64", "f": "Float64", "b": "boolean", "s": "string", "c": "category", "m": "category"}
    dtypes |= {"a": "int64[pyarrow]", "t": pd.ArrowDtype(pa.string())}
    return lambda: lf.read_csv(path, blocksize=100, dtype=dtypes), pd.read_csv(path, dtype=dtypes)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_every_scheduler(typed: Any, scheduler: str) -> None:
    opened, whole = typed
    df = opened()
    assert_equal(df.compute(scheduler=scheduler), whole, "df")
    assert_equal(df.groupby("c").i.sum().compute(scheduler=scheduler), whole.groupby("c").i.sum(), "by category")
    grouped = df.groupby(["s", "b"])[["i", "f", "a"]].mean().compute(scheduler=scheduler)
    assert_equal(grouped, whole.groupby(["s", "b"])[["i", "f", "a"]].mean(), "by two")


def test_the_ways_out(typed: Any, tmp_path: Any) -> None:
    opened, whole = typed
    opened().to_parquet(tmp_path / "ours.parquet")
    whole.to_parquet(tmp_path / "pandas.parquet")
    assert_equal(pd.read_parquet(tmp_path / "ours.parquet"), pd.read_parquet(tmp_path / "pandas.parquet"), "parquet")
    opened().to_csv(tmp_path / "ours.csv")
    whole.to_csv(tmp_path / "pandas.csv")
    assert (tmp_path / "ours.csv").read_text() == (tmp_path / "pandas.csv").read_text()
    table = opened().to_arrow()
    assert table.schema.remove_metadata() == pa.Table.from_pandas(whole).schema.remove_metadata()
    assert table.to_pydict() == pa.Table.from_pandas(whole).to_pydict()
    assert_equal(pd.concat(list(opened().iter_partitions())), whole, "partitions")
    assert_equal(opened().persist().compute(), whole, "kept")
    assert_equal(
        opened().map_partitions(lambda frame: frame.assign(z=frame.i + 1)).compute(), whole.assign(z=whole.i + 1), "made"
    )
    assert_equal(lf.from_pandas(whole, npartitions=3).compute(), whole, "from pandas")


def test_an_answer_may_be_written_into(typed: Any) -> None:
    opened, _ = typed
    answer = opened().assign(j=lambda df: df.i).compute()
    answer.loc[1, "j"] = 99
    assert answer.loc[1, "i"] == 1
    for name in ("i", "f", "b", "s", "c", "a", "t"):
        answer.loc[0, name] = answer.loc[1, name]


def test_the_sample_is_shown_with_categories_of_its_own(typed: Any) -> None:
    opened, _ = typed
    assert "category" in repr(opened())
    assert "bl" in repr(opened())
