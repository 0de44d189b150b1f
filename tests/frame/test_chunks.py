"""An iterator of pandas frames, beside the one of pandas."""

from __future__ import annotations

import io
import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lazyframe as lf

TEXT = "a,b\n" + "".join(f"{number},x{number % 3}\n" for number in range(20))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("chunksize", [1, 7, 10, 20, 50])
@pytest.mark.parametrize("blocksize", [5, 33, None])
def test_chunks_are_those_of_pandas(path, chunksize, blocksize):
    with (
        lf.read_csv(path, chunksize=chunksize, blocksize=blocksize) as chunks,
        pd.read_csv(path, chunksize=chunksize) as expected,
    ):
        for got, wanted in zip(chunks, expected, strict=True):
            pd.testing.assert_frame_equal(got, wanted)


def test_as_many_rows_as_are_asked_for(path):
    for arguments in ({"iterator": True}, {"iterator": True, "chunksize": 8}):
        with lf.read_csv(path, blocksize=50, **arguments) as chunks, pd.read_csv(path, **arguments) as expected:
            for size in (3, 5, None):
                pd.testing.assert_frame_equal(chunks.get_chunk(size), expected.get_chunk(size))
    with lf.read_csv(path, iterator=True) as chunks:
        assert len(next(chunks)) == 20
        with pytest.raises(StopIteration):
            chunks.get_chunk()


def test_all_that_is_left_can_be_read(path):
    for arguments in ({"iterator": True}, {"chunksize": 8}):
        with lf.read_csv(path, blocksize=50, **arguments) as chunks, pd.read_csv(path, **arguments) as expected:
            for nrows in (3, None):
                pd.testing.assert_frame_equal(chunks.read(nrows), expected.read(nrows))
            with pytest.raises(StopIteration):
                chunks.read()


def test_an_input_of_no_rows_has_one_empty_chunk(path):
    path.write_text("a,b\n")
    (got,) = lf.read_csv(path, chunksize=5)
    (expected,) = pd.read_csv(path, chunksize=5)
    pd.testing.assert_frame_equal(got, expected)


FIELDS = (
    *("1", "0", "-7", "1.0", "2.5", "1e3", "", "NA", "x", "N1", "True", "FALSE", "inf", "1_000", " 3 ", "-0"),
    *(
        "18446744073709551616",
        "9223372036854775808",
        "-9223372036854775809",
        "2013-01-02",
        "2013-01-02 03:04:05.123456789",
        "13/01/2013",
    ),
)


@given(
    fields=st.lists(st.tuples(*[st.sampled_from(FIELDS)] * 2), min_size=1, max_size=14),
    of_one=st.integers(0, 2),
    chunksize=st.integers(1, 6),
    arguments=st.sampled_from(
        [
            *({}, {}, {"index_col": 0}, {"index_col": ["a", "b"]}, {"dtype": {"a": "category"}}, {"dtype": "category"}),
            *({"parse_dates": ["a"]}, {"index_col": "b", "parse_dates": True}, {"dtype_backend": "pyarrow"}, {"nrows": 5}),
            *({"dtype_backend": "numpy_nullable"}, {"na_values": ["1"]}, {"keep_default_na": False}, {"usecols": ["b"]}),
            *({"dtype": {"a": str}}, {"skiprows": [1]}, {"true_values": ["x"], "false_values": ["1"]}, {"na_filter": False}),
        ]
    ),
)
def test_each_chunk_is_what_pandas_reads_of_these_rows(fields, of_one, chunksize, arguments):
    # Runs of equal rows, so that chunks are of one kind of text each, and not of the same.
    rows = [row for row in fields for _ in range(1 + of_one)]
    text = "a,b\n" + "".join(f"{a},{b}\n" for a, b in rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = outcome(lambda: list(pd.read_csv(io.StringIO(text), chunksize=chunksize, **arguments)))
        got = outcome(lambda: list(lf.read_csv(io.StringIO(text), chunksize=chunksize, **arguments)))
    if not isinstance(expected, list):
        assert not isinstance(got, list)
        return
    if isinstance(got, TypeError) and "rounds the whole numbers of such an index" in str(got):
        return  # refused, as by every query
    assert isinstance(got, list), got
    for one, other in zip(got, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


def outcome(call):
    try:
        return call()
    except (ValueError, TypeError, OverflowError, pd.errors.ParserError) as error:
        return error


def test_nothing_is_read_before_the_first_chunk_nor_after_the_end(path):
    chunks = lf.read_csv(path, chunksize=5)
    assert repr(chunks).endswith("; 5 rows at a time>")
    next(chunks)
    chunks.close()
    with pytest.raises(ValueError, match="closed"):
        next(chunks)


def test_there_are_no_chunks_after_one_that_failed(path):
    path.write_text("a,b\n" + "1,2\n" * 100 + "1,2,3\n")
    for reader in (lf.read_csv(path, chunksize=5, blocksize=50), pd.read_csv(path, chunksize=5)):
        with pytest.raises(pd.errors.ParserError):
            list(reader)
        with pytest.raises(ValueError, match="closed"):
            next(reader)


def test_a_reader_that_came_to_its_end_stays_there(path):
    chunks = lf.read_csv(path, chunksize=15)
    assert list(map(len, chunks)) == [15, 5]
    assert list(chunks) == []


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "5"])
def test_sizes_are_numbers_of_rows(path, size):
    with pytest.raises(ValueError, match="pass how many rows a chunk has"):
        lf.read_csv(path, chunksize=size)


def test_bad_lines_cannot_be_collected(path):
    with pytest.raises(ValueError, match="chunks are frames of pandas, which have no bad_lines"):
        lf.read_csv(path, chunksize=5, on_bad_lines="collect")


def test_chunks_are_taken_for_the_reader_of_pandas(path):
    assert isinstance(lf.read_csv(path, iterator=True), pd.io.parsers.TextFileReader)
