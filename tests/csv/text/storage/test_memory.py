"""Text and bytes in memory, and files that are open, beside pandas on the same object."""

from __future__ import annotations

import gzip
import io
import pickle
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVSource, EmptyDataError

Write = Callable[..., str]

TEXT = "a,b\n1,x\n2,é\n3,\n"


class Reads:
    """Nothing but what pandas asks of a buffer, without a place that it stands at."""

    def __init__(self, content: Any) -> None:
        self.content = content

    def read(self, size: int = -1) -> Any:
        found, self.content = self.content, self.content[:0]
        return found

    def __iter__(self) -> Any:
        return iter([self.read()])


def moved(handle: Any, count: int) -> Any:
    handle.read(count)
    return handle


def line_read(handle: Any) -> Any:
    handle.readline()
    return handle


SOURCES: dict[str, Callable[[str], Any]] = {
    "text": lambda _: io.StringIO(TEXT),
    "bytes": lambda _: io.BytesIO(TEXT.encode()),
    "text with a mark": lambda _: io.StringIO("\ufeff" + TEXT),
    "further on": lambda _: line_read(io.StringIO("about this file\n" + TEXT)),
    "bytes further on": lambda _: moved(io.BytesIO(b"###" + TEXT.encode()), 3),
    "a text file": lambda path: open(path, encoding="utf-8"),  # noqa: SIM115
    "a binary file": lambda path: open(path, "rb"),  # noqa: SIM115
    "a file further on": lambda path: line_read(open(path, encoding="utf-8")),  # noqa: SIM115
    "only read": lambda _: Reads(TEXT),
    "only read, bytes": lambda _: Reads(TEXT.encode()),
}


@pytest.mark.parametrize(
    "arguments", [{}, {"header": None}, {"sep": "[,]", "engine": "python"}, {"sep": None, "engine": "python"}], ids=named
)
@pytest.mark.parametrize("made", SOURCES.values(), ids=SOURCES)
def test_what_is_open_is_read_from_where_it_stands(made: Callable[[str], Any], arguments: dict[str, Any], write: Write) -> None:
    if made is SOURCES["text with a mark"] and arguments.get("sep", "") is None:
        pytest.skip("pandas leaves the mark in: tested in test_sniff.py")
    path = write(TEXT)
    plain = isinstance(made(path), Reads) and "engine" in arguments  # pandas wants lines for its Python parser
    want = pd.read_csv(io.StringIO(TEXT) if plain else made(path), **arguments)
    df = lf.read_csv(made(path), blocksize=1, **arguments)
    assert df.npartitions == 1
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), want)
    assert len(df) == len(want)  # and again: it was kept


def test_it_crosses_to_worker_processes_and_back(write: Write) -> None:
    df = lf.read_csv([io.StringIO(TEXT), write(TEXT), io.BytesIO(TEXT.encode())])
    want = pd.concat([pd.read_csv(io.StringIO(TEXT))] * 3, ignore_index=True)
    pd.testing.assert_frame_equal(df.compute(scheduler="processes"), want)
    pd.testing.assert_frame_equal(df.compute(scheduler="threads"), want)


def test_a_token_tells_contents_apart() -> None:
    one, same, other = (CSVSource.open(io.StringIO(text)) for text in (TEXT, TEXT, TEXT.replace("x", "y")))
    assert one.token == same.token != other.token
    assert pickle.loads(pickle.dumps(one)).token == one.token


def test_its_name_is_said_and_not_its_address(write: Write) -> None:
    assert "(<StringIO>: 1 file" in repr(lf.read_csv(io.StringIO(TEXT)))
    assert "(<BytesIO>, ...: 2 files" in repr(lf.read_csv([io.BytesIO(TEXT.encode()), io.StringIO(TEXT)]))
    with pytest.raises(ValueError, match=r"<StringIO>:3 \(record 2\): 3 fields, expected 2"):
        lf.read_csv(io.StringIO("a,b\n1,2\n3,4,5\n")).compute()
    path = write("p\na,b\n1,2\n3,4,5\n")
    with open(path) as handle, pytest.raises(ValueError, match=r"a\.csv:4"):
        lf.read_csv(handle, skiprows=1).compute()
    with open(path) as handle, pytest.raises(ValueError, match=r"a\.csv, read on:3"):
        lf.read_csv(line_read(handle)).compute()


def test_it_is_compressed_and_encoded_as_is_said() -> None:
    packed = gzip.compress(TEXT.encode("latin-1"))
    got = lf.read_csv(io.BytesIO(packed), compression="gzip", encoding="latin-1").compute()
    pd.testing.assert_frame_equal(got, pd.read_csv(io.StringIO(TEXT)))
    with pytest.raises(ValueError, match=r"<BytesIO> is compressed.*Pass compression='gzip'"):
        lf.read_csv(io.BytesIO(packed))
    for arguments in ({"encoding": "latin-1"}, {"encoding": "latin-1", "comment": "#"}):  # text has no encoding
        pd.testing.assert_frame_equal(lf.read_csv(io.StringIO(TEXT), **arguments).compute(), pd.read_csv(io.StringIO(TEXT)))


@pytest.mark.parametrize("encoding_errors", ["replace", "ignore", "strict"])
def test_characters_without_encoding(encoding_errors: str) -> None:
    text = "a\nx\udcef\n"
    try:
        want: Any = pd.read_csv(io.StringIO(text), encoding_errors=encoding_errors)
    except UnicodeError as error:
        with pytest.raises(type(error)):
            lf.read_csv(io.StringIO(text), encoding_errors=encoding_errors)
        return
    got = lf.read_csv(io.StringIO(text), encoding_errors=encoding_errors).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)


def test_mistakes(write: Write) -> None:
    with pytest.raises(EmptyDataError, match="<StringIO> is empty"):
        lf.read_csv(io.StringIO(""))
    with (
        open(write(TEXT), encoding="utf-8") as handle,
        pytest.raises(ValueError, match=r"decoded as utf-8\. Leave encoding= out"),
    ):
        lf.read_csv(handle, encoding="latin-1")
    with pytest.raises(ValueError, match="this file is open already"):
        lf.read_csv(io.StringIO(TEXT), storage_options={"anon": True})
    with pytest.raises(TypeError, match=r"<Reads>\.read\(\) gives list, which is neither text nor bytes"):
        lf.read_csv(Reads([1]))


def test_chunks_and_a_path_column() -> None:
    assert [len(chunk) for chunk in lf.read_csv(io.StringIO(TEXT), chunksize=2)] == [2, 1]
    df = lf.read_csv(io.StringIO(TEXT), include_path_column=True)
    assert df.path.compute().tolist() == ["<StringIO>"] * 3


@pytest.mark.parametrize("errors", ["replace", "ignore", "backslashreplace", "xmlcharrefreplace"])
def test_text_that_cannot_be_encoded(errors: str) -> None:
    got = lf.read_csv(io.StringIO("a\nx\udcef\n"), encoding_errors=errors).compute()
    pd.testing.assert_frame_equal(got, pd.read_csv(io.StringIO("a\nx\udcef\n"), encoding_errors=errors))
