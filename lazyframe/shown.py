"""Text of files as people are shown it, in messages, reprs, bars and pages: all of it goes through `shown` or `in_quotes`."""

from __future__ import annotations

import inspect
from typing import Any


def shown(value: object) -> str:
    r"""A text on one line, each character that a terminal would obey, or hide, as an escape; what was escaped stays as it is.

    A name, a path or a line of a file may hold line breaks, characters that clear the screen or turn the direction of text
    around, and bytes that are no text (which Python keeps as lone surrogates, and cannot print).

    Parameters
    ----------
    value : object
        A text, or what has one.

    Returns
    -------
    str

    Examples
    --------
    >>> print(shown("a\x1b[2J\nb\\n é"))
    a\x1b[2J\nb\n é
    """
    text = str(value)
    return text if text.isprintable() else "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def in_quotes(value: object, limit: int = 80) -> str:
    """A text in quotes, as Python would write it, cut when it is longer than `limit`.

    Examples
    --------
    >>> print(in_quotes("it's"))
    "it's"
    >>> in_quotes("a name that is long", limit=10)
    "'a nam...'"
    """
    text = repr(str(value))
    return text if len(text) <= limit else f"{text[: limit - 4]}...{text[-1]}"


class _Type(str):
    """A type as it is written in a signature; Python shows those of modules with `annotations` in quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def with_plain_signature(public: Any) -> None:
    """Let the help of a public function, or of a class' methods, show types without quotes.

    Examples
    --------
    >>> def add(x: int) -> int: ...
    >>> with_plain_signature(add)
    >>> import inspect
    >>> print(inspect.signature(add))
    (x: int) -> int
    """
    if inspect.isclass(public):
        for base in public.__mro__:
            if base.__module__.startswith(__package__):
                for member in vars(base).values():
                    with_plain_signature(member.fget if isinstance(member, property) else getattr(member, "__func__", member))
    elif inspect.isfunction(public):
        function: Any = inspect.unwrap(public)
        for one in (public, function):
            kinds = one.__annotations__
            if any(type(kind) is str for kind in kinds.values()):  # not yet: classes share the methods of their bases
                one.__annotations__ = {name: _Type(kind) if isinstance(kind, str) else kind for name, kind in kinds.items()}
