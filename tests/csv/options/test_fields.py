"""Which fields have names, which are the index, which are let go: beside pandas, at every cut and on every engine."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.options.fields import FieldArguments, Unmatched, index_of, match

Write = Callable[..., str]

PLAIN = "a,b,c\n1,x,2024-01-01\n1,y,\n3,z,2024-01-03\n"
LONG = "a,b\n1,2,3\n4,5,6\n4,,\n"

ASKED: list[tuple[str, dict[str, Any]]] = [
    *(
        (PLAIN, {"index_col": index_col})
        for index_col in ("a", 0, -1, [0], [0, 1], ["b", "a"], [1, "a"], (0, 1), [], False, None)
    ),
    (PLAIN, {"index_col": 0, "usecols": ["c", "b"]}),
    (PLAIN, {"index_col": "c", "usecols": [1, 2]}),
    (PLAIN, {"index_col": 1, "usecols": lambda name: name != "a"}),
    (PLAIN, {"index_col": "c", "parse_dates": True}),
    (PLAIN, {"index_col": ["c", "a"], "parse_dates": True}),
    (PLAIN, {"index_col": "b", "parse_dates": True}),
    (PLAIN, {"index_col": 2, "parse_dates": [2], "date_format": {"c": "%Y-%d-%m"}}),
    (PLAIN, {"index_col": 0, "nrows": 2}),
    (PLAIN, {"index_col": 0, "nrows": 0}),
    (PLAIN, {"index_col": 1, "header": None}),
    (PLAIN, {"index_col": "y", "header": 0, "names": ["x", "y", "z"]}),
    (PLAIN, {"index_col": "a", "dtype": str}),
    (PLAIN, {"index_col": "a", "dtype": object}),
    (PLAIN, {"index_col": ["b", "a"], "dtype": object}),
    ("a,b\nTrue,1\n,2\n", {"index_col": 0, "dtype": object}),
    (PLAIN, {"index_col": "a", "dtype": {"a": "int8", "b": object}}),
    ("a,b\n", {"index_col": 0}),
    ("a,b\n", {"index_col": "a", "dtype": {"a": "int64"}}),
    (",b,\n1,2,5\n3,4,5\n", {"index_col": [0, 2]}),
    *(
        (text, {"index_col": index_col, **how})
        for text in (",Unnamed: 2,\np,c,1\n", "Unnamed: 0,,b\n1,2,3\n", '"",b\n1,2\n')
        for index_col in (0, [0, 1], -1, "Unnamed: 0")
        for how in ({}, {"comment": "#"}, {"encoding": "latin-1"})
    ),
    *((PLAIN, {"usecols": usecols}) for usecols in ([], lambda _: False)),
    *((text, {"index_col": [0, 1], "nrows": nrows}) for text in ("a,b\n1,2\n", "a,b\n", LONG) for nrows in (0, None)),
    ("a,b\nTrue,1\nFalse,2\n", {"index_col": 0}),
    ("a,b\nTrue,1\n,2\n", {"index_col": 0}),
    ("a,b\n,1\n,2\n", {"index_col": 0}),
    ("a,b\n9223372036854775808,1\n,2\n", {"index_col": 0}),
    ("a,b\nx,1\n5,2\n", {"index_col": 0, "na_values": {"a": ["x"]}}),
    (LONG, {}),
    (LONG, {"index_col": 0}),
    (LONG, {"index_col": "a", "names": ["a", "b", "c"], "header": 0}),
    (LONG, {"names": ["x"], "header": 0}),
    (LONG, {"names": ["x"], "header": None}),
    *((LONG, {"usecols": usecols}) for usecols in (["a"], ["b"], ["a", "b"], [0, 1], [1, 2], [], lambda name: name == "b")),
    (LONG, {"names": ["x", "y"], "header": 0, "usecols": [0, 2]}),
    (LONG, {"names": ["x", "y"], "header": 0, "usecols": [0, 2], "index_col": "y"}),
    (LONG, {"names": ["x", "y"], "header": 0, "usecols": lambda name: name == "y"}),
    (LONG, {"usecols": ["b"], "index_col": False}),
    (LONG, {"dtype": str}),
    (LONG, {"dtype": {0: "float64", "a": str}}),
    (LONG, {"nrows": 1}),
    (LONG, {"nrows": 0}),
    *((LONG, {"nrows": 0, "index_col": 0, "low_memory": low_memory}) for low_memory in (True, False)),
    *((LONG, {"nrows": 0, "index_col": [0], "low_memory": low_memory}) for low_memory in (True, False)),
    *(
        (LONG, {"nrows": 0, "low_memory": True, **how})
        for how in ({}, {"dtype": float}, {"usecols": ["b"]}, {"parse_dates": ["a"]})
    ),
    (LONG, {"nrows": 0, "dtype": float}),
    (LONG, {"nrows": 0, "parse_dates": True}),
    (LONG, {"nrows": 0, "dtype_backend": "pyarrow"}),
    (LONG, {"nrows": 0, "usecols": []}),
    (LONG, {"on_bad_lines": "skip"}),
    (LONG + "1,2,3,4\n", {"on_bad_lines": "skip"}),
    (LONG + "1,2,3,4\n", {}),
    (LONG, {"na_values": [4]}),
    ("a,b\nTrue,2,3\n,5,6\n", {}),
    ("a,b\nr 1,x,2,3\n,y,5,6\n", {}),
    ("a,b\nr 1,x,2,3\n,y,5,6\n", {"index_col": [1, 0]}),
    ("a,b\n2024-01-01,2,3\n,5,6\n", {"parse_dates": True}),
    *(
        ("a,b\n1,2024-01-01,5\n2,2024-01-02,6\n", {"parse_dates": names, **how})
        for names in (["a"], ["b"], ["a", "b"])
        for how in ({}, {"index_col": 0}, {"comment": "#"})
    ),
    ("a,b\n1,2,2024-01-01,5\n2,3,2024-01-02,6\n", {"parse_dates": ["a"]}),
    ("x,y\n1,2\n", {"names": ["B"], "parse_dates": ["B"]}),
    ("a b\nx 1 2\ny 3 4\n", {"sep": r"\s+"}),
    ("# about\na,b\n007,1,2\n", {"comment": "#"}),
    ("a,b\n1,2,\n4,5,\n", {}),
    ("a,b\n1,2,\n4,5,\n", {"index_col": False}),
    ("a,b\n1,2,,9\n4,5\n", {"index_col": False}),
    ("a,b\n\n1,2\n4,5,6\n", {"index_col": False}),
]


def of_pandas(text: str, arguments: dict[str, Any]) -> pd.DataFrame | Exception:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pd.read_csv(io.StringIO(text), **{"low_memory": False, **arguments})
        except (ValueError, TypeError, KeyError, IndexError) as error:
            return error


def of_ours(path: str, arguments: dict[str, Any], **more: Any) -> pd.DataFrame | Exception:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: pd.DataFrame = lf.read_csv(path, **more, **arguments).compute(scheduler="sync")
        except (ValueError, TypeError) as error:
            return error
    return found


def check_same(got: pd.DataFrame | Exception, expected: pd.DataFrame | Exception) -> None:
    if isinstance(expected, Exception) or isinstance(got, Exception):
        assert isinstance(got, Exception), f"pandas says {expected!r}, we give\n{got}"
        assert isinstance(expected, Exception), repr(got)
        return
    pd.testing.assert_frame_equal(got, expected, check_exact=True)


@pytest.mark.parametrize(("text", "arguments"), ASKED)
def test_the_index_is_that_of_pandas(text: str, arguments: dict[str, Any], engine: str, write: Write) -> None:
    path, expected = write(text), of_pandas(text, arguments)
    every = (1, None) if len(text) % 2 else (1,)  # each block costs some time
    for blocksize in every if engine == "native" else (5,):
        check_same(of_ours(path, arguments, blocksize=blocksize), expected)


WORDS = ["1", "2", "", "x", "True", "2024-01-01", "1.5", "007"]
TEXTS = st.builds(
    lambda header, rows: "\n".join(",".join(row) for row in [header, *rows]) + "\n",
    st.sampled_from([["a", "b"], ["a", "b", "c"], ["a"], ["", "b"], ["a", "a"]]),
    st.lists(
        st.lists(st.sampled_from(["1", "2", "", "x", "True", "2024-01-01", "1.5", "007"]), min_size=1, max_size=4), max_size=4
    ),
)
COLUMNS = st.sampled_from([None, None, 0, 1, -1, "a", "b", [0, 1], ["b", 0], [1], False])
NAMES = st.sampled_from(
    [(0, None), (0, None), (0, None), (None, None), (0, ["x", "y"]), (None, ["x", "y"]), (0, ["a", "b", "c"])]
)
CHOSEN = st.sampled_from([None, None, ["a"], ["b", "a"], ["y"], [0], [1, 0], [0, 2], "function"])


def _levels(index: pd.Index) -> list[pd.Index]:
    return list(index.levels) if isinstance(index, pd.MultiIndex) else []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(30), deadline=None)
@given(
    text=TEXTS,
    index_col=COLUMNS,
    names=NAMES,
    usecols=CHOSEN,
    parse_dates=st.booleans(),
    blocksize=st.sampled_from([1, 4, None]),
)
def test_any_arguments(
    text: str,
    index_col: Any,
    names: Any,
    usecols: Any,
    parse_dates: bool,
    blocksize: int | None,
    engine: str,
    write: Write,
) -> None:
    arguments = {"index_col": index_col, "header": names[0], "names": names[1]}
    if parse_dates and index_col is not None and index_col is not False and usecols != "function":  # else pandas falls over
        arguments["parse_dates"] = True
    arguments["usecols"] = (lambda name: name in ("b", "y")) if usecols == "function" else usecols
    expected, got = of_pandas(text, arguments), of_ours(write(text), arguments, blocksize=blocksize)
    levels = expected.index.nlevels if isinstance(expected, pd.DataFrame) else 1
    if "True" in text and (parse_dates or levels > 1):
        return  # truth values, some missing: pandas has objects, numbers or truth values, by the way in which they came there
    refused = ("pandas would make an index of the first field", "the fields are numbered from 0 to")
    if isinstance(got, Exception) and any(words in str(got) for words in refused):
        return  # pandas mixes up columns and names there
    if isinstance(expected, Exception) and "Too many columns specified" in str(expected):
        return  # fewer fields than names: missing values for us
    if isinstance(expected, IndexError):
        return  # pandas falls over
    beyond = names[0] == 0 and names[1] is not None and len(names[1]) > len(text.splitlines()[0].split(","))
    if beyond and isinstance(expected, Exception):
        return  # names beyond those of the header: missing values for us
    if isinstance(got, pd.DataFrame) and any(level.equals(pd.Index([True], dtype=object)) for level in _levels(got.index)):
        return  # pandas has such a level as bool here, and as object where set_index makes it
    check_same(got, expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"index_col": "B"},
            r"index_col='B': 'B' is none of the columns that are read\. Did you mean 'b'\? The columns are: a, b, c\.",
        ),
        ({"index_col": 5}, r"index_col=5: 5 is none of the columns"),
        ({"index_col": ["a", 0]}, r"the same column stands there twice"),
        ({"index_col": True}, r"index_col=True: pass a name or a position"),
        ({"index_col": "a", "usecols": ["b"]}, r"'a' is none of the columns that are read"),
    ],
)
def test_mistakes(arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        lf.read_csv(write(PLAIN), **arguments)


EXTENDED = "k,v,w\n1,True,2024-01-01\n2,,2024-01-02\n"


@pytest.mark.parametrize("index_col", ["k", "v", ["v", "k"]])
@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        *((EXTENDED, {"dtype_backend": "numpy_nullable"}), (EXTENDED, {"dtype_backend": "pyarrow"})),
        *((EXTENDED, {"dtype": {"k": "Int64", "v": "boolean"}}), (EXTENDED, {"dtype": {"k": "category", "v": "string"}})),
        (EXTENDED, {"dtype_backend": "numpy_nullable", "parse_dates": ["w"]}),
        (EXTENDED.replace("\n2", "\n123456789012345678901234567890"), {}),
    ],
    ids=named,
)
def test_an_index_of_extension_dtypes(index_col: Any, text: str, arguments: dict[str, Any], engine: str, write: Write) -> None:
    want = pd.read_csv(io.StringIO(text), index_col=index_col, **arguments)
    for blocksize in (None, 4):
        got = lf.read_csv(write(text), index_col=index_col, blocksize=blocksize, **arguments).compute(scheduler="sync")
        pd.testing.assert_frame_equal(got, want)


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("k,v\n1,2\n,3\n", {"dtype_backend": "pyarrow"}, "rounds the whole numbers of such an index"),
        ("k,v\n123456789012345678901234567890,2\n,3\n", {}, r"Leave out index_col, and call \.set_index\('k'\)"),
        ("k,v\n2024-01-01,2\n", {"dtype_backend": "pyarrow", "parse_dates": True}, "index_col names 'k', a column of dates"),
    ],
)
def test_an_index_of_which_pandas_makes_another_dtype(text: str, arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        lf.read_csv(write(text), index_col="k", **arguments).compute(scheduler="sync")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"index_col": [0, 1]},
            r"a\.csv:2 \(record 1\): 3 fields.* 2 names: \"1,2,3\".*index_col=\[0, 1\] does not",
        ),
        ({"index_col": "a"}, r"index_col='a' does not say what the index is"),
        ({"index_col": 1}, r"of the first field, which has no name, so index_col=1 does not say what the index is"),
        ({"usecols": [1]}, r"usecols=\[1\] does not say then which columns are meant"),
        ({"parse_dates": [0]}, r"parse_dates=\[0\]: the first fields of the records have no names"),
        ({"dtype": "int8"}, r"dtype='int8' of the index.* Pass names= with a name for each field"),
    ],
)
def test_fields_without_names_that_cannot_be_told_apart(arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises((CSVError, ValueError, TypeError), match=message):
        lf.read_csv(write(LONG), **arguments)


def test_fields_that_are_let_go_are_told_of_once(write: Write) -> None:
    path = write("a,b\n\n1,2,3\n4,5,6\n")
    with pytest.warns(pd.errors.ParserWarning, match=r"a\.csv:3 \(record 1\): 3 fields, but there are 2 names.* lets go") as told:
        df = lf.read_csv(path, index_col=False, blocksize=3)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert df.compute(scheduler="sync").values.tolist() == [[1, 2], [4, 5]]
        lf.read_csv(write("a,b\n1,2,\n4,5,\n"), index_col=False)  # trailing separators


def test_a_folder_has_one_index(tmp_path: Path, write: Write) -> None:
    def folder(*texts: str) -> str:
        for number, text in enumerate(texts):
            write(text, f"f{number}.csv")
        for number in range(len(texts), 4):
            (tmp_path / f"f{number}.csv").unlink(missing_ok=True)
        return str(tmp_path / "f*.csv")

    want = pd.read_csv(io.StringIO("a,b\nr,1,2\ns,3,4\nt,5,6\n"))
    got = lf.read_csv(folder("a,b\n", "a,b\nr,1,2\n", "a,b\n", "a,b\ns,3,4\nt,5,6\n")).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)
    with pytest.warns(lf.csv.errors.SchemaDriftWarning):
        got = lf.read_csv(folder("a,b\nr,1,2\n", "b,c,a\ns,4,9,3\n")).compute(scheduler="sync")
    assert got.to_csv(lineterminator="\n") == ",a,b,c\nr,1,2,\ns,3,4,9.0\n"
    with pytest.raises(CSVError, match=r"f1\.csv:2 \(record 1\): 2 fields.* the first field of a record is an index, so here 3"):
        lf.read_csv(folder("a,b\nr,1,2\n", "a,b\n3,4\n"))
    with pytest.raises(CSVError, match=r"f1\.csv:2 \(record 1\): 3 fields, expected 2"):
        lf.read_csv(folder("a,b\n1,2\n", "b,a\nr,3,4\n"))


@pytest.mark.parametrize("arguments", [{}, {"comment": "#"}, {"sep": "[,]"}], ids=named)
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_what_is_let_go_in_a_folder_is_what_the_first_record_has_too_much(arguments: dict[str, Any], write: Write) -> None:
    long = [write("a,b\n1,2,3\n", "f0.csv"), write("a,b\n4,5\n6,7,8\n", "f1.csv")]
    want = pd.DataFrame({"a": [1, 4, 6], "b": [2, 5, 7]})
    got = lf.read_csv(long, index_col=False, **arguments)
    pd.testing.assert_frame_equal(got.compute(scheduler="sync"), want)
    with pytest.raises(CSVError, match=r"f2\.csv:2 \(record 1\): 3 fields, expected 2"):
        lf.read_csv([write("a,b\n1,2\n"), write("a,b\n4,5,6\n", "f2.csv")], index_col=False, **arguments).compute()


WHAT_FOLLOWS: dict[str, Callable[[Any], Any]] = {
    "a filter": lambda df: df[df.v > 2],
    "head": lambda df: df.head(3),
    "tail": lambda df: df.tail(2),
    "a column": lambda df: df.v,
    "arithmetic": lambda df: df.v * 2 + df.w,
    "assign": lambda df: df.assign(n=df.v + 1)[df.w > 1.0],
    "groups": lambda df: df.groupby("g").v.mean(),
    "a mean": lambda df: df.v.mean(),
    "sorted by index": lambda df: df.sort_index(kind="stable"),
    "sorted": lambda df: df.sort_values("v", kind="stable"),
    "largest": lambda df: df.nlargest(2, "v"),
    "loc": lambda df: df.loc[df.v > 2, ["w", "g"]],
    "reset": lambda df: df.reset_index(),
    "reset and drop": lambda df: df.reset_index(drop=True),
    "another index": lambda df: df.set_index("g"),
    "no missing": lambda df: df.dropna(),
}
ROWS = "k,v,w,g\nb,1,0.5,x\na,2,,y\nb,3,1.5,x\n,4,2.5,y\nc,5,3.5,\n"


@pytest.mark.parametrize("text", [ROWS, ROWS.replace("k,v", "v", 1)])
@pytest.mark.parametrize("blocksize", [1, 12, None])
def test_what_one_does_with_it(text: str, blocksize: int | None, engine: str, write: Write) -> None:
    named = {"index_col": "k"} if text is ROWS else {}
    frame = pd.read_csv(io.StringIO(text), **named)
    df = lf.read_csv(write(text), blocksize=blocksize, **named)
    lines = list(WHAT_FOLLOWS.values())
    for got, line in zip(lf.compute(*(line(df) for line in lines), scheduler="threads"), lines, strict=True):
        want = line(frame)
        if isinstance(want, pd.DataFrame):
            pd.testing.assert_frame_equal(got, want)
        elif isinstance(want, pd.Series):
            pd.testing.assert_series_equal(got, want)
        else:
            assert got == want
    assert len(df) == len(df[df.v > 0]) == 5
    assert df.columns.tolist() == ["v", "w", "g"]
    assert repr(df)


@pytest.mark.parametrize("index_col", [0, [0, 3]])
def test_ways_out(index_col: Any, tmp_path: Path, write: Write) -> None:
    frame = pd.read_csv(io.StringIO(ROWS), index_col=index_col)
    df = lf.read_csv(write(ROWS), index_col=index_col, blocksize=8)
    assert df.npartitions > 3
    df.to_csv(tmp_path / "out", scheduler="sync")
    assert (tmp_path / "out").read_text() == frame.to_csv() == df.to_csv()
    df.to_parquet(tmp_path / "out", scheduler="sync")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out"), frame)
    pieces = list(df.iter_partitions(scheduler="sync"))
    assert len(pieces) == df.npartitions
    pd.testing.assert_frame_equal(pd.concat(pieces), frame)
    batches = list(df.iter_batches(2, scheduler="sync"))
    names = [name if name is not None else "index0" for name in frame.index.names]
    assert batches[0].schema.names == [*names, *frame.columns]
    assert sum(batch.num_rows for batch in batches) == len(frame)
    pd.testing.assert_frame_equal(pd.concat(lf.compute(*df.to_delayed(), scheduler="sync")), frame)
    pd.testing.assert_frame_equal(df.persist(scheduler="sync").compute(scheduler="sync"), frame)
    pd.testing.assert_frame_equal(df.compute(scheduler="processes"), frame)
    chunks = lf.read_csv(write(ROWS), index_col=index_col, chunksize=2)
    assert "2 rows at a time" in repr(chunks)
    with pd.read_csv(io.StringIO(ROWS), index_col=index_col, chunksize=2) as expected:
        for chunk, wanted in zip(chunks, expected, strict=True):
            pd.testing.assert_frame_equal(chunk, wanted)
    with_paths = lf.read_csv(write(ROWS), index_col=index_col, include_path_column=True)
    assert with_paths.columns.tolist() == [*frame.columns, "path"]


def test_an_index_that_nobody_asks_for_is_not_read(write: Write) -> None:
    df = lf.read_csv(write(ROWS), index_col="k")
    text = io.StringIO()
    df.v.mean().explain(file=text)
    assert "columns parsed: 1 of 4 [v]" in text.getvalue().split("as run")[1]


def test_late_values_change_its_dtype(write: Write) -> None:
    text = "k,v\n" + "1,2\n" * 3000 + "x,3\n"
    df = lf.read_csv(write(text), index_col="k", sample=100)
    with pytest.warns(lf.csv.errors.DtypePromotionWarning, match=r"a\.csv:3002: 'x' in column k is not int64"):
        got = df.compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, pd.read_csv(io.StringIO(text), index_col="k", low_memory=False))


def test_dates_that_are_none_after_all_are_what_they_look_like(write: Write) -> None:
    text = "k,v\n" + "2024,2\n" * 3000 + "2024.5,3\n"
    df = lf.read_csv(write(text), index_col="k", parse_dates=True, sample=100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = pd.read_csv(io.StringIO(text), index_col="k", parse_dates=True, low_memory=False)
        pd.testing.assert_frame_equal(df.compute(scheduler="sync"), want)


def test_match_by_itself() -> None:
    assert match([0, 1], 2).labels == ("0", "1")
    assert match(["a"], 0, FieldArguments(levels=2)).levels == ("(field 1)", "(field 2)")
    with pytest.raises(Unmatched, match="called '\\(field 1\\)'"):
        match(["(field 1)"], 2)
    assert index_of(False, ["a"], [], []) is None
    index = index_of("a", ["a"], [], ["a"])
    assert index is not None
    assert index.titles == (None,)
