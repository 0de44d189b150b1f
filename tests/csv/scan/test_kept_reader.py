"""A partition of kept columns: what is not kept of it is parsed, from where that begins, and joined to the rest."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from kept_files import HEADER, PLAIN, ROWS, never_parsed, seen, write

import lazyframe as lf
from lazyframe.csv.scan import kept, kept_reader


def test_pieces_of_a_column_are_joined() -> None:
    coded = [pa.array(texts).dictionary_encode() for texts in (["a", None, "b"], ["c", "a"])]
    found = kept_reader._joined(coded)
    assert found.to_pylist() == ["a", None, "b", "c", "a"]
    assert sorted(found.dictionary.to_pylist()) == ["a", "b", "c"]
    assert found.type.index_type == pa.uint8(), "in as few bytes as hold them"
    assert kept_reader._joined([pa.array([1]), pa.array([2])]).to_pylist() == [1, 2]
    assert kept_reader._joined([coded[0], pa.array(["x"])]).to_pylist() == ["a", None, "b", "x"]
    assert kept_reader._joined([pa.array([1]), pa.array([1.5])]) is None, "they have no type in common"


@pytest.mark.parametrize(
    ("count", "type_"), [(1, pa.uint8()), (256, pa.uint8()), (257, pa.uint16()), (2**16, pa.uint16()), (2**16 + 1, pa.int32())]
)
def test_codes_take_as_few_bytes_as_hold_them(count: int, type_: pa.DataType) -> None:
    found = kept_reader._narrow(pa.array([count - 1, None, 0], pa.int32()), count)
    assert found.type == type_
    assert found.to_pylist() == [count - 1, None, 0]


def test_rows_of_a_kept_column_are_as_engines_give_them() -> None:
    array = kept_reader._joined([pa.array(["a", "b", None, "a"]).dictionary_encode()])
    piece = kept_reader._piece(array, 1, 3)
    assert piece.type == pa.dictionary(pa.int32(), pa.string())
    assert piece.to_pylist() == ["b", None, "a"]
    assert kept_reader._piece(pa.array([1, 2, 3]), 1, 1).to_pylist() == [2]


@pytest.mark.parametrize("blocksize", [300, 10**6])
@pytest.mark.parametrize("first", [["i"], ["s", "d"], ["i", "f", "s", "b", "d"]])
def test_what_is_kept_of_some_columns_is_joined_to_what_is_parsed(
    folder: str, flights: str, first: list[str], blocksize: int
) -> None:
    plain = lf.read_csv(flights, blocksize=blocksize, parse_dates=["d"], include_path_column=True)
    with lf.config.set(cache=False):
        expected = plain.compute()
    plain[first].compute()
    pd.testing.assert_frame_equal(plain.compute(), expected)
    pd.testing.assert_frame_equal(plain[plain.f > 1].compute(), expected[expected.f > 1])


def test_larger_blocks_take_what_smaller_ones_kept(folder: str, flights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = lf.read_csv(flights, blocksize=200).compute()
    large = lf.read_csv(flights.replace("*", "2"), blocksize=10**6)
    never_parsed(monkeypatch)
    pd.testing.assert_frame_equal(large.compute(), expected.iloc[-len(PLAIN) * 81 :].reset_index(drop=True))


def test_only_what_is_not_kept_is_parsed(folder: str, flights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    df = lf.read_csv(flights, blocksize=300)
    df[["f", "s"]].compute()
    wanted: list[tuple[str, ...]] = []
    made = kept_reader.ReadingPlan

    def plan(spec: Any, file: Any, columns: Any, asked: Any) -> Any:
        wanted.append(tuple(column.label for column in columns))
        return made(spec, file, columns, asked)

    monkeypatch.setattr(kept_reader, "ReadingPlan", plan)
    found = df[["i", "s"]].compute()
    assert set(wanted) == {("i",)}
    pd.testing.assert_frame_equal(found, df.compute()[["i", "s"]])


def test_a_file_that_grew_is_parsed_from_where_it_grew(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "log.csv", HEADER + "".join(ROWS) * 30)
    lf.read_csv(path).compute()
    with open(write(tmp_path / "log.csv", HEADER + "".join(ROWS) * 30), "a", encoding="utf-8") as file:
        file.write(ROWS[0])
    lf.read_csv(path).compute()  # it was written anew: all of it is parsed
    time.sleep(0.006)
    with open(path, "a", encoding="utf-8") as file:
        file.write(ROWS[1] * 3)
    starts: list[int] = []
    between = kept_reader.ColumnRange.between

    def noted(self: Any, start: int, stop: int) -> Any:
        starts.append(start)
        return between(self, start, stop)

    monkeypatch.setattr(kept_reader.ColumnRange, "between", noted)
    found = lf.read_csv(path).compute()
    assert starts == [len((HEADER + "".join(ROWS) * 30 + ROWS[0]).encode())]
    pd.testing.assert_frame_equal(found, pd.read_csv(path))


@pytest.mark.parametrize("tail", [ROWS[0][:-1], '6,1,"a\n'])
def test_a_record_that_may_go_on_is_not_taken_for_whole(folder: str, tmp_path: Path, tail: str) -> None:
    path = write(tmp_path / "log.csv", HEADER + "".join(ROWS) + tail)
    seen(lambda: lf.read_csv(path).compute())
    time.sleep(0.006)
    with open(path, "a", encoding="utf-8") as file:
        file.write('7",True,2020-01-01\n' if '"' in tail else "7\n")
    pd.testing.assert_frame_equal(lf.read_csv(path).compute(), pd.read_csv(path))


def test_a_quote_that_was_not_closed_yet_may_be_closed_later(folder: str, tmp_path: Path) -> None:
    """With on_bad_lines="collect" it is a bad line, and no error."""
    path = write(tmp_path / "log.csv", HEADER + "".join(ROWS) + '6,1,"a\n')
    assert len(lf.read_csv(path, on_bad_lines="collect").compute()) == len(ROWS)
    time.sleep(0.006)
    with open(path, "a", encoding="utf-8") as file:
        file.write('7",True,2020-01-01\n')
    pd.testing.assert_frame_equal(lf.read_csv(path, on_bad_lines="collect").compute(), pd.read_csv(path))


def test_chunks_in_which_no_row_can_pass_are_passed_over(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_reader, "ROWS", 10)
    monkeypatch.setattr("lazyframe.csv.scan.bounds.ROWS", 10)
    monkeypatch.setattr(kept_reader, "_BATCH", 10)
    path = write(tmp_path / "a.csv", "x,s\n" + "".join(f"{number},{number // 10}a\n" for number in range(100)))
    df = lf.read_csv(path)
    expected = df.compute()
    looked: list[int] = []
    batch = kept_reader.KeptReader._batch
    monkeypatch.setattr(
        kept_reader.KeptReader, "_batch", lambda self, chunk, _: looked.append(chunk.records) or batch(self, chunk, None)
    )
    for mask, rows in ((lambda f: f.x >= 95, 10), (lambda f: (f.x < 5) | (f.x == 33), 20), (lambda f: f.s == "7a", 10)):
        looked.clear()
        pd.testing.assert_frame_equal(df[mask(df)].compute(), expected[mask(expected)])
        assert sum(looked) == rows


def test_long_texts_are_kept_in_several_runs(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_reader, "_RUN", 200)
    monkeypatch.setattr("lazyframe.csv.text.files.CHUNK", 300)
    monkeypatch.setattr("lazyframe.csv.scan.ranges.CHUNK", 300)
    monkeypatch.setattr("lazyframe.csv.engines._native._CELLS", 1)
    path = write(tmp_path / "a.csv", HEADER + "".join(ROWS) * 50)
    expected = pd.read_csv(path)
    df = lf.read_csv(path)
    df[["i", "b"]].compute()
    assert lf.cache.info().files > 10
    pd.testing.assert_frame_equal(df.compute(), expected)
    never_parsed(monkeypatch)
    pd.testing.assert_frame_equal(df.compute(), expected)


def test_what_does_not_fit_the_text_is_forgotten(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changed, though nothing of it tells so, as a file system may lie."""
    path = write(tmp_path / "a.csv", HEADER + "".join(ROWS) * 4)
    lf.read_csv(path).i.compute()
    write(path, HEADER + "".join(ROWS) * 4 + ROWS[0])
    monkeypatch.setattr(kept.Kept, "_now", lambda self, told: True)
    told = len(ROWS) * 4 + 1
    assert len(lf.read_csv(path)[["i", "s"]].compute()) == told
