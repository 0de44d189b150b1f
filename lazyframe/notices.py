"""Warnings, on the line of the user's program that they are about.

See docs/decisions/0055-warnings-travel-in-extents.md.
"""

from __future__ import annotations

import os
import sys
import warnings

_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


def warn(message: str | Warning, category: type[Warning] | None = None) -> None:
    """Warn, on the line of the user's program that led here: the innermost one outside this package."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
