"""Warnings, on the line of the user's program that they are about.

See docs/decisions/0055-warnings-travel-in-extents.md.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import warnings

from lazyframe.shown import shown

_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


_told = threading.local()


class SaidOnce(UserWarning):
    """A warning of which one of a sort is said in a process: texts of one sort differ in names in quotes, and in numbers."""

    @property
    def sort(self) -> tuple[type, str]:
        """What it has in common with others of which one is enough."""
        return type(self), re.split("['0-9]", str(self), maxsplit=1)[0]


_said: set[tuple[type, str]] = set()


def say_again(category: type[SaidOnce]) -> None:
    """Let warnings of a class be said once more."""
    _said.difference_update([sort for sort in _said if sort[0] is category])


def warnings_told() -> int:
    """How many warnings `warn` has given in this thread."""
    return getattr(_told, "count", 0)


def warn(message: str | Warning, category: type[Warning] | None = None) -> None:
    """Warn, on the line of the user's program that led here: the innermost one outside this package.

    What a terminal would obey in the names and texts of the message is escaped. Of a `SaidOnce` nothing is said the second time.
    """
    if isinstance(message, SaidOnce):
        if message.sort in _said:
            return
        _said.add(message.sort)
    if isinstance(message, Warning):
        message.args = tuple(shown(part) if isinstance(part, str) else part for part in message.args)
    else:
        message = shown(message)
    _told.count = warnings_told() + 1
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
