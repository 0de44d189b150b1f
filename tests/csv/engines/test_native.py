"""The native engine: against pandas, on every instruction set of the machine, at the edges of memory."""

from __future__ import annotations

import ctypes
import itertools
import mmap
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from effort import examples
from fuzz import sanitized
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from layouts import DEFAULT, by_pandas, layout, lists, texts

from lazyframe.csv.engines import _native
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.csv.options.dialect import Dialect, Missing
from lazyframe.csv.text import records
from lazyframe.csv.types.mismatches import CODED
from lazyframe.native import abi, library
from lazyframe.schema import DType, dtype_named

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")

LEVELS = library.instruction_sets()


def parsed(text: bytes, wanted: Layout, **options: Any) -> list[list[Any]] | None:
    """What every instruction set makes of the text, which has to be the same; None where it is refused."""
    answers = []
    for level in LEVELS:
        try:
            answer = _native.Parser(wanted, instruction_set=level).parse(text, **options)
        except Rejected:
            answers.append(None)
            continue
        assert all(len(array) == answer.records for array in answer.arrays)
        answers.append((lists(answer.arrays), answer.records, answer.consumed, answer.complete))
    assert all(repr(answer) == repr(answers[0]) for answer in answers)
    return None if answers[0] is None else answers[0][0]


ACCEPTED = [
    ("si", b"a,1\nb,2\n", [["a", "b"], [1, 2]]),
    ("si", b"a,1\nb,2", [["a", "b"], [1, 2]]),
    ("si", b"a,1\r\nb,2\r\n", [["a", "b"], [1, 2]]),
    ("si", b"\n\na,1\n\r\n\nb,2\n\n", [["a", "b"], [1, 2]]),
    ("si", b"", [[], []]),
    ("si", b"\n\r\n", [[], []]),
    ("ss", b",\n", [[None], [None]]),
    ("ss", b"a,", [["a"], [None]]),
    ("ss", b'"a,b","c\nd"\n', [["a,b"], ["c\nd"]]),
    ("ss", b'"a""b",""""\n', [['a"b'], ['"']]),
    ("ss", b'"","NA"\n', [[None], [None]]),
    ("ss", b'"c\r\nd",x\r\n', [["c\r\nd"], ["x"]]),
    ("ii", b'"1","-2"\n', [[1], [-2]]),
    ("ii", b"+1,007\n -0 ,\t12\n", [[1, 0], [7, 12]]),
    ("ii", b"9223372036854775807,-9223372036854775808\n", [[2**63 - 1], [-(2**63)]]),
    ("ii", b"1234567890123456,12345678901234567\n", [[1234567890123456], [12345678901234567]]),
    ("ff", b"1.5,\nNA,-3\n", [[1.5, None], [None, -3.0]]),
    ("ff", b"1.,.5\n1e5,+2E-3\n", [[1.0, 1e5], [0.5, 0.002]]),
    ("bb", b"True,FALSE\n1,0\n", [[True, True], [False, False]]),
    ("BB", b"true,\n,False\n", [[True, None], [None, False]]),
    ("ss", "é,日本\n".encode(), [["é"], ["日本"]]),
    ("ss", b"#N/A N/A,-1.#QNAN\nx,y\n", [[None, "x"], [None, "y"]]),
    ("s", b"a\n\nb\n", [["a", "b"]]),
]

REFUSED = {
    "too few fields": ("sii", b"a,1,2\na,1\n"),
    "too many fields": ("si", b"a,1\na,1,2\n"),
    "a field too few, then one too many": ("si", b"a\na,1,2\n"),
    "too few at the end": ("sii", b"a,1,2\na,1"),
    "only blanks": ("si", b"a,1\n  \nb,2\n"),
    "one column, only blanks": ("s", b"a\n  \nb\n"),
    "a quote in a plain field": ("ss", b'a"b,c\n'),
    "text after a quoted field": ("ss", b'"a"b,c\n'),
    "text before a quoted field": ("ss", b' "a",c\n'),
    "a quote never closed": ("ss", b'a,"b\n'),
    "a return alone": ("ss", b"a\rb,c\n"),
    "a return alone in an unwanted field": ("ss", b"a,b\rc\n"),
    "a return at the end": ("ss", b"a,b\r"),
    "a missing integer": ("si", b"a,\n"),
    "no integer": ("ii", b"1,1.0\n"),
    "an integer too large": ("ii", b"1,9223372036854775808\n"),
    "a hexadecimal integer": ("ii", b"1,0x1F\n"),
    "no float": ("ff", b"1,1.2.3\n"),
    "infinite": ("ff", b"1,inf\n"),
    "a float too large": ("ff", b"1,1e400\n"),
    "an integer for a float, beyond 64 bits": ("ff", b"1,99999999999999999999\n"),
    "a missing bool": ("bb", b"True,\n"),
    "no bool": ("bb", b"True,yes\n"),
    "a bool with a NUL": ("bb", b"True,True\0\n"),
    "a NUL in text": ("ss", b"a,b\0\n"),
    "no utf-8": ("ss", b"a,\xff\n"),
    "half a character": ("ss", b"\xc3,\xa9\n"),
    "a surrogate": ("ss", b"a,\xed\xa0\x80\n"),
    "a longer form": ("ss", b"a,\xc0\x80\n"),
}


@pytest.mark.parametrize(("kinds", "text", "expected"), ACCEPTED)
@pytest.mark.parametrize("plain", [False, True])
def test_accepted(kinds: str, text: bytes, expected: list[list[Any]], plain: bool) -> None:
    assert parsed(text, layout(kinds, plain=range(len(kinds)) if plain else ())) == expected


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("plain", [False, True])
def test_refused(case: str, plain: bool) -> None:
    kinds, text = REFUSED[case]
    wanted = range(len(kinds)) if "unwanted" not in case else [0]
    assert parsed(text, layout(kinds, wanted, plain=wanted if plain else ())) is None


@pytest.mark.parametrize("filler", range(0, 70, 3))
@pytest.mark.parametrize("case", ["a quote in a plain field", "text after a quoted field", "a return alone"])
def test_refused_wherever_in_a_block(case: str, filler: int) -> None:
    kinds, text = REFUSED[case]
    assert parsed(b"x" * filler + b",y\n" + text, layout(kinds)) is None


@pytest.mark.parametrize("filler", range(70))
def test_quotes_wherever_in_a_block(filler: int) -> None:
    start = "x" * filler
    text = f'{start},"a""b\n,c"\r\n\r\n"{start}",\n'.encode()
    assert parsed(text, layout("ss")) == [[start or None, start or None], ['a"b\n,c', None]]


@given(texts(plain=True))
@example((b'1,"a\r\n"\r\n\r\n2,\r\n', layout("is"), "is"))
@settings(max_examples=examples(75))
def test_plain_text_is_read_as_pandas_reads_it(case: tuple[bytes, Layout, str]) -> None:
    text, wanted, _ = case
    found = parsed(text, wanted)
    assert found is not None
    assert found == by_pandas(text, wanted)


@given(texts(plain=False))
@example((b"True\tTrue\0\n", layout("BB", sep=b"\t"), "BB"))
@settings(max_examples=examples(125))
def test_what_is_accepted_is_as_pandas_reads_it(case: tuple[bytes, Layout, str]) -> None:
    text, wanted, _ = case
    found = parsed(text, wanted)
    if found is not None:
        expected = by_pandas(text, wanted)
        assert expected is None or repr(found) == repr(expected)  # repr tells -0.0 from 0.0


LINES = st.sampled_from(
    [b"", b" ", b"\t ", b"1,2", b"x" * 30, b"a,b," + b"y" * 70, b'"q",1', b'1,"q\n\nr"', b'"d""d"', b'a"b', b'"', b"\r", b" ,"]
)


@pytest.mark.parametrize("level", LEVELS)
@given(lines=st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])), max_size=40), width=st.integers(0, 4))
@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_is_as_the_slow_twin_counts(level: str, lines: list[tuple[bytes, bytes]], width: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(library, "level", lambda: abi.LEVELS[level])
    text = b"".join(itertools.chain.from_iterable(lines))
    try:
        found = _native.count(text, b",", width)
    except Rejected:
        fields = [len(found) for _, _, found, _ in records.each(text, b",")]
        assert b'"' in text or b"\r" in text or max(fields) > width > 0
        return
    assert found == (records.count(text, b","), len(text))
    assert not width or all(len(found) <= width for _, _, found, _ in records.each(text, b","))


CUT = b'1,"a\nb",x\r\n\r\n\n22,c,"y""z"\n3,,\n"4","",NA\n\n5,"d,e",w'


@pytest.mark.parametrize("level", LEVELS)
def test_cut_anywhere(level: str) -> None:
    wanted = layout("iss")
    starts = [0, 14, 26, 30, 41]
    whole = lists(_native.Parser(wanted, instruction_set=level).parse(CUT).arrays)
    assert len(whole[0]) == len(starts)
    for place in range(len(CUT) + 1):
        parser = _native.Parser(wanted, instruction_set=level)
        # Records that start before the place, whatever comes behind them.
        first = parser.parse(CUT, stop=place)
        assert first.complete
        assert first.records == sum(start < place for start in starts)
        assert first.consumed >= place or first.consumed == len(CUT)
        assert _native.count(CUT, b",", 3, place) == (first.records, first.consumed)
        # Whole records before the place, and nothing behind it.
        second = parser.parse(CUT[:place], at_end=False)
        assert not second.complete
        assert _native.count(CUT[:place], b",", 3, at_end=False)[0] == second.records
        for part in (first, second):
            rest = parser.parse(CUT[part.consumed :])
            assert [a + b for a, b in zip(lists(part.arrays), lists(rest.arrays), strict=True)] == whole


@pytest.mark.parametrize("level", LEVELS)
@given(
    records=st.lists(
        st.sampled_from([b'1,"a\nb",x\r\n', b"22,c,y\n", b"3,,\n", b"\n", b'4,"d""",NA\n', b"5,e,1.5\n"]), max_size=60
    ),
    window=st.integers(1, 60),
    plain=st.booleans(),
    bad=st.none() | st.integers(0, 60),
)
@settings(max_examples=examples(20))
def test_text_after_text_into_the_same_columns(
    level: str, records: list[bytes], window: int, plain: bool, bad: int | None
) -> None:
    wanted = layout("iss", plain=[1] if plain else [])
    good, rest = b"".join(records[:bad]), b"" if bad is None else b"one,f,z\n" + b"".join(records[bad:])
    text = good + rest
    whole = _native.Parser(wanted, instruction_set=level).parse(good)
    parser = _native.Parser(wanted, instruction_set=level)
    begin, calls, found = 0, 0, [[], [], []]

    def piece(at: int) -> _native.Following:
        return _native.Following(text[at : at + window], len(text) - at, at + window >= len(text))

    def following(consumed: int) -> _native.Following:
        nonlocal begin
        assert 0 < consumed <= window
        begin += consumed
        return piece(begin)

    while begin < len(text) and calls < 200:
        calls += 1
        try:
            parsed = parser.parse(*piece(begin), following=following)
        except Rejected:
            break
        assert parsed.arrays[0].null_count == 0
        found = [before + more for before, more in zip(found, lists(parsed.arrays), strict=True)]
        begin += parsed.consumed
        if not parsed.records and not parsed.consumed:
            window *= 2  # a record that is longer
    expected = lists(whole.arrays) if whole.records else [[], [], []]
    if bad is None:
        assert found == expected
    else:  # a first piece with a bad record is refused as a whole
        assert found == lists(_native.Parser(wanted).parse(good[:begin]).arrays) if begin else found == [[], [], []]
        assert begin <= len(good) <= begin + window


def test_text_behind_the_stop_does_not_matter() -> None:
    filler = b"1,2\n" * 40
    stop = len(filler) - 64  # only what stands in one block of 64 bytes with the stop may matter
    for level in LEVELS:
        answer = _native.Parser(layout("ii"), instruction_set=level).parse(filler + b'a"b,1,2\n', stop=stop)
        assert (answer.records, answer.consumed, answer.complete) == (24, stop, True)


@pytest.mark.parametrize("limit", [0, 1, 2, 63, 64, 999, 1000, 1001])
def test_limit(limit: int) -> None:
    text = b"".join(b"%d,%d\n" % (i, i) for i in range(1000))
    parser = _native.Parser(layout("ii"))
    answer = parser.parse(text, limit=limit)
    assert answer.arrays[0].to_pylist() == list(range(min(limit, 1000)))
    assert answer.records + parser.parse(text[answer.consumed :]).records == 1000


def test_a_guess_too_low_is_made_good() -> None:
    parser = _native.Parser(layout("ss"))
    assert parser.parse(b"a,%s\n" % (b"x" * 500) * 100).records == 100
    assert parser.parse(b"a,b\n" * 50_000).records == 50_000


def test_records_longer_than_a_window() -> None:
    long = b"y" * 300_000
    text = b"1,%s,2\n" % long * 3
    assert parsed(text, layout("isi", plain=[1])) == [[1] * 3, [long.decode()] * 3, [2] * 3]
    wide = b",".join(b"%d" % i for i in range(20_000)) + b"\n"
    assert parsed(wide * 2, layout("i" * 20_000, [0, 19_999])) == [[0, 0], [19_999, 19_999]]


@pytest.mark.parametrize("length", [3, 7, 8, 9, 16, 17, 40])
def test_many_distinct_texts_in_a_dictionary(length: int) -> None:
    values = [f"{i:x}".rjust(length, "x") for i in range(4000)] * 2
    text = "".join(f"{value},1\n" for value in values).encode()
    for level in LEVELS:
        (array,) = _native.Parser(layout("si", [0]), instruction_set=level).parse(text).arrays
        assert array.type == CODED
        assert array.dictionary.to_pylist() == values[:4000]
        assert array.to_pylist() == values


@pytest.mark.parametrize("level", LEVELS)
@given(
    runs=st.lists(st.tuples(st.sampled_from(["", "a", "NA", "ab", "abcdefgh", "abcdefghi"]), st.integers(1, 5000)), max_size=6),
    quoted=st.booleans(),
)
@settings(max_examples=15)
def test_texts_in_runs(level: str, runs: list[tuple[str, int]], quoted: bool) -> None:
    values = [text for text, count in runs for _ in range(count)]
    lines = "".join(f"1,{text},x\n" for text in values) + ('2,"a",x\n' if quoted else "")
    parsed = _native.Parser(layout("sss", [1, 2, 0]), instruction_set=level).parse(lines.encode())
    expected = [None if text in ("", "NA") else text for text in values] + ["a"] * quoted
    assert parsed.arrays[0].to_pylist() == expected
    assert parsed.arrays[0].null_count == expected.count(None)
    assert parsed.arrays[0].dictionary.to_pylist() == list(dict.fromkeys(filter(None, expected)))
    assert parsed.arrays[1].to_pylist() == ["x"] * len(expected)


def test_too_many_distinct_texts_are_stored_plainly() -> None:
    values = [None if i % 7 == 0 else f"value {i}" for i in range(_native._DISTINCT * 3)]
    text = "".join(f"{'' if value is None else value},1\n" for value in values).encode()
    parser = _native.Parser(layout("si", [0]))
    for _ in range(2):
        (array,) = parser.parse(text).arrays
        assert array.type == pa.string()
        assert array.to_pylist() == values


def test_distinct_texts_too_long_for_a_dictionary() -> None:
    values = [str(i) * 200_000 for i in range(9)]
    text = "".join(f'"{value}""",1\n' for value in values).encode()
    assert parsed(text, layout("si", [0])) == [[value + '"' for value in values]]


@pytest.mark.parametrize(
    ("name", "fits", "refused"),
    [("int8", b"-128", b"128"), ("uint16", b"65535", b"-1"), ("uint64", b"5", b"9223372036854775808"), ("float32", b"0.1", b"x")],
)
def test_other_widths(name: str, fits: bytes, refused: bytes) -> None:
    wanted = Layout(Dialect(), ("a", "b"), (("a", 0, dtype_named(name)),), (None,))
    (array,) = _native.parse(fits + b",1\n", wanted)
    assert array.equals(pa.array(np.array([fits.decode()]).astype(float).astype(name)))
    with pytest.raises(Rejected):
        _native.parse(refused + b",1\n", wanted)


# Memory: the core reads nothing outside the text.


@pytest.fixture
def guarded() -> Iterator[Any]:
    """A function that puts a text into memory, right before or right after a page that cannot be touched."""
    if sys.platform == "win32":
        pytest.skip("needs mprotect")
    page = mmap.PAGESIZE
    size = 8 * page
    region = mmap.mmap(-1, size)
    hold = (ctypes.c_char * size).from_buffer(region)
    base = ctypes.addressof(hold)
    libc = ctypes.CDLL(None, use_errno=True)
    for guard in (base, base + size - page):
        assert libc.mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(page), 0) == 0

    def place(text: bytes, at_end: bool) -> Any:
        start = base + size - page - len(text) if at_end else base + page
        ctypes.memmove(start, text, len(text))
        return (ctypes.c_char * len(text)).from_address(start)

    yield place
    for guard in (base, base + size - page):
        libc.mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(page), mmap.PROT_READ | mmap.PROT_WRITE)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("at_end", [False, True])
def test_nothing_is_read_outside_the_text(guarded: Any, level: str, at_end: bool) -> None:
    kinds = "sifbs"
    coded, plain = (_native.Parser(layout(kinds, plain=p), instruction_set=level) for p in ((), (0, 4)))
    dates = _native.Parser(layout("sss", [0, 2], plain=[2]), {0: "%Y-%m-%d"}, level)
    for filler in range(0, 200):
        text = b"%s,1,2.5,True,ab\n" % (b"z" * filler) + b"a,-1,12345678.5,false,"
        for parser in (coded, plain):
            answer = parser.parse(guarded(text, at_end))
            assert lists(answer.arrays) == [["z" * filler or None, "a"], [1, -1], [2.5, 12345678.5], [True, False], ["ab", None]]
        assert _native.count(guarded(text, at_end), b",", len(kinds)) == (2, len(text))
        day = guarded(b"2013-01-31,%s," % (b"z" * filler), at_end)
        assert dates.parse(day).records == 1
    for ending in range(1, 30):
        for kind, digits in (("i", b"12345678901234567890"), ("f", b"1234.5678901234567890"), ("s", b"abcdefghijklmnopqrst")):
            value = digits[: min(ending, 17)]
            (array,) = _native.Parser(layout(f"s{kind}", [1]), instruction_set=level).parse(guarded(b"x," + value, at_end)).arrays
            assert str(array[0]) == str({"i": int, "f": float, "s": str}[kind](value.decode()))


# The engine as a whole.


def test_one_layout_in_many_threads() -> None:
    wanted = layout("is")
    pieces = [b"".join(b"%d,t%d\n" % (i * j, i % 9) for i in range(2000)) for j in range(8)]
    wrong: list[int] = []

    def work(j: int) -> None:
        for _ in range(20):
            numbers, names = _native.parse(pieces[j], wanted)
            if numbers.to_pylist() != [i * j for i in range(2000)] or names[10].as_py() != "t1":
                wrong.append(j)

    threads = [threading.Thread(target=work, args=(j,)) for j in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_results_are_not_overwritten_by_the_next_chunk() -> None:
    wanted = layout("isfb", plain=())
    first = _native.parse(b"1,a,1.5,True\n2,,2.5,False\n", wanted)
    before = lists(first)
    _native.parse(b"7,zz,9.5,False\n8,yy,8.5,True\n", wanted)
    assert lists(first) == before


@pytest.mark.parametrize(
    ("dtype", "missing"),
    [
        (dtype_named("datetime64[us]"), DEFAULT),
        (dtype_named("timedelta64[us]"), DEFAULT),
        (dtype_named("str"), Missing.of({"a": [1]}, True)),
    ],
)
def test_what_is_not_supported(dtype: DType, missing: Missing) -> None:
    wanted = Layout(Dialect(missing=missing), ("a", "b"), (("a", 0, dtype),), (None,))
    assert not _native.supports(wanted)
    with pytest.raises(Rejected):
        _native.parse(b"1,2\n", wanted)
    assert not _native.supports(layout("si"), {0: "%d.%m.%Y"})


def test_without_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "engine", lambda: "arrow")
    assert not library.is_available()
    assert library.instruction_set() == ""
    assert not _native.supports(layout("si"))
    with pytest.raises(Rejected):
        _native.parse(b"a,1\n", layout("si"))
    with pytest.raises(Rejected):
        _native.count(b"a,1\n", b",", 2)


def build(path: Path, *flags: str) -> Path:
    try:
        sanitized.build(path, *flags)
    except RuntimeError as lacking:
        pytest.skip(str(lacking))
    return path


@pytest.mark.slow
def test_clean_under_sanitizers(tmp_path: Path) -> None:
    library = build(tmp_path / "core.so", *sanitized.FLAGS)
    plugin = tmp_path / "other_core.py"
    plugin.write_text(f"from pathlib import Path\nfrom fuzz import sanitized\nsanitized.use(Path({str(library)!r}))\n")
    root = Path(__file__).parents[2]
    env = {**sanitized.environment(), "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root), str(root.parent)])}
    tests = [__file__, str(root / "csv" / "test_corpus.py"), str(root / "kernels" / "test_group.py"), str(root / "native")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", "-p", plugin.stem, *tests]
    run = subprocess.run(command, env=env, cwd=root.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    assert "passed" in run.stdout


@pytest.mark.slow
def test_compiles_without_warnings(tmp_path: Path) -> None:
    strict = ["-Wall", "-Wextra", "-Wshadow", "-Wno-maybe-uninitialized", "-Werror"]  # GCC's own AVX-512 header is not clean
    assert build(tmp_path / "core.so", "-O3", *strict).exists()
