"""``df.bad_lines``: a frame like any other, its lines those of the file at every block size."""

from __future__ import annotations

import gzip
import lzma
import pickle
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource

Write = Callable[..., str]

TEXT = (
    'a,b\r\n1,"x\r\ny"\r\n\r\n1,2,3\r\n'
    + '4,"5\n"\r\n6,7,"8\r\n9"\n' * 30
    + "1,2\r10,11,12,13\r\n"
    + '14,"never closed\r\n15,16\r\n'
)


def expected() -> pd.DataFrame:
    rows = [(5, "1,2,3", "3 fields, expected 2")]
    rows += [(8 + 4 * n, '6,7,"8\r\n9"', "3 fields, expected 2") for n in range(30)]
    rows += [
        (127, "10,11,12,13", "4 fields, expected 2"),
        (128, '14,"never closed\r\n15,16', "a quote is opened and never closed"),
    ]
    return pd.DataFrame(rows, columns=["line", "text", "reason"])


@pytest.mark.parametrize(("scheduler", "blocksize"), [("sync", 1), ("threads", 5), ("sync", 16), ("threads", 64), ("sync", None)])
def test_lines_of_the_file_at_every_block_size(blocksize: int | None, scheduler: str, engine: str, write: Write) -> None:
    path = write(TEXT)
    df = lf.read_csv(path, on_bad_lines="collect", blocksize=blocksize)
    found = df.bad_lines.compute(scheduler=scheduler)
    pd.testing.assert_frame_equal(found[["line", "text", "reason"]], expected())
    assert set(found.file) == {path}
    assert len(df) == len(df.compute(scheduler=scheduler)) == 32


def test_usual_operations(write: Write) -> None:
    df = lf.read_csv(write(TEXT), on_bad_lines="collect", blocksize=20)
    want = expected()
    bad = df.bad_lines
    pd.testing.assert_frame_equal(bad[bad.line > 100].compute()[["line", "reason"]], want[want.line > 100][["line", "reason"]])
    pd.testing.assert_series_equal(bad.groupby("reason").line.max().compute(), want.groupby("reason").line.max())
    assert bad.line.head(2).compute().tolist() == [5, 8]
    assert len(bad) == len(want)
    assert df[df.a == "4"].bad_lines.line.max().compute() == 128
    assert "(bad lines of " in repr(bad)
    assert "3 fields, expected 2" in repr(bad)


def test_the_same_from_processes(write: Write) -> None:
    df = lf.read_csv(write(TEXT), on_bad_lines="collect", blocksize=64)
    got = df.bad_lines.compute(scheduler="processes")
    pd.testing.assert_frame_equal(got[["line", "text", "reason"]], expected())


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.xz"])
def test_lines_of_the_text_in_a_compressed_file(name: str, write: Write) -> None:
    data = gzip.compress(TEXT.encode()) if name.endswith("gz") else lzma.compress(TEXT.encode())
    df = lf.read_csv(write(data, name), on_bad_lines="collect", blocksize=64)
    pd.testing.assert_frame_equal(df.bad_lines.compute()[["line", "text", "reason"]], expected())
    assert len(df) == 32
    with pytest.raises(CSVError, match=rf'{name}:5 \(record 2\): 3 fields, expected 2: "1,2,3"'):
        lf.read_csv(write(data, name)).compute()


def test_bytes_that_are_no_text_are_shown(write: Write) -> None:
    df = lf.read_csv(write(b"a,b\n1,2\n1,\xff,3\n"), on_bad_lines="collect")
    assert df.bad_lines.text.compute().tolist() == [r"1,\xff,3"]


def test_the_first_records_only(write: Write) -> None:
    df = lf.read_csv(write("a,b\n1,2\n1,2,3\n3,4\n5,6,7\n"), on_bad_lines="collect", nrows=2)
    assert df.bad_lines.line.compute().tolist() == [3]


def test_nothing_was_rejected(write: Write) -> None:
    bad = lf.read_csv(write("a,b\n1,2\n"), on_bad_lines="collect").bad_lines
    assert bad.compute().to_dict("list") == {"file": [], "line": [], "text": [], "reason": []}
    assert bad.dtypes.astype(str).tolist() == ["str", "int64", "str", "str"]


def test_it_has_to_be_asked_for(write: Write) -> None:
    df = lf.read_csv(write("a,b\n1,2\n"), on_bad_lines="skip")
    with pytest.raises(ValueError, match='on_bad_lines="collect"'):
        _ = df.bad_lines


def test_nothing_is_read_until_asked(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    df = lf.read_csv(write(TEXT), on_bad_lines="collect")

    def forbidden(*_: Any) -> None:
        raise AssertionError("read")

    monkeypatch.setattr("lazyframe.csv.scan.rejected.OpenFile", forbidden)
    bad = df.bad_lines
    assert list(bad[bad.line > 3].columns) == ["file", "line", "text", "reason"]


def test_a_source_that_travels(write: Write) -> None:
    source = CSVSource.open(write(TEXT), on_bad_lines="collect").bad_lines
    again = pickle.loads(pickle.dumps(source))
    assert again.token == source.token != source.source.token
    assert again.latest().token == source.token
