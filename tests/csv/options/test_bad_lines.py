"""Bad lines: every policy against pandas, at every block size, on every engine."""

from __future__ import annotations

import csv
import gzip
import io
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.options import bad_lines
from lazyframe.csv.options.bad_lines import BadLines, Tally, sift
from lazyframe.csv.options.dialect import Dialect

Write = Callable[..., str]

CASES = {
    "one in the middle": "a,b\n1,2\n1,2,3\n3,4\n",
    "the last": "a,b\n1,2\n3,4\n1,2,3",
    "all but the first": "a,b\n1,2\n1,2,3\n4,5,6,7\n,,\n",
    "only separators": "a,b\n1,2\n,,\n  ,,,\n3,4\n",
    "quoted newlines in it": 'a,b\n1,2\n"x\ny",2,3\n1,2,"p\n\nq"\n3,4\n',
    "quoted newlines beside it": 'a,b\n1,"x\ny"\n1,2,3\n3,"1,2,3\n4,5,6\n"\n7,8,9\n',
    "carriage returns": "a,b\r\n1,2\r\n1,2,3\r\n3,4\r\n",
    "lone carriage returns": "a,b\r1,2\r1,2,3\r3,4\r",
    "blank lines around it": "a,b\n\n1,2\n\n1,2,3\n\n3,4\n",
    "short ones too": "a,b,c\n1\n1,2,3,4\n5,6\n7,8,9\n",
    "stray quotes": 'a,b\n5",x\n1,2",3\n"p"q,r\n"s"t,u,v\n',
    "other kinds in it": "a,b\n1,2\nx,y,z\n3,4\n",
    "not utf-8 in it": b"a,b\n1,2\n1,2,\xe9\n3,4\n",
    "nul": "a,b\n1,x\0y\n1,2\0,3\n3,4\n",
    "one column": "a\n1\n1,2\n,\n3\n",
    "trailing separator": "a,b\n1,2\n3,4,\n5,6\n",
    "nothing bad": "a,b\n1,2\n3,4\n",
    "no records": "a,b\n",
    "the quote is never closed": 'a,b\n1,2\n3,"x\n4,5\n',
    "the quote of a bad line is never closed": 'a,b\n1,2\n3,4,"x\n4,5\n',
}


# pandas takes a function with its Python engine only, which splits odd quotes otherwise than the C engine, and makes an
# index of a second record that is too long.
OTHERWISE_IN_PYTHON = {
    *("not utf-8 in it", "stray quotes", "nul", "short ones too", "one column"),
    *("the quote is never closed", "the quote of a bad line is never closed"),
}


def expected(text: str | bytes, **arguments: Any) -> pd.DataFrame:
    data = text.encode() if isinstance(text, str) else text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_csv(io.BytesIO(data), low_memory=arguments.get("engine") == "python", **arguments)


def check(path: str, text: str | bytes, on_bad_lines: Any, blocksizes: Any, scheduler: str = "sync", **arguments: Any) -> None:
    """Frame, length and dtypes are pandas', or both raise; `len`, which reads in another way, in the first and the last size."""
    is_for_python = callable(on_bad_lines) or "skipfooter" in arguments or arguments.get("sep", ",") not in (",", r"\s+")
    in_pandas = {"engine": "python"} if is_for_python else {}
    try:
        want = expected(text, on_bad_lines=on_bad_lines, **in_pandas, **arguments)
    except (pd.errors.ParserError, UnicodeDecodeError):
        want = None
    for blocksize in blocksizes:
        if want is None:
            with pytest.raises(CSVError):
                lf.read_csv(path, on_bad_lines=on_bad_lines, blocksize=blocksize, **arguments).compute(scheduler=scheduler)
            continue
        df = lf.read_csv(path, on_bad_lines=on_bad_lines, blocksize=blocksize, **arguments)
        got, count, counted = lf.compute(df, df[df.columns[0]].size, df._length(), scheduler=scheduler)
        pd.testing.assert_frame_equal(got, want, check_exact=True)
        assert list(got.index) == list(range(len(want)))
        assert count == counted == len(want)
        if blocksize in (blocksizes[0], blocksizes[-1]):
            assert len(df) == len(want)


@pytest.mark.parametrize("name", CASES)
def test_skip_is_pandas_at_every_block_size(name: str, engine: str, write: Write) -> None:
    text = CASES[name]
    check(write(text), text, "skip", (1, 2, 5, None) if engine == "native" else (7,))


@pytest.mark.parametrize("name", sorted(set(CASES) - OTHERWISE_IN_PYTHON))
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_a_function_is_pandas_at_every_block_size(name: str, engine: str, write: Write) -> None:
    text = CASES[name]
    path = write(text)
    check(path, text, lambda line: line[:1], (1, 7, None) if engine == "native" else (7,))
    if engine == "native":  # what a function gives is put in the text that any engine reads
        for function in (lambda line: None, lambda line: line, lambda line: [], lambda line: ["x", None]):
            check(path, text, function, (1,))


@pytest.mark.parametrize(
    "arguments", [{"header": None}, {"names": ["p", "q"]}, {"nrows": 2}, {"dtype": {"a": "int8"}}, {"usecols": ["a"]}], ids=named
)
@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_with_other_arguments(arguments: dict[str, Any], scheduler: str, engine: str, write: Write) -> None:
    text = "a,b\n1,2\n1,2,3\n3,4\n5,6,7\n8,9\n"
    if "dtype" in arguments:
        text = text.replace("3,4", "3,x")
    check(write(text), text, "skip", (1, 7, None) if engine == "native" else (7,), scheduler, **arguments)


fields = st.sampled_from(["1", "2.5", "x", "", "NA", '"q"', '"a,b"', '"n\nl"', '"d""q"', 'a"b', " 1", "True"])
lines = st.lists(fields, min_size=1, max_size=4).map(",".join)
ends = st.sampled_from(["\n", "\r\n", "\n\n", "\r"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(16))
@given(body=st.lists(st.tuples(lines, ends), max_size=8), blocksize=st.integers(1, 40), whole=st.booleans())
def test_any_text(body: list[tuple[str, str]], blocksize: int, whole: bool, engine: str, write: Write) -> None:
    text = "a,b,c\n1,2,3\n" + "".join(line + end for line, end in body)
    text = text if whole else text.rstrip("\r\n")
    check(write(text), text, "skip", (blocksize,))


def test_nothing_is_counted_without_looking_at_fields(write: Write) -> None:
    path = write("a,b\n" + "1,2\n1,2,3\n" * 5000)
    assert len(lf.read_csv(path, on_bad_lines="skip", blocksize=1000)) == 5000
    assert len(lf.read_csv(path, on_bad_lines="skip", usecols=["a"], blocksize=1000)) == 10_000


@pytest.mark.parametrize("blocksize", [7, None])
@pytest.mark.parametrize(
    ("good", "rest", "count"),
    [
        (b"1,2\n", b"1,2\n1,2,3\n4\n", 3),
        (b"1,2\n", b'1,"x\ny"\n1,2,"3\n"\n\n4', 3),
        (b"1,2\n", b'1,x"y\n1,2,3\n5"",4\n', 3),
        (b"1,2\r", b"1,2\r1,2,3\r\r4,5\r", 3),
        (b"1\n", b"1\n1,2\n\n \n3\n", 3),
        (b"1,2\n", b"1,\xe9\n1,2,\xe9\n", 2),
        (b"1,2\n", b"", 0),
    ],
)
def test_records_are_counted_alike_by_every_engine(
    good: bytes, rest: bytes, count: int, blocksize: int | None, engine: str, write: Write
) -> None:
    names = b"a,b" if b"," in good else b"a"
    path = write(names + good[-1:] + good * 70 + rest)
    df = lf.read_csv(path, blocksize=blocksize, sample=100, dtype=str)
    if not count:
        assert len(df) == 70
        return
    for counted in (lambda: len(df), lambda: df[df.columns[0]].count().compute()):
        with pytest.raises(CSVError, match=r"\(record 72\): . fields, expected"):
            counted()
    assert len(lf.read_csv(path, blocksize=blocksize, sample=100, dtype=str, on_bad_lines="skip")) == 69 + count


@pytest.mark.parametrize("blocksize", [50, None])
def test_a_quote_that_is_never_closed_is_not_counted_over(blocksize: int | None, engine: str, write: Write) -> None:
    df = lf.read_csv(write("a,b\n" + "1,2\n" * 70 + '3,"4\n5,6\n'), blocksize=blocksize, sample=100)
    with pytest.raises(CSVError, match=r'a\.csv:72 \(record 71\): a quote is opened and never closed: "3,"4'):
        len(df)


def test_rewritten_records_are_counted_alike(engine: str, write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 70 + "#\n1,2,3\n4,5\n")
    with pytest.raises(CSVError, match=r"a\.csv:73 \(record 71\): 3 fields, expected 2"):
        len(lf.read_csv(path, comment="#", sample=100))
    assert len(lf.read_csv(path, comment="#", sample=100, on_bad_lines="skip")) == 71


def test_bad_lines_of_a_folder(write: Write) -> None:
    first = write("a,b\n1,2\n1,2,3\n", "f1.csv")
    write("a,b\n4,5,6\n7,8\n", "f2.csv")  # here the first record can be bad: in one file it would not be the first
    pattern = first.replace("f1", "f*")
    for blocksize in (1, 5, None):
        df = lf.read_csv(pattern, on_bad_lines="collect", blocksize=blocksize)
        assert df.compute().to_dict("list") == {"a": [1, 7], "b": [2, 8]}
        found = df.bad_lines.compute()
        assert found.text.tolist() == ["1,2,3", "4,5,6"]
        assert found.line.tolist() == [3, 2]
        assert [path[-6:] for path in found.file] == ["f1.csv", "f2.csv"]
    write("a,b\n1,2\n", "f1.csv")
    with pytest.raises(CSVError, match=r"f2\.csv:2 \(record 1\): 3 fields"):
        lf.read_csv(pattern).compute()


@pytest.mark.parametrize(
    "arguments",
    [{"quotechar": "'"}, {"sep": "::"}, {"comment": "#"}, {"encoding": "utf-16"}, {"skipinitialspace": True}],
    ids=named,
)
def test_where_the_text_is_rewritten_first(arguments: dict[str, Any], write: Write) -> None:
    text = "a,b\n1,2\n3,4,5\n6,7\n"
    data = text.replace(",", arguments.get("sep", ",")).encode(arguments.get("encoding", "utf-8"))
    path = write(data)
    want = expected(data, on_bad_lines="skip", engine="python" if "sep" in arguments else "c", **arguments)
    for blocksize in (1, None):
        df = lf.read_csv(path, on_bad_lines="skip", blocksize=blocksize, **arguments)
        pd.testing.assert_frame_equal(df.compute(scheduler="sync"), want)
        assert len(df) == len(want) == 2
    with pytest.raises(CSVError, match=r"a\.csv:3 \(record 2\): 3 fields, expected 2"):
        lf.read_csv(path, **arguments).compute()
    found = lf.read_csv(path, on_bad_lines="collect", **arguments).bad_lines.compute()
    assert found.line.tolist() == [3]
    assert found.text.tolist() == ["3,4,5".replace(",", arguments.get("sep", ","))]
    assert found.reason.tolist() == ["3 fields, expected 2"]
    with pytest.warns(pd.errors.ParserWarning, match=r"1 bad line skipped: .*a\.csv:3 \(3 fields, expected 2\)"):
        assert len(lf.read_csv(path, on_bad_lines="warn", **arguments).compute()) == 2


REWRITTEN: dict[str, tuple[dict[str, Any], str]] = {
    "comments": ({"comment": "#"}, "# head\na,b\n1,2 # x\n#\n3,4,5 # y\n6,7\n8,9,10,11\n# end"),
    "escapes": ({"escapechar": "\\"}, "a,b\n1,2\\,3\n4\\\n5,6,7\n8,9\n"),
    "quotes": ({"quotechar": "'"}, "a,b\n1,'x\ny'\n'p\nq',2,3\n4,'''5'\n"),
    "no quotes": ({"quoting": csv.QUOTE_NONE}, 'a,b\n1,"2\n3",4,"5\n6,7\n'),
    "blanks": ({"sep": r"\s+"}, "  a b\n 1  2 \n3 4\t5\n\n6 7\n"),
    "blanks after separators": ({"skipinitialspace": True}, 'a, b\n1, "x, y"\n2,  3, 4\n5,6\n'),
    "lines passed over": ({"skiprows": [1, 3]}, "a,b\n1,2,3\n3,4\n5,6,7\n8,9,10\n11,12\n"),
    "a function for lines": ({"skiprows": lambda line: line == 2}, "a,b\n1,2\n5,6,7\n8,9,10\n11,12\n"),
    "another line end": ({"lineterminator": ";"}, "a,b;1,2;3,4,5;6,7"),
    "blank lines are records": ({"skip_blank_lines": False}, "a,b\n1,2\n\n3,4,5\n6,7\n"),
    "a pattern": ({"sep": r"\s*[;|]\s*"}, "a ; b\n1 | 2\n3;4;5\n\n6 ;7\n"),
    "a footer": ({"skipfooter": 2}, 'a,b\n1,"x\ny"\n3,4,5\n6,7\ntotal,1,2,3\nend\n'),
    "another encoding": ({"encoding": "utf-16", "comment": "#"}, "a,b\n1,é\n2,3,ü # ä\n# ö\n4,5,6\n7,8\n"),
    "no header": ({"comment": "#", "header": None}, "1,2\n#\n3,4,5\n6,7\n"),
    "a later header": ({"comment": "#", "header": 1}, "x\n#\na,b\n1,2\n3,4,5\n6,7\n"),
    "names": ({"comment": "#", "names": ["p", "q"], "header": 0}, "a,b\n1,2\n3,4,5\n6,7\n"),
    "only the first": ({"comment": "#", "nrows": 2}, "a,b\n1,2\n3,4,5\n6,7\n8,9,10\n"),
    "bad to the end": ({"comment": "#"}, "a,b\n1,2\n3,4,5\n6,7,8\n"),
    "nothing bad": ({"comment": "#"}, "a,b\n1,2\n"),
}


@pytest.mark.parametrize("name", REWRITTEN)
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_every_policy_where_the_text_is_rewritten(name: str, engine: str, write: Write) -> None:
    arguments, text = REWRITTEN[name]
    data = text.encode(arguments.get("encoding", "utf-8"))
    path = write(data)
    for policy, sizes in (("error", (None,)), ("skip", (1, None)), ("warn", (1,))):
        check(path, data, policy, sizes if engine == "native" else sizes[:1], **arguments)
    if not {"lineterminator", "names", "nrows"} & set(arguments):  # which pandas' Python parser takes otherwise
        turn = list(REWRITTEN).index(name) % 2
        functions = (lambda line: line[:1], lambda line: None, lambda line: line[-2:], lambda line: line)[turn::2]
        for function in functions if engine == "native" else functions[:1]:
            check(path, data, function, (None,), **arguments)


@pytest.mark.parametrize("name", REWRITTEN)
def test_bad_lines_are_collected_as_they_stand_in_the_file(name: str, engine: str, write: Write) -> None:
    arguments, text = REWRITTEN[name]
    path = write(text.encode(arguments.get("encoding", "utf-8")))
    expected = {
        "comments": [(5, "3,4,5 # y"), (7, "8,9,10,11")],
        "escapes": [(3, "4\\\n5,6,7")],
        "quotes": [(4, "'p\nq',2,3")],
        "no quotes": [(3, '3",4,"5')],
        "blanks": [(3, "3 4\t5")],
        "blanks after separators": [(3, "2,  3, 4")],
        "lines passed over": [(5, "8,9,10")],
        "a function for lines": [(4, "8,9,10")],
        "another line end": [(1, "3,4,5;")],
        "blank lines are records": [(4, "3,4,5")],
        "a pattern": [(3, "3;4;5")],
        "a footer": [(4, "3,4,5")],
        "another encoding": [(3, "2,3,ü # ä"), (5, "4,5,6")],
        "no header": [(3, "3,4,5")],
        "a later header": [(5, "3,4,5")],
        "names": [(3, "3,4,5")],
        "only the first": [(3, "3,4,5")],
        "bad to the end": [(3, "3,4,5"), (4, "6,7,8")],
        "nothing bad": [],
    }
    found = lf.read_csv(path, on_bad_lines="collect", **arguments).bad_lines.compute(scheduler="sync")
    assert list(zip(found.line, found.text, strict=True)) == expected[name]
    assert set(found.file) <= {path}


@pytest.mark.parametrize("packed", [False, True])
def test_a_first_record_of_a_later_file_is_a_bad_line_like_others(packed: bool, write: Write) -> None:
    name = "f{}.csv.gz" if packed else "f{}.csv"
    texts = ["a,b\n#\n1,2\n", "a,b\n#\n1,2,3\n4,5\n"]
    paths = [write(gzip.compress(t.encode()) if packed else t, name.format(n)) for n, t in enumerate(texts)]
    df = lf.read_csv(paths, comment="#", on_bad_lines="collect")
    assert df.compute().to_dict("list") == {"a": [1, 4], "b": [2, 5]}
    assert df.bad_lines.compute()[["file", "line"]].to_numpy().tolist() == [[paths[1], 3]]
    with pytest.raises(CSVError, match=r"f1\.csv[.gz]*:3 \(record 1\): 3 fields, expected 2"):
        lf.read_csv(paths, comment="#").compute()


def test_a_function_that_fails_names_the_line_of_a_rewritten_file(write: Write) -> None:
    path = write("a,b\n# x\n1,2\n3,4,5\n")
    with pytest.raises(ZeroDivisionError) as found:
        lf.read_csv(path, on_bad_lines=lambda line: 1 / 0, comment="#").compute(scheduler="sync")
    assert any(f"{path}:4 (record 2)" in note for note in found.value.__notes__)


def test_very_many_bad_lines_of_a_rewritten_file(write: Write) -> None:
    path = write("a,b\n" + "1,2\n#\n1,2,3\n" * 5000)
    df = lf.read_csv(path, on_bad_lines="collect", comment="#")
    assert len(df) == 5000
    assert df.bad_lines.line.max().compute() == 1 + 15_000
    with pytest.warns(pd.errors.ParserWarning, match=r"5,000 bad lines skipped: .*a\.csv:4 .*a\.csv:16 .*4,995 more"):
        lf.read_csv(path, on_bad_lines="warn", comment="#").a.sum().compute()


# What the user is told


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_one_warning_with_the_first_places_and_the_count(scheduler: str, engine: str, write: Write) -> None:
    path = write('a,b\n"x\ny",2\n1,2,3\n' + "1,2\n1,2,3,4\n" * 1000)
    df = lf.read_csv(path, on_bad_lines="warn", blocksize=100 if scheduler == "sync" else 1000)
    with pytest.warns(pd.errors.ParserWarning) as found:
        assert df.a.count().compute(scheduler=scheduler) == 1001
    (warning,) = found
    assert warning.filename == __file__
    said = str(warning.message)
    assert said.startswith("1,001 bad lines skipped: ")
    assert "a.csv:4 (3 fields, expected 2)" in said
    assert "a.csv:6 (4 fields, expected 2)" in said
    assert "and 996 more" in said


@pytest.mark.filterwarnings("error")
def test_no_warning_where_nothing_is_bad(write: Write) -> None:
    assert lf.read_csv(write("a,b\n1,2\n"), on_bad_lines="warn").compute().values.tolist() == [[1, 2]]
    assert lf.read_csv(write("a,b\n1,2\n3,4,5\n"), on_bad_lines="skip").compute().values.tolist() == [[1, 2]]
    cut = lf.read_csv(write("a,b\n1,2\n3,4,5\n"), on_bad_lines=lambda line: line[:2])
    assert cut.compute().values.tolist() == [[1, 2], [3, 4]]


def test_a_function_that_gives_too_much(write: Write) -> None:
    df = lf.read_csv(write("a,b\n1,2\n3,4,5\n"), on_bad_lines=lambda line: line)
    with pytest.warns(
        pd.errors.ParserWarning, match=r"returned too many fields for 1 bad line.*a\.csv:3 \(3 fields, expected 2\)"
    ):
        assert df.compute().to_dict("list") == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize("blocksize", [1, None])
def test_a_function_that_fails(blocksize: int | None, engine: str, write: Write) -> None:
    path = write("a,b\n" + '1,"x\n1,2,3\n"\n' * 40 + "3,4,5\n")
    with pytest.raises(ZeroDivisionError) as found:
        lf.read_csv(path, on_bad_lines=lambda line: 1 / 0, blocksize=blocksize).compute(scheduler="sync")
    assert any(f"{path}:122 (record 41)" in note for note in found.value.__notes__)
    with pytest.raises(TypeError, match="not iterable"):
        lf.read_csv(path, on_bad_lines=lambda line: 5, blocksize=blocksize).compute(scheduler="sync")


@pytest.mark.parametrize("wrong", [None, True, "ignore", 1])
def test_an_argument_that_means_nothing(wrong: Any, write: Write) -> None:
    with pytest.raises(ValueError, match=r"on_bad_lines=.*'error', 'warn', 'skip', 'collect', or a function"):
        lf.read_csv(write("a\n1\n"), on_bad_lines=wrong)


# The parts


def test_sift_says_which_records_are_left() -> None:
    sifted = sift(b"1,2\n3,4,5\n\n6,7\n8,9,0\n1,1", 2, Dialect(), BadLines.of("skip"))
    assert sifted.text == b"1,2\n\n6,7\n1,1"
    assert [sifted.number(record) for record in range(3)] == [0, 2, 4]
    assert [(bad.record, bad.start, bad.stop, bad.reason) for bad in sifted.bad] == [
        (1, 4, 10, "3 fields, expected 2"),
        (3, 15, 21, "3 fields, expected 2"),
    ]


@pytest.mark.parametrize(("limit", "left", "bad"), [(1, b"1,2\n", 0), (2, b"1,2\n6,7\n", 1), (3, b"1,2\n6,7\n1,1", 2)])
def test_sift_goes_no_further_than_asked(limit: int, left: bytes, bad: int) -> None:
    sifted = sift(b"1,2\n3,4,5\n6,7\n8,9,0\n1,1", 2, Dialect(), BadLines.of("skip"), limit)
    assert sifted.text == left
    assert len(sifted.bad) == bad


def test_a_quote_that_is_never_closed_is_collected_alone() -> None:
    text = b'1,2\n3,"x\n'
    assert sift(text, 2, Dialect(), BadLines.of("skip")).text == text
    sifted = sift(text, 2, Dialect(), BadLines.of("collect"))
    assert sifted.text == b"1,2\n"
    assert sifted.bad[0].reason == bad_lines.NEVER_CLOSED


def test_what_a_function_returns_is_quoted() -> None:
    sifted = sift(b"1,2,3\n", 2, Dialect(), BadLines.of(lambda line: ['a"b,c\n', None]))
    assert sifted.text == b'"a""b,c\n",""\n'
    assert sifted.kept is None


def test_tallies_add_up_and_stay_small() -> None:
    tallies = [Tally(1, ((0, place, "x"),)) for place in range(9)]
    total = sum(tallies, Tally())
    assert total.count == 9
    assert total.first == tuple((0, place, "x") for place in range(5))
    assert Tally() + total == total + Tally() == total


def test_two_functions_are_never_taken_for_the_same(write: Write) -> None:
    path = write("a,b\n1,2\n3,4,5\n")
    first, second = (lf.read_csv(path, on_bad_lines=function) for function in (lambda line: line[:2], lambda line: line[1:]))
    got = lf.compute(first, second)
    assert [frame.a.tolist() for frame in got] == [[1, 3], [1, 4]]


@pytest.mark.parametrize("blocksize", [1, 9, None])
def test_a_function_is_called_once_for_each_line(blocksize: int | None, engine: str, write: Write) -> None:
    text = "a,b\n1,2\n3,4,5\n6,7\n3,4,5\n8,9,10\n1,1\n"
    wanted: list[list[str]] = []
    found: list[list[str]] = []
    want = pd.read_csv(io.StringIO(text), on_bad_lines=wanted.append, engine="python")
    df = lf.read_csv(write(text), on_bad_lines=found.append, blocksize=blocksize)
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), want)
    assert len(df) == len(want)
    assert found == wanted
