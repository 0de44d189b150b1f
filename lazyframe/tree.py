"""Trees of frozen nodes: children, rewriting, text, and a content hash. Knows no operator.

Nodes are frozen dataclasses (`node`). Two nodes are equal when their tokens are, so `==` on nodes is structural equality
and never builds an expression: pandas' operators live on the face. (The dataclass's own equality would do for
shape, but takes `1`, `1.0` and `True` for the same literal.) A tree may share nodes; every walk visits a shared
node once, so repeated substitution stays linear.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import operator
import pickle
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from lazyframe.frozen import filled, lacking
from lazyframe.shown import shown

T = TypeVar("T", bound="Node")
C = TypeVar("C")

_PLAIN = frozenset({type(None), bool, int, float, str, bytes})


def token(value: Any) -> str:
    """A content hash of any value that a node holds: the same in every process, different for different content."""
    return hashlib.blake2b(_canonical(value), digest_size=12).hexdigest()


def _canonical(value: Any) -> bytes:
    if type(value) in _PLAIN:  # nearly all values are: of a wide file there are many thousands
        return f"{type(value).__name__}:{value!r}".encode()
    if isinstance(value, (tuple, list)):
        return b"%b(%b)" % (type(value).__name__.encode(), b",".join([_canonical(item) for item in value]))
    own = getattr(value, "token", None)
    if isinstance(own, str):
        return f"{type(value).__name__}:{own}".encode()
    if isinstance(value, (bool, int, float, str, bytes)):
        return f"{type(value).__name__}:{value!r}".encode()
    if isinstance(value, dict):
        return b"dict{" + b",".join(_canonical(k) + b"=" + _canonical(v) for k, v in value.items()) + b"}"
    if isinstance(value, (set, frozenset)):
        return b"set{" + b",".join(sorted(_canonical(item) for item in value)) + b"}"
    return f"{type(value).__module__}.{type(value).__qualname__}:".encode() + pickle.dumps(value, protocol=5)


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[C]) -> type[C]:
    """Make a class a sort of node: a frozen dataclass, with the methods of `Node`.

    Those that `dataclasses` would write are compiled anew for each class, and the nodes are so many that this would be a
    good part of the time of importing the package.
    """
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    made._defaults = {field.name: field.default for field in dataclasses.fields(made)}
    return cls


@node
class Node:
    """A frozen node whose fields are nodes, tuples that may hold nodes, and plain values."""

    _defaults: ClassVar[dict[str, Any]]  # of each field, in order: its default, or dataclasses.MISSING

    def __init__(self, *values: Any, **named: Any) -> None:
        defaults = self._defaults
        if not named and len(values) == len(defaults):  # as nearly always: of a wide frame there are many thousands
            self.__dict__.update(zip(defaults, values, strict=True))
            return
        new = filled(type(self), defaults, values, named)
        lacking(type(self), new)
        self.__dict__.update(new)

    def __setattr__(self, name: str, value: Any) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    @functools.cached_property
    def token(self) -> str:
        fields = self.__dict__
        return token((type(self).__name__, *[fields[name] for name in self._defaults]))

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.token == other.token)

    def __hash__(self) -> int:
        return hash(self.token)

    @functools.cached_property
    def children(self) -> tuple[Node, ...]:
        """The nodes in this node's fields, in order."""
        found: list[Node] = []
        for name in self._defaults:
            _collect(getattr(self, name), found)
        return tuple(found)

    def walk(self, unless: Callable[[Node], bool] | None = None) -> Iterator[Node]:
        """This node and all below it, each once, from the top; but none of what is below a node for which `unless` is true."""
        seen: set[int] = set()
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                if unless is None or not unless(node):
                    stack.extend(reversed(node.children))

    def rewrite(self, function: Callable[[Node], Node], unless: Callable[[Node], bool] | None = None) -> Node:
        """`function` applied to every node from the leaves up; the same object where nothing changed.

        A node for which `unless` is true stays as it is, and so does all below it.
        """
        done: dict[int, Node] = {}

        def visit(node: Node) -> Node:
            if unless is not None and unless(node):
                return node
            new = done.get(id(node))
            if new is None:
                new = done[id(node)] = function(node.with_children(visit))
            return new

        return visit(self)

    def with_children(self, function: Callable[[Node], Node]) -> Self:
        """This node with `function` applied to each child; the same object where nothing changed."""
        if not self.children:
            return self
        changes = {}
        for name in self._defaults:
            old = getattr(self, name)
            new = _map(old, function)
            if new is not old:
                changes[name] = new
        return dataclasses.replace(self, **changes) if changes else self

    def label(self) -> str:
        """This node as one line of a tree."""
        return type(self).__name__

    def branches(self) -> tuple[Node, ...]:
        """The children that are drawn below this node."""
        return self.children

    def to_text(self) -> str:
        """The tree as text, one node a line, children below and to the right."""
        lines: list[str] = []

        def draw(node: Node, depth: int) -> None:
            lines.append("  " * depth + shown(node.label()))
            for child in node.branches():
                draw(child, depth + 1)

        draw(self, 0)
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.to_text()


def _collect(value: Any, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif type(value) is tuple:
        for item in value:
            _collect(item, found)


def _map(value: Any, function: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return function(value)
    if type(value) is tuple:
        items = tuple([_map(item, function) for item in value])  # a list: for short tuples a generator costs more than they do
        return items if any(map(operator.is_not, items, value)) else value
    return value
