"""Delayed calls: what they compute, beside the same lines run at once; what they refuse; what they say."""

from __future__ import annotations

import dataclasses
import operator
import pickle
import sys
import threading
import traceback
from collections import defaultdict, namedtuple

import call_tasks
import numpy as np
import pandas as pd
import pytest
from call_tasks import Point, add, dec, fail, inc, wrapped
from hypothesis import given
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe import delayed
from lazyframe.graph import needed
from lazyframe.run import Request


def both(x):
    return x, -x


@dataclasses.dataclass(frozen=True)
class Pair:
    left: object
    right: object = None


Named = namedtuple("Named", "a b")


def tasks_of(*values):
    graph, keys = Request(values).lower()
    return [graph[key].title for key in needed(graph, keys)]


def test_the_line_of_the_tutorial():
    x = delayed(inc)(1)
    y = delayed(dec)(2)
    total = delayed(add)(x, y)
    assert total.compute() == 3
    assert total.compute(scheduler="processes", num_workers=2) == 3
    assert lf.compute(total, [x, {"y": y}], 5, scheduler="sync") == (3, [2, {"y": 1}], 5)


def test_building_runs_nothing_and_common_work_is_done_once():
    calls = []
    lock = threading.Lock()

    @delayed
    def noted(x):
        with lock:
            calls.append(x)
        return x

    one = noted(1)
    two = one + noted(2)
    assert calls == []
    assert lf.compute(two, one * 10, [one, one]) == (3, 10, [1, 1])
    assert sorted(calls) == [1, 2]


# ---- arguments


@pytest.mark.parametrize(
    ("shape", "type_"),
    [
        (lambda v: [v, [v, 1]], list),
        (lambda v: (v, (v,)), tuple),
        (lambda v: {"a": v, "b": [v]}, dict),
        (lambda v: {v, 3}, set),
        (lambda v: frozenset([v]), frozenset),
        (lambda v: Pair(v, [v]), Pair),
        (lambda v: Named(v, {"x": v}), Named),
        (lambda v: slice(v, None, v), slice),
        (lambda v: defaultdict(list, a=v), defaultdict),
        (lambda v: [{"a": (v, {"b": [Pair(v)]})}], list),
    ],
)
def test_lazy_values_inside_containers(shape, type_):
    one = delayed(inc)(0)
    got_as_argument, got_alone = delayed(lambda value: value)(shape(one)), delayed(shape(one))
    for got in lf.compute(got_as_argument, got_alone, shape(one), scheduler="sync"):
        assert got == shape(1)
        assert type(got) is type_


def test_containers_without_lazy_values_are_handed_over_as_they_are():
    value = [1, {"a": (2,)}]
    assert delayed(lambda x, y: x is value)(value, delayed(inc)(1)).compute(scheduler="sync")


def test_keyword_arguments():
    assert delayed(add)(1, y=delayed(inc)(1)).compute(scheduler="sync") == 3


trees = st.recursive(
    st.integers(-5, 5),
    lambda below: st.tuples(st.sampled_from(["add", "sub", "mul"]), below, below) | st.lists(below, max_size=3).map(tuple),
    max_leaves=12,
)


@given(trees)
def test_any_tree_of_calls_and_containers(tree):
    def built(node, call):
        if isinstance(node, int):
            return call(int)(node)
        if node and isinstance(node[0], str):
            return call(lambda a, b: (node[0], a, b))(built(node[1], call), built(node[2], call))
        return call(list)([built(item, call) for item in node])

    assert built(tree, delayed).compute(scheduler="sync") == built(tree, lambda function: function)


def test_a_chain_longer_than_the_stack():
    value = delayed(inc)(0)
    for _ in range(5 * sys.getrecursionlimit()):
        value = value + 1
    assert value.compute(scheduler="sync") == 5 * sys.getrecursionlimit() + 1
    assert len(repr(value)) < 200


# ---- operators, attributes, methods, items


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "and_",
        "or_",
        "xor",
        "lshift",
        "rshift",
    ],
)
def test_operators(name):
    function = getattr(operator, name)
    seven, two = delayed(int)(7), delayed(int)(2)
    got = lf.compute(function(seven, 2), function(7, two), function(seven, two), scheduler="sync")
    assert got == (function(7, 2),) * 3


def test_more_operators():
    x, half = delayed(int)(-7), delayed(float)(2.567)
    a = delayed(np.eye)(2)
    assert lf.compute(-x, +x, abs(x), ~x, round(half, 1), round(half), divmod(x, 2), divmod(9, -x), scheduler="sync") == (
        *(7, -7, 7, 6, 2.6, 3),
        *((-4, 1), (1, 2)),
    )
    assert ((a @ a).compute(scheduler="sync") == np.eye(2)).all()
    assert (np.float64(1.5) + x).compute(scheduler="sync") == -5.5


def test_attributes_methods_and_items():
    point = delayed(Point)(1)
    assert point.x.compute(scheduler="sync") == 1
    assert point.moved(delayed(inc)(1), times=2).x.compute(scheduler="sync") == 5
    assert point[1 : delayed(inc)(1), "a"].compute(scheduler="sync") == (slice(1, 2), "a")
    assert delayed({"a": [1, 2]})["a"][0].compute(scheduler="sync") == 1
    assert tasks_of(point.moved(1)) == ["Point", "moved"]


def test_a_value_that_is_a_function():
    make = delayed(lambda by: lambda x: x + by)
    assert make(2)(delayed(inc)(1)).compute(scheduler="sync") == 4
    assert delayed(inc).compute(scheduler="sync") is inc


def test_several_results():
    plus, minus = delayed(both, nout=2)(3)
    assert lf.compute(plus, minus, scheduler="sync") == (3, -3)
    assert len(delayed(both, nout=2)(3)) == 2
    assert list(delayed(lambda: None, nout=0)()) == []


# ---- decorators


def test_decorators():
    @delayed
    def plain(x):
        """Said of it."""
        return x

    @delayed(nout=2, pure=True, name="pair")
    def two(x):
        return x, x

    class Owner:
        factor = 3

        @delayed
        def times(self, x):
            return self.factor * x

    assert plain(1).compute(scheduler="sync") == 1
    assert (plain.__name__, plain.__doc__) == ("plain", "Said of it.")
    assert two(1).key == two(1).key
    assert tasks_of(two(1)) == ["pair"]
    assert Owner().times(2).compute(scheduler="sync") == 6
    assert delayed(plain) is plain


# ---- keys


def test_pure_calls_are_known_by_their_content():
    frame = pd.DataFrame({"x": [1, 2]})
    pure = delayed(add, pure=True)
    assert pure(1, y=2).key == pure(1, y=2).key
    assert pure(frame).key == pure(frame.copy()).key
    assert pure(1).key != pure(1.0).key != pure(True).key
    assert pure(delayed(inc)(1)).key != pure(delayed(inc)(1)).key, "what is not pure is made anew"
    assert delayed(inc)(1).key != delayed(inc)(1).key
    df = lazy(sample())
    assert pure(df.i.sum()).key == pure(df.i.sum()).key != pure(df.f.sum()).key
    by = 1
    assert delayed(lambda x: x + by, pure=True)(1).key != delayed(lambda x: x - by, pure=True)(1).key
    assert len(tasks_of(pure(1), pure(1), pure(2))) == 2


def test_a_pure_call_of_what_cannot_be_pickled_is_equal_to_no_other():
    lock = threading.Lock()
    assert delayed(add, pure=True)(lock).key != delayed(add, pure=True)(lock).key


def test_keys_of_the_users_own():
    one, other = delayed(inc)(1, dask_key_name="mine"), delayed(inc)(2, dask_key_name="mine")
    assert one.key == "mine"
    assert lf.compute(one, one, scheduler="sync") == (2, 2)
    with pytest.raises(ValueError, match=r"two delayed calls have the key 'mine'.*dask_key_name"):
        lf.compute(one, other, scheduler="sync")


# ---- refusals


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (bool, "is not known before it is computed.*compute"),
        (len, "length of .*not known"),
        (list, "nout=2"),
        (int, "compute"),
        (float, "compute"),
        (np.asarray, "compute"),
        (lambda x: 1 in x, "operator.contains"),
        (lambda x: range(3)[x], "compute"),
        (lambda x: setattr(x, "a", 1), "cannot be changed"),
        (lambda x: operator.setitem(x, "a", 1), "cannot be changed"),
        (lambda x: dict(zip("ab", x, strict=True)), "nout"),
    ],
)
def test_what_needs_the_value_is_refused(use, said):
    with pytest.raises(TypeError, match=said):
        use(delayed(inc)(1))


def test_private_attributes_are_not_delayed():
    with pytest.raises(AttributeError, match="_hidden"):
        delayed(inc)(1)._hidden  # noqa: B018


@pytest.mark.parametrize("nout", [-1, 1.5, "2", True])
def test_nout_is_checked(nout):
    with pytest.raises(ValueError, match="nout"):
        delayed(both, nout=nout)


# ---- text


def test_repr():
    x = delayed(inc)(1)
    assert repr(delayed(inc)) == "lf.delayed(inc)"
    assert repr(x) == "lf.Delayed<inc(1)>"
    assert repr(delayed(add)(x, y=[x])) == "lf.Delayed<add(inc(...), y=[inc(...)])>"
    assert repr(delayed(add)(pd.DataFrame({"a": [1]}), "s" * 1000)).startswith("lf.Delayed<add(<DataFrame 1 x 1>, 'sss")
    assert repr(delayed(add)(lazy(sample()).i.sum())) == "lf.Delayed<add(Scalar)>"


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_an_error_shows_the_users_lines_and_the_call(scheduler):
    bad = delayed(fail)(delayed(inc)(1), option=pd.DataFrame({"a": [1, 2]}))  # written here
    with pytest.raises(ZeroDivisionError, match="on purpose") as caught:
        (bad + 1).compute(scheduler=scheduler)
    notes = caught.value.__notes__
    assert "delayed call: fail(2, option=<DataFrame 2 x 1>)" in notes
    (place,) = [note for note in notes if note.startswith("written in")]
    assert __file__ in place
    assert place.endswith("# written here")
    assert "in task fail" in notes
    if scheduler != "processes":
        files = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert (files[0], files[-1]) == (__file__, call_tasks.__file__)
        assert len(files) == 4, "the user's line, two of ours, the user's function"


def test_a_picture():
    assert "inc" in delayed(inc)(1).visualize()._repr_svg_()


# ---- travelling


def test_a_decorated_function_goes_to_another_process():
    assert wrapped(1).x.compute(scheduler="processes", num_workers=1) == 2


def test_a_delayed_value_can_be_pickled():
    total = delayed(add)(delayed(inc)(1), [delayed(Point)(2).x])
    back = pickle.loads(pickle.dumps(delayed(add, pure=True)(1, delayed(inc)(1))))
    assert back.compute(scheduler="sync") == 3
    assert pickle.loads(pickle.dumps(total)).key == total.key
    assert pickle.loads(pickle.dumps(delayed(both, nout=2)))(1).compute(scheduler="sync") == (1, -1)


# ---- with frames


def test_lazy_frames_are_arguments():
    frame = sample()
    df = lazy(frame, (2, 5))
    made = delayed(lambda data, column, top, by: (data, column, top, by["means"]))(
        df[df.i > 1], df.s, df.f.max(), {"means": df.groupby("b").f.mean()}
    )
    for got in (made.compute(scheduler="sync"), made.compute()):
        assert_same(got[0], frame[frame.i > 1])
        assert_same(got[1], frame.s)
        assert got[2] == frame.f.max()
        assert_same(got[3], frame.groupby("b").f.mean())


def test_frames_anywhere_are_read_once():
    df = lazy(sample(), (2, 5))
    total = df.i.sum()
    wanted = (total, delayed(inc)(total), delayed(inc)(df.f.max()), [df.s.count()])
    assert sum(title.startswith("scan") for title in tasks_of(*[wanted[0], *wanted[1:3], wanted[3][0]])) == 3
    assert lf.compute(*wanted, scheduler="sync") == (16, 17, np.inf, [7])


def test_a_frame_and_its_copy_in_a_function_do_not_share_memory():
    df = lazy(sample(), (2, 5))

    def spoil(data):
        data["i"] = 0
        data.loc[:, "f"] = 0.0
        return len(data)

    got, size, again = lf.compute(df, delayed(spoil)(df), delayed(len)(df), scheduler="sync")
    assert_same(got, sample())
    assert size == again == 9


def test_operators_of_frames_and_delayed_values():
    df = lazy(sample())
    two = delayed(inc)(1)
    assert_same((df.i + two).compute(scheduler="sync"), sample().i + 2)
    assert_same((two * df.i).compute(scheduler="sync"), 2 * sample().i)
    assert (df.i.sum() + two).compute(scheduler="sync") == 18


@pytest.mark.parametrize("use", [lambda c, v: c.fillna(v), lambda c, v: c.between(0, v), lambda c, v: c.where(c > 1, v)])
def test_a_delayed_value_as_an_argument_of_a_column(use):
    assert_same(use(lazy(sample(), (2,)).f, delayed(inc)(1)).compute(scheduler="sync"), use(sample().f, 2))


def test_a_query_in_a_delayed_function():
    df = lazy(sample(), (2, 5))
    assert delayed(lambda: int(df.i.sum().compute()))().compute() == 16


def test_decorators_with_the_settings_that_are_those_anyway():
    @delayed(pure=False)
    def twice(x):
        return 2 * x

    assert twice(3).compute() == 6
    assert delayed(None).compute() is None


def test_iterators_are_looked_through_and_what_is_not_traversed_is_handed_on():
    one, two = delayed(inc)(0), delayed(inc)(1)
    for kind in (list, tuple, set):
        assert delayed(sum)(iter(kind([one, two]))).compute() == 3
    handed = delayed([one, 5], traverse=False).compute()
    assert handed[0] is one
    assert delayed([one, 5]).compute() == [1, 5]


def test_a_field_of_a_dataclass_may_have_no_value():
    @dataclasses.dataclass
    class Half:
        a: object
        b: object = dataclasses.field(init=False)

    made = delayed(Half(delayed(inc)(1))).compute()
    assert made.a == 2
    assert not hasattr(made, "b")
