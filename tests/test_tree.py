"""Trees of frozen nodes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lazyframe.expr import Call, Column, Literal
from lazyframe.tree import Node, node, token


@node
class Leaf(Node):
    value: Any

    def label(self) -> str:
        return f"Leaf {self.value}"


@node
class Pair(Node):
    left: Any
    right: Any


@node
class Many(Node):
    items: tuple[Any, ...]


DIFFERENT = [
    1, 1.0, True, "1", b"1", None, (1,), [1], (1, 2), ((1,), 2), {1: 2}, {2: 1}, frozenset({1}), 0, -0.0, 0.0, float("nan"), "",
    np.int64(1), np.float64(1), pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02"), pd.Timedelta("1D"),
    np.datetime64("2020-01-01"),
    ("a", "b"), ("a,b",), "a,b",
]  # fmt: skip


def test_values_that_differ_have_different_tokens():
    assert len({token(value) for value in DIFFERENT}) == len(DIFFERENT)


def test_equal_values_have_one_token():
    assert token({1, 2, 3}) == token({3, 2, 1})
    assert token(float("nan")) == token(float("nan"))
    assert token([1, ("a", None)]) == token([1, ("a", None)])


def test_tokens_are_the_same_in_another_process():
    code = (
        "from lazyframe.expr import *; from lazyframe.tree import token; import pandas as pd;"
        "print(Call('gt', (Column('x'), Literal(pd.Timestamp('2020')))).token, token({'a', 'b', 'c'}))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert there == [Call("gt", (Column("x"), Literal(pd.Timestamp("2020")))).token, token({"a", "b", "c"})]


def test_nodes_are_equal_by_structure_and_kind():
    assert Pair(Leaf(1), 2) == Pair(Leaf(1), 2)
    assert hash(Pair(Leaf(1), 2)) == hash(Pair(Leaf(1), 2))
    assert Leaf(1) != Leaf(1.0)
    assert Leaf(1) != Leaf(True)
    assert Pair(1, 2) != Many((1, 2))
    assert Leaf(1) != 1


def test_nodes_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Leaf(1).value = 2  # type: ignore[misc]


def test_children_are_found_in_fields_and_nested_tuples():
    a, b, c = Leaf("a"), Leaf("b"), Leaf("c")
    assert Pair(a, 5).children == (a,)
    assert Many((("x", a), (b, (c,)))).children == (a, b, c)
    assert Leaf([a]).children == ()  # a list is a plain value


def test_walk_meets_a_shared_node_once():
    shared = Leaf(0)
    tree: Node = shared
    for _ in range(60):  # 2**60 paths
        tree = Pair(tree, tree)
    assert len(list(tree.walk())) == 61
    assert next(tree.walk()) is tree


def test_rewrite_goes_from_the_leaves_up_and_keeps_what_did_not_change():
    seen = []

    def function(node: Node) -> Node:
        seen.append(node.label())
        return Leaf(9) if node == Leaf(1) else node

    kept = Pair(Leaf(2), Leaf(3))
    tree = Pair(Many((("k", Leaf(1)),)), kept)
    new = tree.rewrite(function)
    assert new == Pair(Many((("k", Leaf(9)),)), kept)
    assert new.right is kept
    assert seen == ["Leaf 1", "Many", "Leaf 2", "Leaf 3", "Pair", "Pair"]
    assert tree.rewrite(lambda node: node) is tree


def test_rewrite_of_a_tree_with_shared_nodes_is_linear():
    calls = []
    tree: Node = Leaf(0)
    for _ in range(50):
        tree = Pair(tree, tree)
    new = tree.rewrite(lambda node: calls.append(1) or (Leaf(1) if isinstance(node, Leaf) else node))  # type: ignore[func-returns-value]
    assert len(calls) == 51
    assert new != tree


def test_to_text_draws_children_below_and_to_the_right():
    tree = Pair(Many((Leaf("a"), Leaf("b"))), Leaf("c"))
    assert tree.to_text() == "Pair\n  Many\n    Leaf a\n    Leaf b\n  Leaf c"
    assert repr(tree) == tree.to_text()
    assert str(Call("gt", (Column("x"), Literal(1)))).splitlines()[0] == "x > 1"


def test_what_a_walk_and_a_rewriting_pass_over():
    kept, other = Pair(Leaf(1), Leaf(2)), Leaf(1)
    tree = Many((kept, other))
    assert list(tree.walk(unless=lambda node: isinstance(node, Pair))) == [tree, kept, other]
    new = tree.rewrite(lambda node: Leaf(9) if isinstance(node, Leaf) else node, unless=lambda node: isinstance(node, Pair))
    assert new == Many((kept, Leaf(9)))
    assert new.items[0] is kept
