"""Errors and warnings that have a page: their messages end with its name, so that it can be looked up and searched for.

    no column 'Orgin'. Did you mean 'Origin'? [lazyframe: ColumnNotFoundError]

The page is `docs/errors/ColumnNotFoundError.md`, and the class is ``lf.ColumnNotFoundError``. Whoever makes a message knows
nothing of this: a class that is `Documented` first, and the error of Python or pandas that it stands for after that, has a page.

See docs/decisions/0083-messages-end-with-their-page.md.
"""

from __future__ import annotations

from typing import ClassVar


class Documented:
    """What errors and warnings that have a page are, beside what they are for Python.

    Attributes
    ----------
    page : str
        The page's name: that of the class. A class that is made while a program runs has the page of the one it is made of.

    Examples
    --------
    >>> class TooLateError(Documented, ValueError):
    ...     pass
    >>> str(TooLateError("the gate is closed."))
    'the gate is closed. [lazyframe: TooLateError]'
    """

    page: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "page" not in vars(cls):
            cls.page = cls.__name__

    def said(self) -> str:
        """The message without the name of the page, to be made part of another one."""
        return super().__str__()

    def __str__(self) -> str:
        said, name = self.said(), f"[lazyframe: {self.page}]"
        return said if said.endswith(name) else f"{said} {name}".lstrip()  # it has it where its text was handed on, as by Dask


def said_by(error: BaseException) -> str:
    """What an error says, to be made part of another message.

    Examples
    --------
    >>> said_by(ValueError("no such thing"))
    'no such thing'
    """
    return error.said() if isinstance(error, Documented) else str(error)
