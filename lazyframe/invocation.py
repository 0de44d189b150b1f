"""A call that a task makes: of a function of the user's, with the values of lazy arguments where these stood.

When the function raises, the call and the line where it was written are noted.
"""

from __future__ import annotations

import linecache
import os
import reprlib
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lazyframe.run import border, replaced

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 40
_short.maxlevel = 2


class CallSite(NamedTuple):
    """A line of the user's."""

    file: str
    line: int

    @classmethod
    def current(cls) -> CallSite:
        """The line that is being run, outside this package."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE) and frame.f_back is not None:
            frame = frame.f_back
        assert frame is not None
        return cls(frame.f_code.co_filename, frame.f_lineno)

    def __str__(self) -> str:
        text = linecache.getline(self.file, self.line).strip()
        return f"{self.file}, line {self.line}" + (f": {text}" if text else "")


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a lazy value in the arguments of a call."""

    number: int


class Invocation:
    """The call that a task makes.

    Parameters
    ----------
    function : callable
        The user's.
    label : str
        What it is called.
    site : CallSite
        Where the call was written.
    template : tuple, optional
        Arguments and keywords with a `Slot` for each value of another task. None: the values are the arguments.
    """

    __slots__ = ("function", "label", "site", "template")

    def __init__(self, function: Callable[..., Any], label: str, site: CallSite, template: tuple[Any, Any] | None = None) -> None:
        self.function = function
        self.label = label
        self.site = site
        self.template = template

    @border
    def __call__(self, *values: Any) -> Any:
        keywords: dict[str, Any] = {}
        if self.template is not None:
            values, keywords = _filled(self.template, values)
        try:
            return self.function(*values, **keywords)
        except Exception as error:
            error.add_note(f"delayed call: {call_text(self.label, values, keywords, brief)}")
            error.add_note(f"written in {self.site}")
            raise

    def __reduce__(self) -> Any:
        return Invocation, (self.function, self.label, self.site, self.template)


def _filled(value: Any, values: Sequence[Any]) -> Any:
    return replaced(value, lambda slot: values[slot.number], Slot)


def brief(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"<{type(value).__name__} {' x '.join(map(str, shape))}>"
    return " ".join(_short.repr(value).split())


def call_text(label: str, arguments: Sequence[Any], keywords: dict[str, Any], text: Callable[[Any], str]) -> str:
    given = [*map(text, arguments[:6]), *(["..."] if len(arguments) > 6 else [])]
    given += [f"{name}={text(value)}" for name, value in keywords.items()]
    return f"{label}({', '.join(given)})"
