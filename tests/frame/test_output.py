from __future__ import annotations

import csv
import gc
import io
import os
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naming import named
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe.frame.stream import StreamContradictedError

LINES = {
    "all": lambda df: df,
    "filtered": lambda df: df[df.i > 0],
    "none": lambda df: df[df.i > 1000],
    "made": lambda df: df.assign(y=df.t.dt.year, z=df.i * 2)[["y", "s", "z"]],
    "grouped": lambda df: df.groupby("b").i.sum().to_frame(),
    "twice grouped": lambda df: df.groupby(["b", "s"])[["i", "f"]].max(),
    "head": lambda df: df.head(4),
    "masked by a mean": lambda df: df[df.i > df.i.mean()],
}
CUTS = [(), (2, 5), (0, 1, 1, 4, 8, 9)]


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", LINES)
def test_partitions_put_together_are_the_answer(name, cuts):
    got = list(LINES[name](lazy(sample(), cuts)).iter_partitions(scheduler="sync"))
    assert_same(pd.concat(got) if len(got) > 1 else got[0], LINES[name](sample()))
    assert len({str(list(piece.dtypes)) for piece in got}) == 1


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_partitions_of_a_column(scheduler):
    got = list(lazy(sample(), (2, 5)).t.dt.year.iter_partitions(scheduler=scheduler))
    assert_same(pd.concat(got), sample().t.dt.year)
    assert [piece.dtype for piece in got] == [np.float64] * 3


def test_partitions_are_read_when_they_are_asked_for():
    df = lazy(sample(), (1, 2, 3, 4, 5, 6, 7, 8))
    reads = df._plan.source.reads
    pieces = df.iter_partitions("sync", verify=False)
    assert reads == []
    next(pieces)
    assert reads == [0]
    next(pieces)
    assert reads == [0, 1]
    pieces.close()


def test_verified_once():
    df = lazy(sample().rename(columns={"i": "only here"}), (4,))
    reads = df._plan.source.reads
    for _ in range(2):
        list(df.iter_partitions("sync"))
    assert reads == [0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("index", [True, False])
def test_csv_is_pandas_to_the_byte(tmp_path, name, cuts, index):
    path = tmp_path / "out.csv"
    assert LINES[name](lazy(sample(), cuts)).to_csv(path, index=index, scheduler="sync") is None
    assert path.read_bytes() == LINES[name](sample()).to_csv(index=index).encode()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


OPTIONS = [
    {"sep": ";", "decimal": ",", "na_rep": "NULL"},
    {"header": False},
    {"header": list("abcdefgh"), "index_label": "row"},
    {"quoting": csv.QUOTE_ALL, "lineterminator": "\r\n", "quotechar": "'"},
    {"float_format": "%.2f", "date_format": "%d/%m/%y"},
    {"columns": ["s", "i"], "encoding": "utf-16"},
    {"chunksize": 2},
    {"encoding": "ascii", "errors": "replace"},
    {"mode": "w"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=named)
def test_options_of_csv(tmp_path, options):
    lazy(sample(), (3, 7)).to_csv(tmp_path / "ours.csv", scheduler="sync", **options)
    sample().to_csv(tmp_path / "pandas.csv", **options)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "pandas.csv").read_bytes()


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_dates_are_written_as_pandas_writes_its_chunks(tmp_path, monkeypatch, data):
    times = data.draw(st.lists(st.sampled_from(["2020-01-01", "2020-01-01 12:30", "2021-05-05 00:00:00.5", None]), max_size=30))
    frame = pd.DataFrame({"t": pd.to_datetime(pd.Series(times, dtype=object), format="mixed").astype("datetime64[us]")})
    cuts = tuple(data.draw(st.lists(st.integers(0, len(times)), max_size=4)))
    monkeypatch.setattr("pandas.io.formats.csvs._DEFAULT_CHUNKSIZE_CELLS", 4)
    lazy(frame, cuts).to_csv(tmp_path / "out.csv", scheduler="sync")
    assert (tmp_path / "out.csv").read_bytes() == frame.to_csv().encode()


def test_csv_of_a_column_and_as_text(tmp_path):
    df = lazy(sample(), (3,))
    df.f.to_csv(tmp_path / "f.csv", scheduler="sync")
    assert (tmp_path / "f.csv").read_bytes() == sample().f.to_csv().encode()
    assert df.to_csv(index=False, scheduler="sync") == sample().to_csv(index=False)
    text = io.StringIO()
    df.to_csv(text, scheduler="sync")
    assert text.getvalue() == sample().to_csv()


def test_csv_a_file_a_partition(tmp_path):
    made = lazy(sample(), (3, 7))[["i", "s"]].to_csv(f"{tmp_path}/part-*.csv.gz", index=False, scheduler="sync")
    assert made == [f"{tmp_path}/part-{n}.csv.gz" for n in range(3)]
    pieces = [pd.read_csv(path) for path in made]
    assert list(map(len, pieces)) == [3, 4, 2]
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), sample()[["i", "s"]].replace("", np.nan))


def test_a_wrong_option_is_an_error_before_anything_is_read(tmp_path):
    df = lazy(sample())
    with pytest.raises(TypeError, match="seperator"):
        df.to_csv(tmp_path / "out.csv", seperator=";")
    with pytest.raises(ValueError, match="it can be 'w', 'x' for a new file"):
        df.to_csv(tmp_path / "out.csv", mode="r")
    with pytest.raises(ValueError, match="adds to one file of plain text"):
        df.to_csv(tmp_path / "out.csv", mode="a", compression="gzip")
    assert df._plan.source.reads == []
    assert not list(tmp_path.iterdir())


def test_rows_are_added_to_a_file_and_a_new_one_is_not_written_over(tmp_path):
    df, frame = lazy(sample(), (3, 7))[["i", "s"]], sample()[["i", "s"]]
    for name, one in (("ours", df), ("theirs", frame)):
        one.to_csv(tmp_path / name, index=False, mode="x")
        one.to_csv(tmp_path / name, index=False, header=False, mode="a")
        with pytest.raises(FileExistsError):
            one.to_csv(tmp_path / name, mode="x")
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_nothing_is_left_of_a_failed_write(tmp_path):
    df = lazy(sample(), (3, 7))
    bad = df.assign(n=df.f.astype("int64"))
    for write in (bad.to_csv, bad.to_parquet):
        with pytest.raises(Exception, match=r"(?i)cannot convert"):
            write(tmp_path / "out", scheduler="sync")
    assert not list(tmp_path.iterdir())


# ---- Arrow


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("coded", [False, True])
def test_batches_hold_what_pandas_gives_to_arrow(cuts, coded):
    df = lazy(sample(), cuts, coded=coded)
    got = pa.Table.from_batches(df.iter_batches(batch_rows=2, scheduler="sync"))
    want = pa.Table.from_pandas(sample(), preserve_index=False).replace_schema_metadata()
    assert got.cast(want.schema).equals(want)
    assert all(batch.num_rows <= 2 for batch in got.to_batches())
    assert df.to_arrow(scheduler="sync").equals(got)


@pytest.mark.parametrize("name", [name for name in LINES if name != "all"])
def test_arrow_of(name):
    got = LINES[name](lazy(sample(), (2, 5))).to_arrow(scheduler="sync")
    frame = LINES[name](sample())
    if "grouped" in name:
        frame = frame.reset_index()
    if not len(frame):  # pandas cannot tell Arrow what no objects are
        frame, got = frame.drop(columns=["o", "q"]), got.drop_columns(["o", "q"])
    want = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    assert got.cast(want.schema).equals(want)


def test_duckdb_polars_and_pyarrow_take_a_frame():
    df = lazy(sample(), (2, 5))[["i", "s", "t"]]
    want = sample()
    assert pa.table(df).to_pandas().equals(want[["i", "s", "t"]])
    polars = pytest.importorskip("polars")
    assert polars.DataFrame(df)["i"].to_list() == list(want.i)
    duckdb = pytest.importorskip("duckdb")
    frame = df
    assert duckdb.sql("select sum(i), count(s), max(t) from frame").fetchall() == [(want.i.sum(), 7, want.t.max())]
    del frame


@pytest.mark.parametrize("column", ["i", "s", "t", "f"])
def test_arrow_takes_a_column(column):
    lazily, want = lazy(sample(), (2, 5))[column], pa.array(sample()[column], from_pandas=True)
    for got in (pa.array(lazily), pa.chunked_array(lazily)):
        assert (got.combine_chunks() if isinstance(got, pa.ChunkedArray) else got).equals(want)
    assert pa.array(lazily, pa.string()).type == pa.string()
    assert pa.table({"a": lazily}).num_rows == len(want)


def test_arrow_takes_a_column_without_its_index():
    means = lazy(sample(), (2, 5)).groupby("s").i.mean()
    assert pa.array(means).to_pylist() == sample().groupby("s").i.mean().tolist()


def test_duckdb_and_polars_take_a_column():
    numbers, want = lazy(sample(), (2, 5)).i, sample().i
    polars = pytest.importorskip("polars")
    assert polars.Series(numbers).to_list() == want.tolist()
    duckdb = pytest.importorskip("duckdb")
    assert duckdb.sql("select count(*) from numbers").fetchall() == [
        (len(want),)
    ]  # by the name of the variable, which is no keyword


def test_rows_by_position_are_refused_with_a_line():
    df = lazy(sample(), (2, 5))
    for rows in (np.array([1, 0]), slice(2)):
        with pytest.raises(TypeError, match=r"train_test_split\(df\[\['x', 'y'\]\]\.compute\(\)\)"):
            df[rows, ...]


def test_a_stream_is_lazy_and_can_be_left(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n" + "\n".join(map(str, range(10_000))) + "\n")
    df = lf.read_csv(path, blocksize=1000)
    reader = pa.RecordBatchReader.from_stream(df)
    assert reader.read_next_batch().column(0)[0].as_py() == 0
    del reader
    gc.collect()
    assert df.x.sum().compute() == sum(range(10_000))


def test_no_columns():
    batches = list(lazy(sample(), (4,))[[]].iter_batches(scheduler="sync"))
    assert sum(batch.num_rows for batch in batches) == 9


# ---- Parquet


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("index", [None, True, False])
def test_parquet_reads_back_as_pandas_reads_its_own(tmp_path, name, cuts, index):
    want, got = LINES[name](sample()), LINES[name](lazy(sample(), cuts))
    if not len(want):  # pandas cannot tell Arrow what no objects are
        want, got = want.drop(columns=["o", "q"]), got.drop(columns=["o", "q"])
    got.to_parquet(tmp_path / "ours", index=index, scheduler="sync")
    want.to_parquet(tmp_path / "pandas", index=index)
    assert_same(pd.read_parquet(tmp_path / "ours"), pd.read_parquet(tmp_path / "pandas"))


def test_parquet_a_file_a_partition(tmp_path):
    frame = sample().drop(columns=["o", "q"])  # objects do not come back from a file as they were
    made = lazy(frame, (3, 7)).to_parquet(f"{tmp_path}/out/", compression="zstd", scheduler="sync")
    assert_same(pd.concat([pd.read_parquet(path) for path in made]), frame)


def test_parquet_options(tmp_path):
    df = lazy(sample())
    df.to_parquet(tmp_path / "a", engine="pyarrow", compression=None, use_dictionary=False, scheduler="sync")
    with pytest.raises(TypeError, match="other ways are not offered"):
        df.to_parquet(tmp_path / "b", partition_cols=["s"])
    with pytest.raises(TypeError, match=r"no argument 'comprssion'\. Did you mean 'compression'"):
        df.to_parquet(tmp_path / "b", comprssion="zstd")
    with pytest.raises(ValueError, match=r"compression='snapy' is none .* 'snappy'\? It has: snappy, gzip"):
        df.to_parquet(tmp_path / "b", compression="snapy")
    with pytest.raises(FileNotFoundError, match=r"the folder .* does not exist"):
        df.to_parquet(tmp_path / "missing" / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    df.to_parquet(tmp_path / "groups", row_group_size=2, scheduler="sync")
    assert pq.ParquetFile(tmp_path / "groups").metadata.num_row_groups == 5


# ---- when the data are not what they were taken for


@pytest.fixture
def surprising(tmp_path):
    """A column of integers in the sample, with a text and a missing value far behind it; quotes over a cut."""
    lines = [f'{n},{n % 7},"t{n}"' for n in range(60_000)]
    lines[57_000] = '57000,none yet,"a\nb"'
    lines[58_000] = '58000,,"c"'
    path = tmp_path / "late" / "a.csv"
    path.parent.mkdir()
    path.write_text("n,x,t\n" + "\n".join(lines) + "\n")
    return path


def opened(path):
    return lf.read_csv(path, blocksize=100_000, sample=1000)


def test_what_comes_out_has_the_dtype_of_the_whole(surprising, tmp_path):
    want = pd.read_csv(surprising, low_memory=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = list(opened(surprising).iter_partitions())
    assert [str(one.message).split(":")[0] for one in caught if one.category is lf.DtypePromotionWarning] == [str(surprising)]
    assert_same(pd.concat(got), want)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert pa.table(opened(surprising)).to_pandas().equals(want)
        assert opened(surprising).to_arrow().to_pandas().equals(want)
        opened(surprising).to_csv(tmp_path / "out.csv")
        opened(surprising).to_parquet(tmp_path / "out.parquet")
    assert (tmp_path / "out.csv").read_bytes() == want.to_csv().encode()
    assert_same(pd.read_parquet(tmp_path / "out.parquet"), want)


def test_unverified_rows_end_in_a_clear_error(surprising):
    df = opened(surprising)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pieces = df.iter_partitions("sync", verify=False)
        assert next(pieces).x.dtype == np.int64
        with pytest.raises(StreamContradictedError, match=r"Begin again, which works"):
            list(pieces)
        first = next(iter(df.iter_partitions("sync", verify=False)))
    assert str(first.x.dtype) == "str"


OUT = {
    "iter_partitions": lambda df, path: list(df.iter_partitions("sync")),
    "unverified": lambda df, path: list(df.iter_partitions("sync", verify=False)),
    "iter_batches": lambda df, path: list(df.iter_batches(scheduler="threads", verify=False)),
    "to_arrow": lambda df, path: df.to_arrow("sync"),
    "to_csv": lambda df, path: df.to_csv(path, scheduler="sync"),
    "to_parquet": lambda df, path: df.to_parquet(path, scheduler="threads"),
    "persist": lambda df, path: df.persist("sync"),
}


@pytest.mark.parametrize("name", OUT)
def test_lines_that_were_left_out_are_told_once(tmp_path, name):
    path = tmp_path / "bad.csv"
    path.write_text("n,x\n" + "1,1\n" * 3000 + "1,2,3\n" + "1,1\n" * 300)
    with pytest.warns(pd.errors.ParserWarning, match="bad line") as caught:
        OUT[name](lf.read_csv(path, blocksize=3000, on_bad_lines="warn"), tmp_path / "out")
    assert [str(one.message).split(":")[0] for one in caught] == ["1 bad line skipped"]
    assert caught[0].filename == __file__


MEASURED = """
import sys, lazyframe as lf
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024
df = lf.read_csv(sys.argv[1], blocksize="4MiB")
out = sys.argv[1] + ".out"
ways = {
    "iter_batches": lambda df: [None for _ in df.iter_batches()],
    "iter_partitions": lambda df: [None for _ in df.iter_partitions()],
    "to_csv": lambda df: df.to_csv(out, index=False),
    "to_parquet": lambda df: df.to_parquet(out),
}
ways[sys.argv[2]](lf.read_csv(sys.argv[1], nrows=1000))
before = peak()
ways[sys.argv[2]](df)
print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak is read from /proc")
def test_memory_is_bounded(tmp_path):
    path = tmp_path / "a.csv"
    row = "".join(f"{n},{n * 7 % 1000},text number {n % 977},{n / 7:.3f}\n" for n in range(100_000))
    with path.open("w") as file:
        file.write("a,b,c,d\n")
        for _ in range(60):
            file.write(row)
    for way in ("iter_batches", "iter_partitions", "to_csv", "to_parquet"):
        ran = subprocess.run([sys.executable, "-c", MEASURED, path, way], capture_output=True, text=True, check=True)
        assert float(ran.stdout) < 150, f"{way}: {ran.stdout} MB more for 200 MB of text"


def test_frames_that_functions_make_go_out_too(tmp_path):
    frame = sample()[["i", "f", "s"]]
    made = lf.from_map(lambda start: frame.iloc[start : start + 4].reset_index(drop=True), [0, 4, 8], meta=frame.iloc[:0])
    assert_same(pd.concat(list(made[made.i > 0].iter_partitions("sync"))), frame[frame.i > 0])
    made.to_csv(tmp_path / "out.csv", scheduler="threads")
    assert (tmp_path / "out.csv").read_bytes() == frame.to_csv().encode()
    assert_same(made.persist("sync").compute(), frame)


def test_one_file_or_one_a_partition_is_told(tmp_path):
    df = lazy(sample(), (2, 5))[["i", "f"]]
    names = df.to_csv(tmp_path / "parts", single_file=False, index=False, scheduler="sync")
    assert [os.path.basename(name) for name in names] == ["part-0.csv", "part-1.csv", "part-2.csv"]
    assert df.to_csv(tmp_path / "one.csv", single_file=True, scheduler="sync") is None
    assert_same(pd.read_csv(tmp_path / "one.csv", index_col=0), sample()[["i", "f"]])
    with pytest.raises(ValueError, match=r"single_file=True.*one file a partition"):
        df.to_csv(tmp_path / "*.csv", single_file=True)


def test_files_of_a_folder_that_is_there_with_names_of_the_users(tmp_path):
    df, frame = lazy(sample()[["i", "f"]], (2, 5)), sample()[["i", "f"]]
    (tmp_path / "there").mkdir()
    made = df.to_csv(tmp_path / "there", index=False, scheduler="sync")
    assert [os.path.basename(name) for name in made] == ["part-0.csv", "part-1.csv", "part-2.csv"]
    df.to_parquet(tmp_path / "there", scheduler="sync")
    assert len(os.listdir(tmp_path / "there")) == 6
    named = df.to_csv(tmp_path / "x-*.csv", index=False, name_function=lambda n: "abc"[n], header_first_partition_only=True)
    assert [os.path.basename(name) for name in named] == ["x-a.csv", "x-b.csv", "x-c.csv"]
    assert "".join(pathlib.Path(name).read_bytes().decode() for name in named) == frame.to_csv(index=False)
    for wrong, said in (
        (lambda: df.to_csv(tmp_path / "y-*.csv", name_function=lambda n: "same"), "one name, 'same', for several files"),
        (lambda: df.to_csv(tmp_path / "y-*.csv", name_function=lambda n: "a/b"), "no part of the name of a file"),
        (lambda: df.to_csv(tmp_path / "y.csv", name_function=str, single_file=True), "single_file=True is for one"),
    ):
        with pytest.raises(ValueError, match=said):
            wrong()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        df.to_csv(tmp_path / "there", single_file=True)
