"""What is tried: a text, how it is written, and what is wanted of it; made up, or made of what is kept and of real files."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options.dialect import Dialect, Missing
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import OBJECT_BOOL, DType, dtype_named

TESTS = Path(__file__).parents[1]
CORPUS = TESTS / "csv" / "corpus"
SAMPLE = TESTS.parent / "data" / "sample"

DTYPES = {"i": "int64", "I": "int16", "u": "uint8", "f": "float64", "F": "float32", "s": "str", "b": "bool", "B": "object"}
SEEN = {
    "i": TextKinds.INT | TextKinds.NEGATIVE,
    "f": TextKinds.FLOAT | TextKinds.MISSING,
    "b": TextKinds.BOOL,
    "B": TextKinds.BOOL | TextKinds.MISSING,
}
FORMATS = {"d": "%Y-%m-%d", "t": "%Y-%m-%d %H:%M:%S", "T": "%Y-%m-%dT%H:%M:%S.%f"}
"""The kinds of columns: a letter for each dtype, and for each format of dates."""

MISSING = (
    Missing.of(None, True),
    Missing.of(None, False),
    Missing.of([-7, "a"], True),
    Missing.of(["True", "0"], False),
    Missing.of(["", " ", "é", "abcdefghi"], False),
)

PLAIN = {
    "i": ["0", "1", "-7", "42", "123456", "12345678", "-123456789", "1234567890123456789"],
    "I": ["0", "1", "-7", "42", "12345", "-32768"],
    "u": ["0", "1", "7", "42", "255"],
    "f": ["1.5", "-3", "0.1", "", "NA", "1e-5", "123456.789", "-0.0", "0.12345678901234567", ".5", "12345678.12345678"],
    "s": ["a", "bc", "abcdefgh", "abcdefghi", "a text of several words", "", "NA", "N14228", "é", "日本", "1", "-1.#QNAN"],
    "b": ["True", "False", "TRUE", "FALSE", "true", "false"],
    "B": ["True", "False", "", "NA", "true"],
    "d": ["2013-01-31", "1969-12-31", "2000-02-29", "", "0001-01-01", "9999-12-31"],
    "t": ["2013-01-31 23:59:59", "1900-03-01 00:00:00", "NA"],
    "T": ["2013-01-31T23:59:59.5", "2013-01-31T23:59:59.123456", "NA"],
}
ODD = [
    *("+5", "007", " 7", "8 ", "9223372036854775808", "1_0", "0x1F", "-", "--1", "12.0", "inf", "1e400", "1..2", "1e"),
    *("4.9e-324", "1e39", "128"),
    *("None", "#N/A N/A", "NAN", "nan", "T", "0", "1", "tRUE", " True", "\0", "True\0", "a\0b", "\t", " ", "True", "-7", "a"),
    *(".", "-0"),
    *("2013-02-29", "2013-13-01", "2013-1-1", "NaT", "2013-01-31 24:00:00", "\x85", "\u2028", "\ufeff", "\udcff"),
]
RAW = ['a"b', '"a"b', '"', '""a', '"a" ', ' "a"', "\r", "a\rb", '"a', "\n", '"\n"', "\r\n", '""', '"a""b"', '"a,b\n"']
BYTES = b',;"\n\r\t 01279.-+eETrue\0\xff\xc3\xa9\xe2\x80\xa8'


@dataclass(frozen=True)
class Case:
    """One text and what is asked of it.

    Parameters
    ----------
    text : str
        Its bytes, as latin-1.
    kinds : str
        A letter of `DTYPES` or `FORMATS` for each column.
    wanted, plain : tuple of int
        The columns to make; those of text that are not to have a dictionary.
    separator : str
    given : bool
        Whether the dtypes are the user's.
    missing : int
        A place in `MISSING`.
    window, distinct : int
        How much room the core has, so that small texts fill it.
    """

    text: str
    kinds: str
    wanted: tuple[int, ...]
    plain: tuple[int, ...] = ()
    separator: str = ","
    given: bool = True
    missing: int = 0
    window: int = 4096
    distinct: int = 16_384

    @cached_property
    def data(self) -> bytes:
        return self.text.encode("latin-1")

    @cached_property
    def layout(self) -> Layout:
        """What the engines are told."""
        names = tuple(f"c{place}" for place in range(len(self.kinds)))
        seen = tuple(SEEN.get(self.kinds[place]) if self._is_inferred(place) else None for place in self.wanted)
        return Layout(
            Dialect(separator=self.separator.encode("latin-1"), missing=MISSING[self.missing]),
            names,
            tuple((names[place], place, self.dtype(place)) for place in self.wanted),
            seen,
            frozenset(place for place in self.plain if self.kinds[place] in "s"),
        )

    def _is_inferred(self, place: int) -> bool:
        return self.kinds[place] == "B" or (not self.given and self.kinds[place] in SEEN)

    def dtype(self, place: int) -> DType:
        kind = self.kinds[place]
        return OBJECT_BOOL if kind == "B" else dtype_named(DTYPES.get(kind, "str"))

    @property
    def formats(self) -> dict[int, str]:
        return {place: FORMATS[self.kinds[place]] for place in self.wanted if self.kinds[place] in FORMATS}

    def dump(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def load(cls, path: Path) -> Case:
        fields = json.loads(path.read_text("ascii"))
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})


def kept() -> list[Case]:
    """The cases of the corpus."""
    return [Case.load(path) for path in sorted(CORPUS.glob("*.json"))]


class Maker:
    """Makes cases without end; the same seed makes the same ones.

    Parameters
    ----------
    seed : int
        Of the random numbers.
    corpus : sequence of Case
        What is changed into something new now and then.
    """

    def __init__(self, seed: int, corpus: Sequence[Case]) -> None:
        self._random = random.Random(seed)
        self._corpus = list(corpus)
        self._real = [line for path in sorted(SAMPLE.glob("*.csv")) for line in path.read_bytes().splitlines(True)[1:]]

    def case(self) -> Case:
        r = self._random
        way = r.random()
        if way < 0.6:
            return self._written()
        if way < 0.7:
            return self._bytes()
        if way < 0.85 or not self._corpus:
            return self._of_a_real_file()
        old = r.choice(self._corpus)
        return Case(**{**asdict(old), "text": self._changed(old.data, old.separator).decode("latin-1"), **self._room()})

    def _room(self) -> dict[str, int]:
        r = self._random
        return {"window": r.choice([160, 163, 230, 4096]), "distinct": r.choice([1, 3, 8, 16_384])}

    def _dress(self, text: bytes, kinds: str, separator: str) -> Case:
        r = self._random
        wanted = tuple(sorted(r.sample(range(len(kinds)), r.randint(1, min(len(kinds), 6)))))
        plain = tuple(place for place in wanted if r.random() < 0.4)
        missing = 0 if r.random() < 0.6 else r.randrange(len(MISSING))
        return Case(text.decode("latin-1"), kinds, wanted, plain, separator, r.random() < 0.5, missing, **self._room())

    def _separator(self) -> str:
        r = self._random
        return r.choice(",,,,;\t| :") if r.random() < 0.95 else r.choice("ax0-.~\x01#")

    def _field(self, kind: str, oddness: float, quoting: float, separator: str) -> str:
        r = self._random
        text = r.choice(ODD) if r.random() < oddness else r.choice(PLAIN["f" if kind == "F" else kind])
        if r.random() < oddness / 2:
            return r.choice(RAW)
        if kind == "s" and r.random() < quoting:
            text = r.choice(['a"b', '"', f"a{separator}b", "a\nb", "\r\n", "abcdefg,\nh", text * 9])
        if r.random() < quoting or any(character in text for character in f'"\r\n{separator}'):
            return '"' + text.replace('"', '""') + '"'
        return text

    def _written(self) -> Case:
        r = self._random
        kinds = "".join(r.choice("iIufFssbBdtT") for _ in range(r.choice([1, 2, 3, 3, 5, 9])))
        separator, newline = self._separator(), r.choice(["\n", "\n", "\r\n"])
        oddness, quoting = r.choice([0, 0, 0, 0.01, 0.1]), r.choice([0, 0, 0.1, 1])
        lines: list[str] = []
        for _ in range(r.choice([0, 1, 2, 5, 20, 60])):
            width = len(kinds) + (r.choice([-1, 1]) if r.random() < oddness / 3 else 0)
            lines.append(separator.join(self._field(kinds[k % len(kinds)], oddness, quoting, separator) for k in range(width)))
            if r.random() < 0.03:
                lines.append(r.choice(["", "", "  ", "\t"]))
        text = newline.join(lines) + r.choice(["", newline])
        data = text.encode("utf-8", "surrogateescape")
        return self._dress(self._changed(data, separator) if r.random() < 0.15 else data, kinds, separator)

    def _bytes(self) -> Case:
        r = self._random
        kinds = "".join(r.choice("iIufFsssbBd") for _ in range(r.choice([1, 1, 2, 2, 3])))
        alphabet = bytes(r.sample(BYTES, r.randint(3, 12))) + b",\n" if r.random() < 0.9 else bytes(range(256))
        text = bytes(r.choice(alphabet) for _ in range(r.choice([0, 3, 8, 20, 70, 300])))
        return self._dress(text, kinds, self._separator())

    def _of_a_real_file(self) -> Case:
        r = self._random
        start = r.randrange(len(self._real))
        text = b"".join(self._real[start : start + r.choice([1, 2, 5, 30])])
        if r.random() < 0.7:
            text = self._changed(text, ",")
        kinds = "iiiifififissffffffssfffbb" if r.random() < 0.8 else "".join(r.choice("iIufFsbBd") for _ in range(23))
        return self._dress(text, kinds[: 1 + text.split(b"\n")[0].count(b",")] or "s", ",")

    def _changed(self, text: bytes, separator: str) -> bytes:
        """The text with a few bytes changed, put in, left out, or repeated."""
        r = self._random
        special = [b'"', b"\n", b"\r", b"\r\n", separator.encode("latin-1"), b"\0", b"\xff", b'""', b" ", b"-", b"9" * 20]
        for _ in range(r.choice([1, 1, 2, 4])):
            at = r.randint(0, len(text))
            length = r.choice([0, 1, 1, 2, 9, 70])
            new = r.choice([b"", r.choice(special), bytes([r.randrange(256)]), text[at : at + r.choice([1, 30, 200])] * 2])
            text = text[:at] + new + text[at + length :]
        return text
