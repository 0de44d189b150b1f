"""Times, sizes and tables as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

MAX_TASKS = 30
"""A drawing of more tasks than these puts those of one kind in one box."""


def seconds(value: float) -> str:
    """A time for people.

    Examples
    --------
    >>> seconds(0.00123), seconds(12.3)
    ('1.2 ms', '12.3 s')
    """
    if value < 0.9995:
        return f"{value * 1e3:.{2 if value < 0.9995e-2 else 3}g} ms" if value >= 5e-6 else f"{value * 1e3:.1g} ms"
    return f"{value:,.3g} s" if value < 999.5 else f"{value:,.0f} s"


def size(count: float) -> str:
    """A number of bytes for people.

    Examples
    --------
    >>> size(31_400_000)
    '31.4 MB'
    """
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} bytes"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text in columns; the first column stands left, the others right.

    Examples
    --------
    >>> table([("a", "10"), ("bcd", "5")])
    ['a    10', 'bcd   5']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for label, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([label.ljust(widths[0]), *cells]).rstrip())
    return lines


_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def markup(text: str) -> str:
    r"""Text as it stands in HTML and SVG: nothing in it is a tag, and what neither can hold is shown as Python escapes it.

    Examples
    --------
    >>> markup("<b>\x1b[31m")
    '&lt;b&gt;\\x1b[31m'
    """
    return escape(_NO_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text))
