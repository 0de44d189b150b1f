"""Fifteen cases that each go wrong in some other library that people come from; and the law for folders.

The oracle is always `one_pandas`: pandas on the records of all files put into one file.
"""

from __future__ import annotations

import io
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same

import lazyframe as lf
from lazyframe.csv import CSVError, DtypePromotionWarning, SchemaDriftWarning
from lazyframe.csv.scan import reader as scan
from lazyframe.executors import Watcher, listeners

BLOCKSIZES = [1, 3, 7, 64, None]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., str]:
    """Write files f1.csv, f2.csv, ...; the pattern that finds them."""

    def write(*texts: str | bytes) -> str:
        for number, text in enumerate(texts, 1):
            (tmp_path / f"f{number}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
        return str(tmp_path / "f*.csv")

    return write


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The partitions that are read, in the order in which that begins."""
    begun: list[str] = []
    read = scan.CSVReader.__iter__

    def noted(self: Any) -> Iterator[Any]:
        begun.append(self._partition.label)
        return read(self)

    monkeypatch.setattr(scan.CSVReader, "__iter__", noted)
    return begun


def one_pandas(*texts: str, **arguments: Any) -> pd.DataFrame:
    """pandas on one file of all records; their columns are brought into the order of the first header by name."""
    frames = [pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False) for text in texts if text.strip()]
    whole = pd.concat([frame for frame in frames if len(frame) or len(frames) == 1], ignore_index=True)
    names = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    body = whole.reindex(columns=names).to_csv(index=False, na_rep="")
    return pd.read_csv(io.StringIO(body), low_memory=False, **arguments)


# 1. Values that come late


@pytest.mark.parametrize(
    ("rows", "late"), [(10, "2.5"), (30_000, "2.5"), (60_000, "text"), (60_000, ""), (60_000, "18446744073709551615")]
)
def test_01_a_late_value_is_read_and_told_of_once(rows: int, late: str, folder: Callable[..., str]) -> None:
    text = "k,v\n" + "x,7\n" * rows + f"y,{late}\n" + "x,8\n" * 5
    with warnings.catch_warnings(record=True) as notices:
        warnings.simplefilter("always")
        df = lf.read_csv(folder(text), sample=500, blocksize=20_000)
        got = df.compute()
    assert_same(got, pd.read_csv(io.StringIO(text), low_memory=False))
    promotions = [notice for notice in notices if issubclass(notice.category, DtypePromotionWarning)]
    assert len(promotions) <= 1
    for notice in promotions:
        assert f"f1.csv:{rows + 2}: " in str(notice.message)
        assert (repr(late) if late else "a missing value") in str(notice.message)
        assert "dtype={'v':" in str(notice.message)
        assert notice.filename == __file__
    assert len(promotions) == 1 or got.v.dtype == df.v.dtype  # what the sample saw is no surprise


def test_01_a_float_in_file_11_of_12(folder: Callable[..., str]) -> None:
    texts = ["k,v\n" + "x,7\n" * 50 + ("y,2.5\n" if number == 11 else "") for number in range(1, 13)]
    for blocksize in (30, None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DtypePromotionWarning)
            assert_same(lf.read_csv(folder(*texts), blocksize=blocksize).compute(), one_pandas(*texts))


# 2. Columns that are not asked for


@pytest.mark.parametrize("blocksize", BLOCKSIZES)
def test_02_garbage_in_another_column_does_not_matter(blocksize: int | None, folder: Callable[..., str]) -> None:
    body = "".join(f"{number},{'#!?' if number == 150 else number}\n" for number in range(200))
    df = lf.read_csv(folder("id,n\n" + body), dtype={"n": "int64"}, blocksize=blocksize)
    assert df.id.sum().compute(scheduler="sync") == sum(range(200))
    with pytest.raises(CSVError, match=r"f1\.csv:152 \(record 151\), column n: '#!\?' is not int64"):
        df.n.sum().compute(scheduler="sync")


# 3. Columns in another order


@pytest.mark.parametrize("blocksize", [7, 40, None])
def test_03_columns_are_matched_by_name_in_every_block(blocksize: int | None, folder: Callable[..., str]) -> None:
    texts = ["a,b\n" + "1,100\n" * 20, "b,a\n" + "200,2\n" * 60]
    df = lf.read_csv(folder(*texts), blocksize=blocksize)
    assert [int(total) for total in lf.compute(df.a.sum(), df.b.sum())] == [20 + 120, 2000 + 12_000]
    assert_same(df.compute(), one_pandas(*texts))


# 4. Records that look like the header


@pytest.mark.parametrize("blocksize", BLOCKSIZES)
def test_04_a_record_that_begins_like_the_header_is_a_record(blocksize: int | None, folder: Callable[..., str]) -> None:
    text = "n\n" + "".join(f"n{number:03}\n" for number in range(200)) + "n\n"
    df = lf.read_csv(folder(text), blocksize=blocksize)
    assert len(df) == 201
    assert_same(df.compute(), pd.read_csv(io.StringIO(text)))


# 5. Quotes

QUOTED = 'a,b,c\n1,"x\ny","p,q"\n2,"say ""hi""","\n\n1,2,3\n"\r\n3,"",""""\n4,"a\r\nb,\n",z\n5,last,"no newline"'


def test_05_quotes_at_every_block_size(folder: Callable[..., str]) -> None:
    pattern, expected = folder(QUOTED), pd.read_csv(io.StringIO(QUOTED, newline=""))
    for blocksize in range(1, len(QUOTED) + 1):
        assert_same(lf.read_csv(pattern, blocksize=blocksize).compute(scheduler="sync"), expected)


# 6. One long row at the end


@pytest.mark.parametrize("blocksize", [16, 500, None])
def test_06_a_long_row_after_500_good_ones(blocksize: int | None, folder: Callable[..., str]) -> None:
    pattern = folder("a,b\n" + "1,2\n" * 500 + "1,2,3\n")
    with pytest.raises(CSVError, match=r'f1\.csv:502 \(record 501\): 3 fields, expected 2: "1,2,3".*on_bad_lines="skip"'):
        lf.read_csv(pattern, blocksize=blocksize).a.sum().compute()
    df = lf.read_csv(pattern, blocksize=blocksize, on_bad_lines="collect")
    assert len(df) == 500
    assert df.bad_lines.compute()[["line", "text"]].values.tolist() == [[502, "1,2,3"]]


# 7. Files that differ


def test_07_folders_that_drift(folder: Callable[..., str]) -> None:
    texts = ["a,b\n1,x\n2,y\n", "b,a\nz,3\n", "a,b,c\n4,w,4.5\n", "a,b\n", "", "b\nv\n"]
    for blocksize in BLOCKSIZES:
        with pytest.warns(SchemaDriftWarning) as notices:
            df = lf.read_csv(folder(*texts), blocksize=blocksize)
        assert len([notice for notice in notices if notice.category is SchemaDriftWarning]) == 1
        assert_same(df.compute(), one_pandas(*texts))


@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.SchemaDriftWarning")
def test_07_with_the_path_as_a_column(folder: Callable[..., str]) -> None:
    got = lf.read_csv(folder("a,b\n1,x\n2,y\n", "b,a\nz,3\n", "a,b\n", ""), include_path_column=True).compute()
    assert [os.path.basename(path) for path in got["path"]] == ["f1.csv", "f1.csv", "f2.csv"]
    assert got["path"].dtype == "category"


# 8. Missing text


def test_08_missing_is_not_equal_to_anything(folder: Callable[..., str]) -> None:
    text = 's,i,f,b,d\na,1,1.5,True,2024-01-02\n,2,,,\n"",3,nan,False,2024-01-04\n'
    expected = pd.read_csv(io.StringIO(text), parse_dates=["d"])
    for blocksize in BLOCKSIZES:
        df = lf.read_csv(folder(text), parse_dates=["d"], blocksize=blocksize)
        assert_same(df[df.s != "a"].compute(), expected[expected.s != "a"])
        assert len(df[df.s != "a"]) == 2
        assert_same(df.compute(), expected)
        assert df.dtypes.astype(str).tolist() == expected.dtypes.astype(str).tolist()


# 9. Exact order statistics


def test_09_quantile_median_and_describe_are_exact(folder: Callable[..., str]) -> None:
    text = "v\n" + "".join(f"{number}\n" for number in range(1000, 1200))
    expected = pd.read_csv(io.StringIO(text))
    df = lf.read_csv(folder(text), blocksize=250)
    assert df.npartitions >= 4
    assert df.v.quantile(0.5).compute() == expected.v.quantile(0.5) == 1099.5
    assert df.v.median().compute() == expected.v.median()
    assert_same(df.v.describe().compute(), expected.v.describe())


# 10. Several results of one scan


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_10_several_results_read_each_block_once(scheduler: str, folder: Callable[..., str], parsed: list[str]) -> None:
    df = lf.read_csv(folder("a,b\n" + "1,2\n3,4\n" * 50), blocksize=100)
    parsed.clear()
    a, b, rest = lf.compute(df.a.sum(), df.groupby("a").b.max(), {"x": df[df.b > 2].a.count()}, scheduler=scheduler)
    assert (int(a), b.to_dict(), {name: int(count) for name, count in rest.items()}) == (200, {1: 2, 3: 4}, {"x": 50})
    assert sorted(parsed) == sorted({partition.label for partition in df._plan.source.partitions})


# 11. The head of a filtered frame


def test_11_head_goes_on_to_the_last_block(folder: Callable[..., str]) -> None:
    text = "a,b\n" + "1,x\n" * 300 + "2,y\n3,z\n4,w\n"
    df = lf.read_csv(folder(text), blocksize=100)
    expected = pd.read_csv(io.StringIO(text))
    got = df[df.a > 1].head(2)
    assert_same(got if isinstance(got, pd.DataFrame) else got.compute(), expected[expected.a > 1].head(2))


# 12. Building reads nothing


def test_12_building_reads_nothing(folder: Callable[..., str], parsed: list[str]) -> None:
    df = lf.read_csv(folder("a,b\n" + "1,2\n" * 100), blocksize=50)
    parsed.clear()
    assert df.npartitions > 4
    positive = df[df.a > 0]
    built = positive.assign(c=positive.b * 2).groupby("a").c.mean()
    assert repr(built)
    built.explain()
    assert parsed == []


def test_12_nor_does_sort_values(folder: Callable[..., str], parsed: list[str]) -> None:
    df = lf.read_csv(folder("a,b\n" + "2,2\n1,3\n" * 50), blocksize=50)
    parsed.clear()
    assert list(df.sort_values("a").columns) == ["a", "b"]
    assert parsed == []


def test_12_nor_does_set_index(folder: Callable[..., str], parsed: list[str]) -> None:
    df = lf.read_csv(folder("a,b\n" + "2,2\n1,3\n" * 50), blocksize=50)
    parsed.clear()
    df.set_index("b")
    assert parsed == []


# 13. Ctrl-C


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_13_an_interrupt_inside_a_long_block(scheduler: str, folder: Callable[..., str]) -> None:
    pattern = folder("a,b\n" + "1,2\n" * 100 + "1,2,3\n" * 600)
    stop = threading.Event()
    seen: list[Any] = []

    def slowly(line: Any) -> Any:
        seen.append(line)
        if len(seen) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return [] if stop.wait(0.1) else None

    df = lf.read_csv(pattern, sample=100, on_bad_lines=slowly)  # one block, a minute long
    try:
        with pytest.raises(KeyboardInterrupt):
            df.a.sum().compute(scheduler=scheduler)
        assert 5 <= len(seen) < 600
    finally:
        stop.set()  # lets go of a thread that still sleeps
    assert lf.read_csv(pattern, on_bad_lines="skip").a.sum().compute(scheduler=scheduler) == 100


# 14. Another encoding


@pytest.mark.parametrize("blocksize", BLOCKSIZES)
def test_14_a_latin_1_byte_on_line_2(blocksize: int | None, folder: Callable[..., str]) -> None:
    pattern = folder("name,n\nJosé,1\nAnn,2\n".encode("latin-1"))
    with pytest.raises(CSVError, match=r'f1\.csv:2 .*byte 0xe9.*encoding="latin-1"'):
        lf.read_csv(pattern, blocksize=blocksize).name.count().compute(scheduler="sync")


# 15. The same from everywhere


class Counting(Watcher):
    """How many tasks ended."""

    def __init__(self) -> None:
        self.ended = 0

    def task_finished(self, end: Any) -> None:
        self.ended += 1


def everything(pattern: str, scheduler: Any) -> tuple[list[Any], list[tuple[type, str]], list[int]]:
    """The results of some queries, the notices they gave, and how many tasks were told of."""
    watchers: list[Counting] = []

    def listen(start: Any) -> Counting:
        watchers.append(Counting())
        return watchers[-1]

    listeners.append(listen)
    try:
        with warnings.catch_warnings(record=True) as notices:
            warnings.simplefilter("always")
            df = lf.read_csv(pattern, sample=100, blocksize=2000, on_bad_lines="warn")
            results = [
                df.compute(scheduler=scheduler),
                df.groupby("k").v.count().compute(scheduler=scheduler),
                df[df.k == "y"].compute(scheduler=scheduler),
            ]
    finally:
        listeners.remove(listen)
    ours = (DtypePromotionWarning, pd.errors.ParserWarning)
    told = [(notice.category, str(notice.message)) for notice in notices if issubclass(notice.category, ours)]
    return results, told, [watcher.ended for watcher in watchers][-3:]


def check_everything(folder: Callable[..., str], scheduler: Any) -> None:
    text = "k,v\n" + "x,7\n" * 800 + "y,2.5\n" + "x,1,2,3\n" + 'z,"1\n"\n' * 300
    pattern = folder(text)
    expected = pd.read_csv(io.StringIO(text), low_memory=False, on_bad_lines="skip")
    results, told, ended = everything(pattern, scheduler)
    assert_same(results[0], expected)
    assert_same(results[1], expected.groupby("k").v.count())
    assert_same(results[2], expected[expected.k == "y"])
    _, told_here, ended_here = everything(pattern, "sync")
    assert told == told_here
    assert ended == ended_here
    assert min(ended) > 0
    assert sum(category is pd.errors.ParserWarning for category, _ in told) == 3
    assert any("f1.csv:803 (4 fields, expected 2)" in message for _, message in told)


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_15_the_same_results_notices_and_progress(scheduler: str, folder: Callable[..., str]) -> None:
    check_everything(folder, scheduler)


@pytest.mark.thorough
def test_15_also_from_a_client(folder: Callable[..., str]) -> None:
    pytest.importorskip("distributed")
    from lazyframe.distributed import Client

    with Client(n_workers=1, threads_per_worker=2, dashboard_address=":0") as client:
        check_everything(folder, client)


# The law for folders

FOLDERS: dict[str, list[str]] = {
    "ints, then text": ["a,b\n1,x\n2,y\n", "a,b\nz,w\n"],
    "text of the file's own": ["a,b\n007,1\n1.50,2\n", "a,b\n-2.15e+09,3\nx,4\n"],
    "ints, then missing": ["a,b\n1,2\n", "a,b\n,\n"],
    "only missing in one": ["a,b\n,\n,\n", "a,b\nx,1\n"],
    "booleans, then missing": ["a\nTrue\n", "a\nFalse\nNA\n"],
    "booleans, then ints": ["a,b\nTrue,1\n", "a,b\n1,2\n"],
    "unsigned": ["a,b\n1,1\n", "a,b\n18446744073709551615,2\n"],
    "header only between": ["a,b\n1,2\n", "a,b\n", "a,b\n3,4\n"],
    "empty first": ["", "a,b\n1,2\n", ""],
    "other order": ["a,b,c\n1,2,3\n", "c,b,a\n6,5,4\n", "b,c,a\n8,9,7\n"],
    "other columns": ["a,b\n1,2\n", "b,c\n3,x\n"],
    "quoted newlines": ['a,b\n1,"x\ny"\n', 'a,b\n2,"\n"\n3,"1,2\n3,4"\n'],
    "no newline between": ["a,b\n1,2", "a,b\n3,4"],
    "more than nine files": [f"a,b\n{number},x{number}\n" for number in range(12)],
}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.SchemaDriftWarning")
@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning")
def test_a_folder_is_its_records_in_one_file(name: str, folder: Callable[..., str]) -> None:
    texts = FOLDERS[name]
    expected = one_pandas(*texts)
    for blocksize in BLOCKSIZES:
        for scheduler in ("sync", "threads"):
            df = lf.read_csv(folder(*texts), blocksize=blocksize)
            assert_same(df.compute(scheduler=scheduler), expected)
            assert len(df) == len(expected)
            assert np.array_equal(df.compute(scheduler=scheduler).index, expected.index)
