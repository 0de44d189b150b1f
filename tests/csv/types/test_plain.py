from __future__ import annotations

import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lazyframe.csv.options.dialect import PLAIN_FORMS, Forms, Missing
from lazyframe.csv.types.infer import TextKinds, kinds_of
from lazyframe.csv.types.plain import plain_kinds

USUAL = Missing.of(None, True)
TEXTS = [
    *(
        "",
        "NA",
        "nan",
        "NaN",
        "1",
        "-2",
        "0",
        "-0",
        "+7",
        " 3",
        "4 ",
        "007",
        "1.5",
        "-.5",
        "2.",
        "1.5e3",
        "1.5e-30",
        "1e5",
        "1e400",
    ),
    *("1_000", "12 000", "9223372036854775807", "9223372036854775808", "99999999999999999999", "0.1234567890123456789012345"),
    *(
        "True",
        "false",
        "TRUE",
        " True",
        "tRUE",
        "inf",
        "-Infinity",
        " nan",
        "abc",
        "nature",
        "e",
        "ee",
        "1e",
        "e5",
        "-",
        "+",
        ".",
        "_",
    ),
    *(
        "2024-01-31",
        "2024-01-31 12:00:00",
        "1-2",
        "1.2.3",
        "12:30",
        "0x1F",
        "1,5",
        "ä",
        "x\ny",
        "1\n2",
        "\n",
        "-e",
        "a\t",
        "\v1",
        "1\f",
    ),
    *("-999", "-999.00", "5%", "$5", "1.5f", "infinit", "1inf", "nan(1)", "1.#IND", "#N/A", "True\n", "e\ne", "Nan e", "1 e5"),
    *("9E", "0e", "N3EAAA", "3f", "f3", "1e5f", "1ef", "inf1", "1true", "e5e", "5e5e", "1e+", "9E ", " 9E", "9Ex", "1E5L", "0xe"),
]


def comparable(kinds: TextKinds) -> TextKinds:
    """Without what nobody looks for in a column that has text."""
    return kinds & ~(TextKinds.FLOAT | TextKinds.BOOL) if kinds & TextKinds.TEXT else kinds


@settings(max_examples=examples(75), deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(TEXTS), st.text(" \t+-.0123456789eEinfatr_\n", max_size=8)), max_size=6),
    st.sampled_from([None, -999, ["x", 5], ["5%", "True"]]),
    st.sampled_from([PLAIN_FORMS, Forms(","), Forms(thousands=","), Forms(true=("1",)), Forms(integers=False)]),
)
@example(["1.5"], None, Forms(","))
@example(["1", "2"], None, Forms(true=("1",)))
def test_kinds_are_those_that_pandas_tells(texts: list[str], na_values: object, forms: Forms) -> None:
    check(texts, na_values, forms)


def check(texts: list[str], na_values: object, forms: Forms) -> None:
    """What is told of these texts is what pandas tells."""
    missing = Missing.of(na_values, True)
    found = plain_kinds(texts, missing, forms)
    if found is not None:
        named = missing.all_texts()
        expected = kinds_of([None if text in named else text for text in texts], missing, forms)
        assert comparable(found) == comparable(expected)


@pytest.mark.parametrize("text", TEXTS)
def test_one_text(text: str) -> None:
    check([text], None, PLAIN_FORMS)


def test_what_is_usual_is_plain() -> None:
    """Else nothing would be won: pandas would be asked about each of these columns."""
    columns = (["1", "-2"], ["1.5", "", "3"], ["True", "False", "NA"], ["rain", "sun"], ["2024-01-31", "1"], ["abc", "1.5"])
    columns += (["9E", "AA"], ["N354NA", "N3EAAA", "NA"])
    assert None not in [plain_kinds(texts, USUAL) for texts in columns]
    assert plain_kinds(["1", "2"], Missing.of(-999, True)) == TextKinds.INT
    assert plain_kinds(["x", "y"], Missing.of(-999, True)) == TextKinds.TEXT | TextKinds.NO_INT
    assert plain_kinds(["1", "2"], USUAL, Forms(",")) == TextKinds.INT


def test_thousands_of_lines_are_looked_at_in_one_go() -> None:
    """A pattern that tries again what it has passed would not end here."""
    texts = [f"word {number} and {number}" for number in range(20_000)]
    assert plain_kinds([*texts, "e"], USUAL) is None
    assert plain_kinds([*texts, "1"], USUAL) == TextKinds.TEXT | TextKinds.INT | TextKinds.NO_INT


@pytest.mark.parametrize("text", ["y" * 3000, "1" * 3000, " " * 2000 + "1", "a, " * 900, "1." + "0" * 2000, "e" * 2000])
def test_long_texts(text: str) -> None:
    assert test_kinds_are_those_that_pandas_tells.hypothesis.inner_test([text, "1"], None, PLAIN_FORMS) is None


def test_of_a_text_of_megabytes_the_beginning_is_looked_at() -> None:
    """The patterns take seconds for all of it."""
    assert plain_kinds(["y" * 30_000_000, "1"], USUAL) == TextKinds.TEXT | TextKinds.INT | TextKinds.NO_INT
    assert plain_kinds(["1" * 30_000_000], USUAL) is None
