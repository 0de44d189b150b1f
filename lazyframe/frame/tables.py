"""What is made of the table of methods: METHODS.md, for readers, and ``names.pyi``, for type checkers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum

from lazyframe.frame import wrap
from lazyframe.frame.methods import (
    COLUMN,
    COLUMN_GROUPS,
    DATES,
    FACES,
    FRAME,
    FRAME_GROUPS,
    MEANINGS,
    METHODS,
    TEXT,
    Family,
    Method,
    Way,
    is_gathered,
)


class Status(Enum):
    """Whether a name of pandas is one here."""

    OFFERED = "offered"
    PARTLY = "offered, some arguments gather"
    REFUSED = "refused"


_NOTHING_TO_SAY = {"copy", "inplace", "args", "kwargs", "func_args", "func_kwargs"}
"""Arguments that have no effect, or are refused everywhere, or stand for any."""


def arguments(method: Method) -> tuple[list[str], list[str]]:
    """What a method of the face honours of the arguments of pandas, with the defaults, and the names that it does not."""
    own = FACES[method.face][1]
    ours = inspect.getattr_static(wrap.registered(own), method.name, None) if own else None
    theirs = getattr(FACES[method.face][0], method.name)
    if not callable(theirs) or not inspect.isfunction(ours):
        return [], []
    honoured = inspect.signature(ours).parameters
    takes_any = any(one.kind is one.VAR_KEYWORD for one in honoured.values())
    meant = [name for name in list(inspect.signature(theirs).parameters)[1:] if name not in _NOTHING_TO_SAY]
    if method.face in (COLUMN, COLUMN_GROUPS):
        meant = [name for name in meant if name != "axis"]  # there is one
    shown = [_written(one) for name, one in honoured.items() if name in meant]
    return shown, [] if takes_any else [name for name in meant if name not in honoured]


def _written(parameter: inspect.Parameter) -> str:
    default = parameter.default
    if default is parameter.empty:
        return parameter.name
    return f"{parameter.name}={default!r}" if isinstance(default, (str, int, float, type(None))) else parameter.name


def status(method: Method) -> Status:
    """Whether a name is offered: by the face, or of gathered rows."""
    if method.way is Way.NOT:
        return Status.REFUSED
    if not _has(FACES[method.face][1], method.name):
        return Status.OFFERED if is_gathered(method.face, method.name) else Status.REFUSED
    return Status.PARTLY if arguments(method)[1] else Status.OFFERED


def _has(face: str, name: str) -> bool:
    """Whether a class of ours has a name: its own, one that an accessor hands on, or one of each object's."""
    if not face:
        return False
    cls = wrap.registered(face)
    handed_on = (*getattr(cls, "_fields", ()), *getattr(cls, "_methods", ()))
    return hasattr(cls, name) or name in handed_on or any(name in vars(one).get("__annotations__", {}) for one in cls.__mro__)


def table() -> str:
    """The names of pandas' classes and what becomes of them, in Markdown.

    Examples
    --------
    >>> table().splitlines()[0]
    "# pandas' methods"
    """
    lines = [
        "# pandas' methods",
        "",
        "What becomes of each public name of pandas' classes; made of `methods.py`.",
        "",
        *_counts(),
        "",
    ]
    lines += [f"* {way.value}: {meaning}." for way, meaning in MEANINGS.items()]
    lines += [
        "",
        "Where an argument is given that gathers, pandas' own method is made of the gathered rows: what it gives is an `Answer`.",
        "With `inplace=True` a frame stands for the result from then on, where that is a lazy frame; a column is not changed in",
        "place. `copy=` has no effect.",
    ]
    for family in Family:
        rows = [method for face in FACES for method in METHODS[face].values() if method.family is family]
        lines += ["", f"## {family.value}", "", *_of_family(rows)]
    return "\n".join([*lines, ""])


def _counts() -> Iterator[str]:
    yield f"| class | {' | '.join(one.value for one in Status)} | of |"
    yield "| --- |" + " --- |" * (len(Status) + 1)
    totals = dict.fromkeys(Status, 0)
    for face, methods in METHODS.items():
        found = [status(method) for method in methods.values()]
        for one in found:
            totals[one] += 1
        yield f"| `{face}` | {' | '.join(str(found.count(one)) for one in Status)} | {len(found)} |"
    yield f"| all | {' | '.join(map(str, totals.values()))} | {sum(totals.values())} |"


def _of_family(rows: list[Method]) -> Iterator[str]:
    yield "| name | of | how | arguments | arguments that gather | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name in dict.fromkeys(method.name for method in rows):
        said: dict[tuple[str, ...], list[str]] = {}
        for method in rows:
            if method.name == name:
                taken, refused = arguments(method) if status(method) is not Status.REFUSED else ([], [])
                way = (Way.NOT if status(method) is Status.REFUSED else method.way).value
                said.setdefault((way, _listed(taken), _listed(refused), method.note.replace("|", r"\|")), []).append(method.face)
        for cells, faces in said.items():
            yield f"| `{name}` | {', '.join(faces)} | {' | '.join(cells)} |"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_DECLARED = {"FrameNames": FRAME, "GroupNames": FRAME_GROUPS, "DateNames(Generic[C])": DATES, "TextNames(Generic[C])": TEXT}


def declarations() -> str:
    """The text of ``names.pyi``: what type checkers are told of names that no class defines."""
    lines = ["# Made of the table of methods.", "", "from typing import Any, Generic, TypeVar", "", 'C = TypeVar("C")']
    for title, face in _DECLARED.items():
        cls = wrap.registered(FACES[face][1])
        lines += [
            "",
            f"class {title}:",
            *(_declared(METHODS[face][name]) for name in sorted(METHODS[face]) if not hasattr(cls, name)),
        ]
    return "\n".join([*lines, ""])


def _declared(method: Method) -> str:
    handed_on = method.face in (DATES, TEXT) and _has(FACES[method.face][1], method.name)
    if not handed_on:
        return f"    {method.name}: Any" if method.way is not Way.NOT else f"    # {method.name} is refused"
    if callable(getattr(FACES[method.face][0], method.name)):
        return f"    def {method.name}(self, *args: Any, **kwargs: Any) -> C: ..."
    return f"    {method.name}: C"
