"""Rows written as CSV by the core and by pandas: pandas' text to the byte."""

from __future__ import annotations

import contextlib
import csv
import io
import os

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from oracle import lazy, sample

import lazyframe as lf
from lazyframe.frame import csvout
from lazyframe.frame.csvout import CsvRows, form_of
from lazyframe.frame.stream import Stream
from lazyframe.native import library

has_core = pytest.mark.skipif(library.library() is None, reason="there is no core, or it is left out")

_letters = st.text(st.sampled_from("a\",;'\n\r\t |ä€😀"), max_size=8)
_DTYPES = {
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "int8": st.integers(-128, 127),
    "float64": st.integers(0, 2**64 - 1).map(lambda bits: np.uint64(bits).view(np.float64))
    | st.integers(-999, 999).map(lambda n: n / 100),
    "float32": st.floats(width=32),
    "bool": st.booleans(),
    "str": st.none() | _letters,
    "object": st.none() | _letters,
    "category": st.sampled_from([None, "a", 'b"', "c,", "d\n", ""]),
    "datetime64[us]": st.sampled_from(
        [None, "2020-01-01", "1969-12-31", "2020-01-01 12:30", "2021-05-05 00:00:00.5", "0900-01-01"]
    ),
    "datetime64[s]": st.sampled_from([None, "2020-01-01", "9999-12-31"]),
    "timedelta64[us]": st.sampled_from([None, "1D", "1us"]),
    "Int64": st.none() | st.integers(-5, 5),
}
_OPTIONS = {
    "sep": st.sampled_from([";", "|", "\t", " ", "e", "-", "1", "€"]),
    "na_rep": st.sampled_from(["NULL", ",", '"', " ", "a\nb", "ä", "x" * 40]),
    "quotechar": st.sampled_from(["'", "a", "."]),
    "lineterminator": st.sampled_from(["\r\n", "\r", "|\n", "€"]),
    "header": st.just(False),
    "index_label": st.sampled_from(["row", 'r"', False]),
    "chunksize": st.integers(1, 3),
    "doublequote": st.just(True),
    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    "float_format": st.just("%.2f"),
    "decimal": st.just("_"),
    "encoding": st.sampled_from(["utf-8", "UTF8", "utf-16"]),
}


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 12))
    kinds = draw(st.lists(st.sampled_from(sorted(_DTYPES)), min_size=1, max_size=4))
    columns = {}
    for position, kind in enumerate(kinds):
        values = draw(st.lists(_DTYPES[kind], min_size=rows, max_size=rows))
        if kind.startswith("datetime"):
            made = pd.to_datetime(pd.Series(values, dtype=object), format="mixed").astype(kind)
        elif kind == "category":
            made = pd.Series(pd.Categorical(values, categories=["a", 'b"', "c,", "d\n", ""]))
        else:
            made = pd.Series(
                values, dtype="object" if kind in ("str", "object") else None if not kind.startswith("time") else kind
            )
            made = made.replace({None: np.nan}) if kind == "object" else made.astype(kind)
        columns[f'c"{position}'] = made
    return pd.DataFrame(columns)


@settings(max_examples=examples(37), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames(),
    st.fixed_dictionaries({}, optional=_OPTIONS),
    st.booleans(),
    st.lists(st.integers(0, 12), max_size=3),
    st.booleans(),
)
@example(pd.DataFrame({"a": pd.Series(["", None, "x"], dtype="str")}), {}, False, [1], False)
def test_pandas_text_to_the_byte(tmp_path, frame, options, index, cuts, coded):
    path = tmp_path / "pandas.csv"
    with contextlib.suppress(OSError):
        os.remove(path)
    try:
        frame.to_csv(path, index=index, **options)
    except Exception as error:
        with pytest.raises(type(error)):
            lazy(frame, tuple(cuts), coded=coded).to_csv(tmp_path / "ours.csv", index=index, scheduler="sync", **options)
        return
    df = lazy(frame, tuple(cuts), coded=coded)
    df.to_csv(tmp_path / "ours.csv", index=index, scheduler="sync", **options)
    assert (tmp_path / "ours.csv").read_bytes() == path.read_bytes()
    if "encoding" not in options:
        assert df.to_csv(index=index, scheduler="sync", **options) == frame.to_csv(index=index, **options)
        text = io.StringIO(newline="")
        df.to_csv(text, index=index, scheduler="sync", **options)
        assert text.getvalue() == path.read_bytes().decode()


@has_core
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
@pytest.mark.parametrize("index", [True, False])
def test_the_core_writes_what_it_can(tmp_path, scheduler, index, monkeypatch):
    monkeypatch.setattr(Stream, "finished", None)  # no row becomes pandas'
    frame = sample()[["i", "f", "b", "s", "o", "t"]]
    lazy(frame, (2, 5)).to_csv(tmp_path / "a.csv", index=index, scheduler=scheduler)
    assert (tmp_path / "a.csv").read_bytes() == frame.to_csv(index=index).encode()


@has_core
def test_days_are_written_in_the_tasks(tmp_path, monkeypatch):
    frame = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", None, "2021-05-05"] * 3)})
    monkeypatch.setattr(CsvRows, "_counted", None)
    lazy(frame, (2, 5)).to_csv(tmp_path / "a.csv", scheduler="sync")
    assert (tmp_path / "a.csv").read_bytes() == frame.to_csv().encode()


@pytest.mark.parametrize("name", ["native", "arrow", "pandas"])
def test_every_engine_writes_the_same(tmp_path, monkeypatch, name):
    if name == "native" and not library._find().library:
        pytest.skip("there is no core")
    monkeypatch.setenv("LAZYFRAME_ENGINE", name)
    library.engine.cache_clear()
    try:
        assert (form_of({}, False) is not None) == (name == "native")
        df = lf.read_csv("data/sample/*.csv", blocksize=700)
        df.to_csv(tmp_path / "a.csv", scheduler="threads")
        assert (tmp_path / "a.csv").read_bytes() == df.compute().to_csv().encode()
        made = df.to_csv(f"{tmp_path}/b-*.csv", index=False)
        assert len(made) == df.npartitions
        for path, part in zip(made, df.iter_partitions(), strict=True):
            with open(path, "rb") as file:
                assert file.read() == part.to_csv(index=False).encode()
    finally:
        monkeypatch.undo()
        library.engine.cache_clear()


@pytest.mark.parametrize("blocksize", [1, 100, 10**6])
@pytest.mark.parametrize(
    "text",
    ["a,b\n1,x\n2,\n,y\n2.5,z\n", "a,b\n1,1\n2,2\n3,x\n", "a\n2020-01-01 00:00:00\n2020-01-02 00:00:00\n2020-01-01 10:00:00\n"],
)
def test_a_dtype_that_the_last_row_changes(tmp_path, text, blocksize):
    path = tmp_path / "in.csv"
    path.write_text(text)
    dates = {"parse_dates": ["a"]} if "2020" in text else {}
    want = pd.read_csv(path, **dates).to_csv().encode()
    lf.read_csv(path, blocksize=blocksize, sample=20, **dates).to_csv(tmp_path / "out.csv", scheduler="sync")
    assert (tmp_path / "out.csv").read_bytes() == want


@has_core
def test_what_the_core_does_not_take():
    for options in ({"sep": "e"}, {"sep": "€"}, {"na_rep": "x" * 33}, {"quoting": 1}, {"decimal": ","}, {"unknown": 1}):
        assert form_of(options, False) is None
    assert form_of({"sep": " "}, True) is None
    assert form_of({"sep": " "}, False) is not None
    assert form_of({"sep": ",", "na_rep": "a,b"}, False).missing == b'"a,b"'


@has_core
def test_an_error_of_the_disk_is_raised():
    class Full(io.BytesIO):
        def write(self, text):
            if len(text) > 10:
                raise OSError(28, "No space left on device")
            return super().write(text)

    df = lazy(sample()[["i", "s"]], (3, 6))
    rows = CsvRows(df, True, {})
    pieces = rows.pieces(Stream(df, "sync"))
    with pytest.raises(OSError, match="No space left"):
        rows.write(pieces, Full())


def test_rechunking():
    pieces = [pd.DataFrame({"a": range(n)}) for n in (0, 1, 4, 3, 0)]
    assert [len(piece) for piece in csvout._chunks_of_objects(pieces, 2)] == [4, 4]
    assert [len(piece) for piece in csvout._chunks_of_objects(pieces[:1], 2)] == [0]
