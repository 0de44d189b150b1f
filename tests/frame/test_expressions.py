"""The language of `query` and `eval`, against pandas, on the same line of code."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

WRONG = ["i >", "nothing > 1", "@none > i"]
EXPRESSIONS = [
    *("i > @d['k']", "i > @o.x", "i > @args[0]", "i == @value", "index < @index", "t > @pd.Timestamp('2020-01-01')"),
    *("'a' in s", "s in @names", "s not in @names", "i in [1,2] and b", "i in i", "s in o", "s == ['a', 'Bc']", "s != ['a']"),
    *("i > index", "i < f", "not b", "b == True", "b", "~b", "b & i > 0", "b and i > 0", "i == 1 or i == 2", "b == 1"),
    *("i % 3 == 1", "-i > 2", "i ** 2 > 5", "i // 2 == 1", "(i > 1) & (f < 5) | b", "i > 1 & f < 5", "not i > 2 and b"),
    *("s == s", "s != 'a'", "s > 'a'", "'a' == s", "f == f", "f != f", "t > '2020-01-01'", "t.dt.year == 2020", "d > '1 hour'"),
    *("s.str.contains('a', na=False)", "s.isna()", "i.isin([1,2])", "i.between(0,3)", 's == "a\'b"', "`i` > 1 and `s` == 'a'"),
    *("1 < i", "1 < i < 3 < 10", "i == i.max()", "i > i.mean()", "sqrt(i*i) > 2", "abs(i) > 2", "i + f > 2", "q == True"),
    *("i == '1'", "o == 'a'"),
]
VALUES = ["i + 1", "i * f - 2", "-f", "i > 2", "s.str.upper()", "sqrt(abs(f))", "@value * i"]
NAMES = {"d": {"k": 1}, "args": (5,), "value": 2, "index": 3, "names": ["a", "Bc"], "o": pd.Series([1], ["x"]), "pd": pd}


@pytest.mark.parametrize(("method", "expr"), [*(("query", one) for one in EXPRESSIONS), *(("eval", one) for one in VALUES)])
@pytest.mark.filterwarnings("ignore")
def test_as_pandas(method, expr):
    want = getattr(sample(), method)(expr, local_dict=NAMES)
    got = getattr(lazy(sample(), (2, 5)), method)(expr, local_dict=NAMES)
    assert_same(got.compute(scheduler="sync"), want)


@pytest.mark.parametrize("method", ["query", "eval"])
@pytest.mark.parametrize("expr", WRONG)
def test_what_is_wrong_is_wrong_as_in_pandas(method, expr):
    with pytest.raises((NameError, SyntaxError)) as theirs:
        getattr(sample(), method)(expr)
    with pytest.raises(NameError if theirs.errisinstance(NameError) else SyntaxError):
        getattr(lazy(sample()), method)(expr).compute()


def test_variables_are_as_they_were_where_the_line_was_written():
    df, d, least = lazy(sample(), (2, 5)), {"k": 1}, 1
    asked = (df.query("i > @d['k']"), df.query("i > @least"))
    d, least = {"k": 100}, 100
    want = sample().query("i > 1")
    for one in asked:
        assert_same(one.compute(), want)
    assert (d, least) == ({"k": 100}, 100)


def test_nothing_of_ours_is_a_variable():
    for name in ("expr", "frame", "np", "kwargs"):
        with pytest.raises(NameError, match=name):
            lazy(sample()).query(f"i > @{name}[0]").compute()
