"""Some records at a time: each chunk is a source that begins where the one before has ended."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv import CSVSource
from lazyframe.csv.source.chunked import ChunkReader
from lazyframe.csv.text.storage import HeldText

ROWS = [f"{n},{n / 4},{'x' * (n % 5)},{n}" for n in range(500)]
ROWS[250] = '250,7,"quoted, with a\nbreak",x'


def reader(path: Any, **arguments: Any) -> ChunkReader:
    return ChunkReader(CSVSource.unread(path, **arguments))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("i,f,t,m\n" + "\n".join(ROWS) + "\n")
    return path


def kinds(chunks: ChunkReader, count: int) -> tuple[int, list[str]]:
    chunk = chunks.read(count)
    return chunk.reader.records, [column.dtype.name for column in chunk.source.columns]


def test_a_chunk_knows_what_its_records_hold(path: Path) -> None:
    chunks = reader(path)
    assert kinds(chunks, 1) == (1, ["int64", "float64", "float64", "int64"]), "0.0, and a missing text"
    assert kinds(chunks, 249) == (249, ["int64", "float64", "str", "int64"])
    assert kinds(chunks, 1) == (1, ["int64", "int64", "str", "str"])
    assert kinds(chunks, 1000) == (249, ["int64", "float64", "str", "int64"])
    assert chunks.is_at_end


def test_what_is_left_is_a_source(path: Path) -> None:
    chunks = reader(path, blocksize=1000)
    chunks.read(251)
    rest = chunks.rest()
    assert chunks.is_at_end
    assert len(rest.partitions) > 3
    assert [column.dtype.name for column in rest.columns] == ["int64", "float64", "str", "int64"]


@pytest.mark.parametrize("chunksize", [1, 7, 100, 333, 1000])
def test_chunks_go_on_in_the_next_file(tmp_path: Path, chunksize: int) -> None:
    for number in range(4):
        (tmp_path / f"{number}.csv").write_text("i,t\n" + "".join(f"{n},{'xy'[n % 2] * number}\n" for n in range(number * 97)))
    (tmp_path / "all.txt").write_text("i,t\n" + "".join(f"{n},{'xy'[n % 2] * k}\n" for k in range(4) for n in range(k * 97)))
    with pd.read_csv(tmp_path / "all.txt", chunksize=chunksize) as expected:
        for got, wanted in zip(lf.read_csv(tmp_path / "*.csv", chunksize=chunksize), expected, strict=True):
            pd.testing.assert_frame_equal(got, wanted)


def test_the_path_of_each_record_is_known(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text("i\n1\n2\n3\n")
    chunks = list(lf.read_csv(tmp_path / "*.csv", chunksize=4, include_path_column=True))
    assert [[name[-5] for name in chunk.path] for chunk in chunks] == [list("0001"), list("1122"), list("2")]
    assert len({tuple(chunk.path.cat.categories) for chunk in chunks}) == 1


@pytest.mark.parametrize("chunksize", [3, 120])
def test_a_compressed_file_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunksize: int) -> None:
    text = "i,f,t,m\n" + "\n".join(ROWS) + "\n"
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    made: list[HeldText] = []

    def noted(text: Any) -> HeldText:
        made.append(HeldText(text))
        return made[-1]

    monkeypatch.setattr("lazyframe.csv.source.chunked.HeldText", noted)
    with pd.read_csv(path, chunksize=chunksize) as expected:
        for got, wanted in zip(lf.read_csv(path, chunksize=chunksize), expected, strict=True):
            pd.testing.assert_frame_equal(got, wanted)
    assert len(made) == 1


@pytest.mark.parametrize(
    "arguments", [{"sep": ";;", "engine": "python"}, {"encoding": "utf-16"}, {"comment": "#"}, {"quotechar": "'"}]
)
def test_text_that_is_rewritten_goes_on_too(tmp_path: Path, arguments: dict[str, Any]) -> None:
    separator = arguments.get("sep", ",")
    text = separator.join("ab") + "\n" + "".join(f"{n}{separator}{n % 7 / 2}\n" for n in range(300))
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(arguments.get("encoding", "utf-8")))
    with pd.read_csv(path, chunksize=50, **arguments) as expected:
        for got, wanted in zip(lf.read_csv(path, chunksize=50, **arguments), expected, strict=True):
            pd.testing.assert_frame_equal(got, wanted)


def test_an_error_says_the_line_and_the_record_of_the_file(path: Path) -> None:
    path.write_text("i,f\n" + "1,2\n" * 100 + "1,2,3\n")
    with pytest.raises(lf.CSVError, match=r"a.csv:102 \(record 101\): 3 fields, expected 2"):
        list(lf.read_csv(path, chunksize=7))
    path.write_text("i,f\n" + "1,2\n" * 100 + "x,2\n")
    with pytest.raises(ValueError, match=r"a.csv:102 \(record 101\)"):
        list(lf.read_csv(path, chunksize=7, dtype={"i": int}))


@pytest.mark.parametrize("chunksize", [1, 2, 5, 50])
def test_bad_lines_are_left_out_of_chunks(path: Path, chunksize: int) -> None:
    path.write_text("i,f\n" + "1,2\n3,4,5\n" * 3 + "6,7\n" * 4 + "8,9,10\n")
    with pd.read_csv(path, chunksize=chunksize, on_bad_lines="skip") as expected:
        for got, wanted in zip(lf.read_csv(path, chunksize=chunksize, on_bad_lines="skip"), expected, strict=True):
            pd.testing.assert_frame_equal(got, wanted)
    with pytest.warns(pd.errors.ParserWarning, match="bad line"):
        list(lf.read_csv(path, chunksize=chunksize, on_bad_lines="warn"))


@pytest.mark.filterwarnings("ignore::UserWarning")  # of pandas, that the day comes first
def test_dates_and_categories_are_those_of_the_chunk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("d,c\n01/02/2013,b\n03/02/2013,a\n13/02/2013,c\n14/02/2013,c\nx,1\ny,2\n")
    arguments: dict[str, Any] = {"chunksize": 2, "parse_dates": ["d"], "dtype": {"c": "category"}}
    with pd.read_csv(path, **arguments) as expected:
        for got, wanted in zip(lf.read_csv(path, **arguments), list(expected), strict=True):
            pd.testing.assert_frame_equal(got, wanted)
