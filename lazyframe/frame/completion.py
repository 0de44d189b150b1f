"""What IPython and notebooks propose where they do not evaluate what the cursor stands behind.

IPython asks an object for its names only where it trusts the types on the way to it, which are Python's and pandas' own: it
proposes columns in ``df["``, and none in ``df[["``, ``df.groupby("`` or after ``df.groupby("k").``. Lines that begin with a lazy
frame can be evaluated here, since nothing is read by it, as long as nothing but frames, columns and plain values occurs in them.
The matcher is added to ``Completer.custom_matchers``, which is the place for such.
"""

from __future__ import annotations

import ast
import keyword
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_GIVES_ROWS = frozenset((
    "add_prefix", "add_suffix", "agg", "aggregate", "assign", "astype", "between", "clip", "copy", "describe", "drop",
    "drop_duplicates", "dropna", "fillna", "groupby", "head", "isin", "isna", "isnull", "join", "max", "mean", "median",
    "melt", "merge", "min", "nlargest", "notna", "notnull", "nsmallest", "nunique", "quantile", "query", "rename",
    "reset_index", "round", "select_dtypes", "set_index", "size", "sort_index", "sort_values", "std", "sum", "tail",
    "to_frame", "value_counts", "var",
))  # fmt: skip
"""Methods that may be called for a proposal: they build an expression, and change nothing."""

_TAKES_COLUMNS = frozenset((
    "agg", "aggregate", "astype", "drop", "drop_duplicates", "dropna", "duplicated", "fillna", "groupby", "insert", "isin",
    "melt", "merge", "nlargest", "nsmallest", "pivot_table", "pop", "rename", "round", "set_index", "sort_values",
    "value_counts",
))  # fmt: skip
"""Methods among whose arguments are names of columns."""

_NODES = (
    *(ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Call, ast.keyword, ast.Constant, ast.List),
    *(ast.Tuple, ast.Dict, ast.Compare, ast.BinOp, ast.UnaryOp, ast.operator, ast.cmpop, ast.unaryop),
)
_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|\#[^\n]*)
  | (?P<text>[rbuRBU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
  | (?P<begun>[rbuRBU]{0,2}(?:\"\"\"|'''|"|'))
  | (?P<word>\w+)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(keyword.kwlist)
_OPENING = {")": "(", "]": "[", "}": "{"}


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Asked(NamedTuple):
    """What stands before the cursor.

    Parameters
    ----------
    owner : str
        The line whose names are asked for.
    typed : str
        What is typed of a name.
    is_column : bool
        Whether the name is a text in brackets or in a call; else it stands after a dot.
    """

    owner: str
    typed: str
    is_column: bool


def propose(typed: str, names: Mapping[str, Any]) -> tuple[list[str], str]:
    """Names that go on with what is typed, by a lazy frame among `names`.

    Parameters
    ----------
    typed : str
        The text before the cursor.
    names : mapping
        What names stand for.

    Returns
    -------
    tuple of list of str and str
        The names, and what is typed of them.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> propose('late = df[["Origin", "Dep', {"df": df})
    (['DepTime', 'DepDelay'], 'Dep')
    >>> propose('df.groupby("Origin").Dep', {"df": df})[0]
    ['DepDelay', 'DepTime']
    """
    asked = _asked(typed)
    if asked is None:
        return [], ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _evaluated(asked.owner, names)
        if not _is_ours(found):
            return [], ""
        if asked.is_column:
            columns: list[Any] = getattr(found, "_ipython_key_completions_", lambda: [])()
            known: Iterable[str] = [name for name in columns if isinstance(name, str)]
        else:
            known = sorted({name for name in dir(found) if asked.typed.startswith("_") or not name.startswith("_")})
    return [name for name in known if name.startswith(asked.typed)], asked.typed


def add_to_ipython() -> None:
    """Have the shell propose so, where there is one."""
    ipython = sys.modules.get("IPython")
    shell: Any = getattr(ipython, "get_ipython", lambda: None)()
    matchers = getattr(getattr(shell, "Completer", None), "custom_matchers", None)
    if not isinstance(matchers, list):
        return

    def lazyframe_matcher(context: Any) -> dict[str, Any]:
        lines = context.full_text.split("\n")[: context.cursor_line]
        found, typed = propose("\n".join([*lines, context.text_until_cursor]), shell.user_ns)
        token = context.token
        kept = typed if token.endswith(typed) else token if typed.endswith(token) else None
        if not found or kept is None:
            return {"completions": [], "suppress": False}
        from IPython.core.completer import SimpleCompletion

        # Of a name with blanks the last word alone is replaced.
        texts = [name[len(typed) - len(kept) :] for name in found]
        return {"completions": [SimpleCompletion(text=text) for text in texts], "matched_fragment": kept, "suppress": True}

    lazyframe_matcher.matcher_api_version = 2  # type: ignore[attr-defined]
    lazyframe_matcher.matcher_identifier = "lazyframe"  # type: ignore[attr-defined]
    if all(getattr(one, "matcher_identifier", "") != "lazyframe" for one in matchers):
        matchers.append(lazyframe_matcher)


def _asked(typed: str) -> _Asked | None:
    """What is asked for; None where it is nothing that only we know: IPython itself proposes after ``df.`` and in ``df["``."""
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(typed):
        kind = str(match.lastgroup)
        if kind == "begun":
            return _column_asked(typed, tokens, typed[match.end() :])
        if kind != "skip":
            tokens.append(_Token(kind, match[0], match.start()))
    word = tokens.pop().text if tokens and tokens[-1].kind == "word" and typed.endswith(tokens[-1].text) else ""
    if len(tokens) < 2 or tokens[-1].text != ".":
        return None
    owner = _before(typed, tokens, len(tokens) - 1)
    return None if owner is None or owner.isidentifier() else _Asked(owner, word, False)


def _column_asked(typed: str, tokens: list[_Token], name: str) -> _Asked | None:
    """What is asked for in a text that is not closed yet: of the brackets around it those behind a name have an owner."""
    depth = 0
    for place in range(len(tokens) - 1, -1, -1):
        text = tokens[place].text
        if text in _OPENING:
            depth += 1
        elif text in _OPENING.values() and depth:
            depth -= 1
        elif text in ("(", "["):
            owner = _before(typed, tokens, place)
            if owner is None:
                continue
            if text == "(":
                owner, dot, method = owner.rpartition(".")
                return _Asked(owner, name, True) if dot and method.strip() in _TAKES_COLUMNS else None
            is_alone = owner.isidentifier() and place == len(tokens) - 1
            return None if is_alone else _Asked(owner, name, True)
    return None


def _before(typed: str, tokens: list[_Token], place: int) -> str | None:
    """The expression that ends before a token: a name, with what is called, taken and indexed of it."""
    stop = place
    while place > 0:
        last = tokens[place - 1]
        if last.text in (")", "]"):
            begin = _opened_at(tokens, place - 1)
            if begin is None:
                return None
            before = tokens[begin - 1] if begin else None
            if before is None or not (before.text in (")", "]") or _is_name(before)):
                place = begin
                break
            place = begin
        elif _is_name(last):
            place -= 1
            if place == 0 or tokens[place - 1].text != ".":
                break
            place -= 1
        else:
            return None
    if place == stop:
        return None
    end = tokens[stop].start if stop < len(tokens) else len(typed)
    return typed[tokens[place].start : end].strip()


def _is_name(token: _Token) -> bool:
    return token.kind == "word" and token.text not in _KEYWORDS


def _opened_at(tokens: list[_Token], place: int) -> int | None:
    """Where the bracket is that one closes."""
    depth = 0
    for at in range(place, -1, -1):
        if tokens[at].text in _OPENING:
            depth += 1
        elif tokens[at].text in _OPENING.values():
            depth -= 1
            if not depth:
                return at
    return None


def _is_ours(value: Any) -> bool:
    return type(value).__module__.startswith("lazyframe.frame")


def _evaluated(line: str, names: Mapping[str, Any]) -> Any:
    """What a line gives; None where it has to be run for that, or might do something."""
    try:
        tree = ast.parse(line, mode="eval")
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError):
        return None
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    known = {name: names[name] for name in used if name in names}
    if known.keys() != used or not all(isinstance(node, _NODES) for node in nodes):
        return None
    if not any(map(_is_ours, known.values())) or not all(_is_ours(one) or _is_plain(one) for one in known.values()):
        return None
    if not all(_is_harmless(node) for node in nodes if isinstance(node, ast.Call)):
        return None
    try:
        return eval(compile(tree, "<completion>", "eval"), {"__builtins__": {}}, known)
    except Exception:  # a mistake in the line is for the run to tell
        return None


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, int, float, bool)


def _is_harmless(call: ast.Call) -> bool:
    """Whether it is a call of a method that builds an expression, or of one of ``.str`` and ``.dt``, which all do."""
    if not isinstance(call.func, ast.Attribute) or any(word.arg in (None, "inplace") for word in call.keywords):
        return False
    of = call.func.value
    return call.func.attr in _GIVES_ROWS or (isinstance(of, ast.Attribute) and of.attr in ("str", "dt"))
