"""The language of `query` and `eval`, as operations on lazy columns.

pandas' rules for what differs from Python: ``&`` and ``|`` bind as loosely as ``and`` and ``or``, ``@name`` is a variable of the
caller's, names in backticks are columns, and ``column == [1, 2]`` asks whether the value is among these.
"""

from __future__ import annotations

import ast
import io
import operator
import os
import re
import sys
import tokenize
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LOCAL = "__local_of_the_caller_"
_COLUMN = "__column_in_backticks_"


class UnknownSyntaxError(ValueError):
    """What pandas may know and this does not."""


def variables() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The local and global names of the caller, outside this package."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_locals, frame.f_globals


def used(text: str, names: tuple[Mapping[str, Any], Mapping[str, Any]]) -> dict[str, Any]:
    """The variables of the caller's that an expression names.

    Examples
    --------
    >>> used("x > @least and y in @some", ({"least": 3, "other": 5}, {}))
    {'least': 3}
    """
    local, everywhere = names
    found = {name: local.get(name, everywhere.get(name)) for name in re.findall(r"@\s*([^\W\d]\w*)", text)}
    return {name: value for name, value in found.items() if name in local or name in everywhere}


def evaluated(text: str, frame: Any, names: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Any:
    """The value of an expression over the columns of a frame.

    Raises
    ------
    UnknownSyntaxError
        It has something in it that is not of this language.
    """
    quoted: dict[str, str] = {}
    source = _as_python(text.strip(), quoted)
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        raise UnknownSyntaxError(str(error)) from None
    return _Evaluator(frame, names, quoted).visit(tree.body)


def assignments(text: str) -> list[tuple[str, str]] | None:
    """The lines of an `eval` that sets columns, each a name and an expression; None where it is one expression."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    found = []
    for line in lines:
        name, equals, rest = line.partition("=")
        if not equals or rest.startswith("=") or not name.strip().isidentifier():
            return None
        found.append((name.strip(), rest.strip()))
    return found


def _as_python(text: str, quoted: dict[str, str]) -> str:
    """The text as Python can parse it: what pandas' language has beside it written as names."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        raise UnknownSyntaxError("a backtick without another")
    for number in range(1, len(pieces), 2):
        name = f"{_COLUMN}{number}"
        quoted[name], pieces[number] = pieces[number], name
    out = []
    for token in tokenize.generate_tokens(io.StringIO(" ".join("".join(pieces).split("\n"))).readline):
        if token.type == tokenize.OP and token.string in "&|":
            out.append((tokenize.NAME, "and" if token.string == "&" else "or"))
        elif out and out[-1] == (tokenize.OP, "@") and token.type == tokenize.NAME:
            out[-1] = (tokenize.NAME, f"{_LOCAL}{token.string}")
        else:
            out.append((token.type, token.string))
    return tokenize.untokenize(out).strip()


_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    getattr(ast, node): getattr(operator, name)
    for node, name in {
        **{"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow"},
        **{"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"},
    }.items()
}
_FUNCTIONS = {"sin", "cos", "exp", "log", "expm1", "log1p", "sqrt", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "abs"}


class _Evaluator(ast.NodeVisitor):
    def __init__(self, frame: Any, names: tuple[Mapping[str, Any], Mapping[str, Any]], quoted: Mapping[str, str]) -> None:
        self._frame, self._names, self._quoted = frame, names, quoted

    def generic_visit(self, node: ast.AST) -> Any:
        raise UnknownSyntaxError(type(node).__name__)

    def visit_Constant(self, node: ast.Constant) -> Any:
        return node.value

    def visit_Name(self, node: ast.Name) -> Any:
        if node.id.startswith(_LOCAL):
            name = node.id.removeprefix(_LOCAL)
            for known in self._names:
                if name in known:
                    return known[name]
            raise NameError(f"local variable {name!r} is not defined")
        name = self._quoted.get(node.id, node.id)
        if name not in self._frame._plan.schema:
            if name == "index":
                raise UnknownSyntaxError("index")
            raise NameError(f"name {name!r} is not defined: there is no such column; a variable is written @{name}")
        return self._frame[name]

    def visit_List(self, node: ast.List) -> Any:
        return [self.visit(one) for one in node.elts]

    visit_Tuple = visit_List  # type: ignore[assignment]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        value: Any = self.visit(node.operand)
        if isinstance(node.op, (ast.Not, ast.Invert)):
            return not value if isinstance(value, bool) else ~value
        return -value if isinstance(node.op, ast.USub) else +value

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        if type(node.op) not in _BINARY:
            return self.generic_visit(node.op)
        return _BINARY[type(node.op)](self.visit(node.left), self.visit(node.right))

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
        values = [self.visit(one) for one in node.values]
        found = values[0]
        for value in values[1:]:
            found = join(found, value)
        return found

    def visit_Compare(self, node: ast.Compare) -> Any:
        sides = [self.visit(one) for one in (node.left, *node.comparators)]
        found: Any = None
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            made = self._compared(op, left, right)
            found = made if found is None else found & made
        return found

    def _compared(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(left, (list, tuple)) or (isinstance(left, str) and isinstance(op, (ast.In, ast.NotIn))):
            raise UnknownSyntaxError("values on the left")
        listed = isinstance(right, (list, tuple, set, np.ndarray))
        if isinstance(op, ast.In) or (isinstance(op, ast.Eq) and listed):
            return left.isin(right)
        if isinstance(op, ast.NotIn) or (isinstance(op, ast.NotEq) and listed):
            return ~left.isin(right)
        if type(op) not in _BINARY:
            return self.generic_visit(op)
        return _BINARY[type(op)](left, right)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        return getattr(self.visit(node.value), node.attr)

    def visit_Call(self, node: ast.Call) -> Any:
        arguments = [self.visit(one) for one in node.args]
        keywords = {one.arg: self.visit(one.value) for one in node.keywords if one.arg}
        if isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
            return getattr(np, node.func.id)(*arguments)
        if not isinstance(node.func, ast.Attribute):
            raise UnknownSyntaxError("a call")
        return self.visit(node.func)(*arguments, **keywords)
