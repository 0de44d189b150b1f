"""The kinds of texts of which nobody has to ask pandas: plain numbers, truth values, and what no number can look like.

To ask pandas about a column costs as much as to have it read all of it, and most columns hold nothing odd. So what is
certain is told here, by a look or two at all the texts of a column. Where a text is of no plain form the answer is None, and
`infer.kinds_of_each` finds out what pandas makes of it.

See docs/decisions/0075-many-columns-at-once.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lazyframe.csv.options.dialect import PLAIN_FORMS, Forms, Missing
from lazyframe.csv.types.infer import TextKinds

_BLANKS = r"[ \t]*+"
_INTEGER = rf"{_BLANKS}[+-]?+[0-9]{{1,18}}+{_BLANKS}"
"""A whole number that fits int64."""
_FLOAT = rf"{_BLANKS}[+-]?+(?>[0-9]{{1,30}}+\.[0-9]{{0,30}}+|\.[0-9]{{1,30}}+)(?>[eE][+-]?+[0-9]{{1,2}}+)?+{_BLANKS}"
_LETTERS = "aAeEfFiIlLnNrRsStTuUyY"  # of the words below
_ODD = rf"(?:[-+_ \t{_LETTERS}]|[0-9.]++(?![-+]))*+(?:[^-+_ \t{_LETTERS}\n\v\f\r]|[0-9.])[^\n]*+"
"""With something that stands in no number and in none of these words, or with a sign behind a digit."""
_CODE = r"[0-9]++[eE]|(?=[a-zA-Z]*[0-9])(?=[0-9eE]*[a-df-zA-DF-Z])[0-9a-zA-Z]++"
"""``9E``, ``N354NA``: digits with an exponent that has none, or with a letter that is no exponent; the words have no digits."""
_TEXT = rf"(?>{_ODD}|(?:{_CODE})(?![^\n]))"
_WORDS = frozenset(("inf", "infinity", "nan", "true", "false"))
"""What may be a number or a truth value, in some way to write it."""


def _all(pattern: str, usual: str = "") -> re.Pattern[str]:
    """Lines of which each is so: atomic, since to try the lines before once more would take for ever.

    `usual` is a simpler pattern for lines that are so, too: the first lines for which it does take half as long.
    """
    first = rf"(?:{usual}\n)*+" if usual else ""
    return re.compile(rf"{first}(?>{pattern}\n)*+")


_INTEGERS = _all(_INTEGER, "-?+[0-9]{1,18}+")
_FLOATS = _all(_FLOAT, r"-?+[0-9]{1,30}+\.[0-9]{0,30}+")
_TEXTS = _all(_TEXT)
_WORD = r"[-+ \ta-zA-Z]*[a-zA-Z][-+ \ta-zA-Z]*"
_EACH = re.compile(rf"(?P<integer>{_INTEGER})|(?P<float>{_FLOAT})|(?P<text>{_TEXT})|(?P<word>{_WORD})")
_BOOLS = frozenset(("True", "False", "TRUE", "FALSE", "true", "false"))
_NEGATIVE = TextKinds.INT | TextKinds.NEGATIVE
_KINDS = {
    "integer": TextKinds.INT,
    "float": TextKinds.FLOAT | TextKinds.NO_INT,
    "text": TextKinds.TEXT | TextKinds.NO_INT,
    "bool": TextKinds.BOOL | TextKinds.NO_INT,
}


_LONG = 1000
"""Characters: the patterns take a hundred times as long for one as reading does, and of a text of megabytes these are enough."""
_WORDY = re.compile(r"(?:[^a-zA-Z]*+[a-zA-Z]){10}")
"""More letters than any number or word has."""


def plain_kinds(texts: Collection[str], missing: Missing, forms: Forms = PLAIN_FORMS) -> TextKinds | None:
    """The kinds of the texts of a column, those that mean "missing" too; None where one of them is of no plain form.

    Of numbers and truth values in other forms than pandas takes by default only whole numbers are. No text may hold a NUL.

    Examples
    --------
    >>> plain_kinds(["1", "", "2.5"], Missing.of(None, True))
    <TextKinds.MISSING|INT|FLOAT|NO_INT: 131107>
    >>> plain_kinds(["1_000"], Missing.of(None, True))
    """
    if forms.number_words or not forms.integers:
        return None
    if not missing.numbers and (kind := _numbers(texts, forms)) is not None:  # no number means "missing"
        return kind
    distinct, found, named = set(texts), TextKinds.NOTHING, missing.all_texts()
    if not named.isdisjoint(distinct):
        distinct -= named
        found = TextKinds.MISSING
    if not distinct:
        return found
    if forms == PLAIN_FORMS and (long := {text for text in distinct if len(text) > _LONG}):
        if not all(_WORDY.match(text[:_LONG]) for text in long):
            return None
        distinct -= long
        found |= _KINDS["text"]
    if not distinct:
        return found
    if (kind := _numbers(distinct, forms)) is not None:
        pass
    elif forms != PLAIN_FORMS:
        return None
    elif _TEXTS.fullmatch("\n".join(distinct) + "\n") and not any("\n" in text for text in distinct):
        return found | _KINDS["text"]
    elif distinct <= _BOOLS:
        return found | _KINDS["bool"]
    else:
        kind = TextKinds.NOTHING
        for text in distinct:
            if (one := _kind(text)) is None:
                return None
            kind |= one
    if missing.numbers and not kind & TextKinds.TEXT and any(float(t) in missing.numbers for t in distinct - _BOOLS):
        return None  # a number that na_values names, written in another way
    return found | kind


def _numbers(texts: Collection[str], forms: Forms) -> TextKinds | None:
    """The kinds of texts that are all whole numbers, or all numbers with a point; None of others."""
    lines = "\n".join(texts) + "\n"
    if _INTEGERS.fullmatch(lines):
        kind = _NEGATIVE if "-" in lines else TextKinds.INT
    elif forms == PLAIN_FORMS and _FLOATS.fullmatch(lines):
        kind = _KINDS["float"]
    else:
        return None
    return kind if lines.count("\n") == len(texts) else None


def _kind(text: str) -> TextKinds | None:
    match = _EACH.fullmatch(text)
    if match is None:
        return None
    form = str(match.lastgroup)
    if form == "integer":
        return _NEGATIVE if "-" in text else TextKinds.INT
    if form == "word":
        if text in _BOOLS:
            form = "bool"
        elif (word := text.strip(" \t").lstrip("+-").lower()) in _WORDS or not word.strip("e"):
            return None
        else:
            form = "text"
    return _KINDS[form]
