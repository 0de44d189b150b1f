"""Text of files as people are shown it, in messages, reprs, bars and pages: all of it goes through `shown`."""

from __future__ import annotations


def shown(value: object, limit: int | None = None, quotes: bool = False) -> str:
    r"""A text on one line, each character that a terminal would obey, or hide, as an escape; what was escaped stays as it is.

    A name, a path or a line of a file may hold line breaks, characters that clear the screen or turn the direction of text
    around, and bytes that are no text (which Python keeps as lone surrogates, and cannot print).

    Parameters
    ----------
    value : object
        A text, or what has one.
    limit : int, optional
        It is cut to so many characters.
    quotes : bool, default False
        Put it in quotes, as Python would write it.

    Returns
    -------
    str

    Examples
    --------
    >>> print(shown("a\x1b[2J\nb\\n é"))
    a\x1b[2J\nb\n é
    >>> shown("a name that is long", limit=10)
    'a name ...'
    >>> print(shown("it's", quotes=True))
    "it's"
    """
    text = str(value)
    if quotes:
        text = repr(text)
        return text if limit is None or len(text) <= limit else f"{text[: limit - 4]}...{text[-1]}"
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return text if limit is None or len(text) <= limit else f"{text[: limit - 3]}..."
