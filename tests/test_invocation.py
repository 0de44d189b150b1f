"""What the task of a call does: lazy arguments put back where they stood, errors with the call and the line."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from lazyframe.invocation import CallSite, Invocation, Slot, brief, call_text


def gathered(*arguments, **keywords):
    return arguments, keywords


def _made():
    return CallSite.current()


def test_values_go_where_the_slots_stand():
    template = (([Slot(1), "x"], {"k": Slot(0)}), {"option": Slot(1)})
    invocation = Invocation(gathered, "gathered", CallSite("a.py", 3), template)
    for one in (invocation, pickle.loads(pickle.dumps(invocation))):
        assert one(5, 7) == (([7, "x"], {"k": 5}), {"option": 7})


def test_without_a_template_the_values_are_the_arguments():
    assert Invocation(gathered, "gathered", CallSite("a.py", 3))(1, 2) == ((1, 2), {})


def test_an_error_has_the_call_and_the_line():
    site = _made()
    with pytest.raises(ZeroDivisionError) as found:
        Invocation(lambda a, b: a / b, "ratio", site)(1, 0)
    assert found.value.__notes__ == ["delayed call: ratio(1, 0)", f"written in {site}"]
    assert str(site).endswith("site = _made()")


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), ("a\nb", "'a\\nb'"), (pd.DataFrame({"a": [1, 2]}), "<DataFrame 2 x 1>"), ("x" * 100, None)],
)
def test_arguments_are_shown_in_brief(value, text):
    assert brief(value) == text if text else len(brief(value)) <= 42


def test_of_many_arguments_the_first_are_shown():
    assert call_text("f", list(range(9)), {"k": 1}, str) == "f(0, 1, 2, 3, 4, 5, ..., k=1)"
