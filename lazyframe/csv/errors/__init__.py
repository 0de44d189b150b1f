"""The errors and warnings of reading CSV.

An error says what, where (file, line, record, column, text), and the argument that fixes it, in one paragraph.
Each is also the error that pandas raises for the same mistake, so that ``except`` clauses written for pandas hold: `also`
makes the class that is both.

See docs/decisions/0012-two-error-classes.md.
"""

from __future__ import annotations

import errno
from typing import Any, TypeVar, overload

import pandas as pd

from lazyframe.documented import Documented
from lazyframe.shown import in_quotes, shown

_Error = TypeVar("_Error", bound=Exception)


class CSVError(Documented, ValueError):
    """A file whose text does not fit what was asked of it; the message says where, and what fixes it.

    Where pandas raises an error of its own for it, it is that too: ``pandas.errors.ParserError`` for a record with too many
    fields or a quote that is never closed, ``UnicodeDecodeError`` for a byte that is no text, ``OverflowError`` for a
    number that is too large for the dtype that was asked for.

    Examples
    --------
    >>> issubclass(CSVError, ValueError)
    True
    """

    def said(self) -> str:
        return shown(super().said())


class EmptyDataError(CSVError, pd.errors.EmptyDataError):
    """No file of the input has as much as a header.

    Examples
    --------
    >>> issubclass(EmptyDataError, CSVError), issubclass(EmptyDataError, pd.errors.EmptyDataError)
    (True, True)
    """


@overload
def also(kind: type[Exception]) -> type[CSVError]: ...


@overload
def also(kind: type[Exception], error: type[_Error]) -> type[_Error]: ...


def also(kind: type[Exception], error: type[Exception] = CSVError) -> type[Exception]:
    """The class of errors of ours that are of another kind too.

    An error of it is made with its message and, where the other kind wants them (``UnicodeDecodeError``), the arguments of
    that. It goes from one process to another.

    Parameters
    ----------
    kind : type
        The class that pandas raises.
    error : type, default CSVError
        The class that we raise.

    Examples
    --------
    >>> caught = also(OverflowError)("a.csv:3 (record 2): 1e400 is too large")
    >>> isinstance(caught, CSVError), isinstance(caught, OverflowError)
    (True, True)
    """
    if issubclass(error, kind):
        return error
    return _both(kind, error)


def like(error: Exception, message: str) -> CSVError:
    """An error of ours that says where, and what helps, in the place of another one; it is of that kind too."""
    return also(type(error))(message, *error.args)


_made: dict[tuple[type[Exception], type[Exception]], type[Exception]] = {}


def _both(kind: type[Exception], error: type[Exception]) -> type[Exception]:
    if (kind, error) not in _made:
        bases = (kind,) if issubclass(kind, error) else (error, kind)
        name = f"CSV{kind.__name__}" if issubclass(error, CSVError) else kind.__name__
        page = getattr(error, "page", "")
        made = type(name, (_Both, *bases), {"__module__": __name__, "kind": kind, "error": error, "page": page})
        _made.setdefault((kind, error), made)
    return _made[kind, error]


class _Both:
    """What an error of two kinds says, whatever the other kind makes of its arguments; and how it crosses processes."""

    kind: type[Exception]
    error: type[Exception]
    message: str

    def __init__(self, message: str, *details: Any) -> None:
        self.kind.__init__(self, *(details or (message,)))  # type: ignore[arg-type]
        self.message, self.details = message, details

    def said(self) -> str:
        return shown(self.message)

    def __str__(self) -> str:
        return Documented.__str__(self) if isinstance(self, Documented) else self.said()

    def __reduce__(self) -> Any:
        return _again, (self.kind, self.error, self.message, self.details), self.__dict__


def _again(kind: type[Exception], error: type[Exception], message: str, details: tuple[Any, ...]) -> Exception:
    return _both(kind, error)(message, *details)


class FileChangedError(CSVError):
    """A file is not the file that was there when the source was opened.

    Examples
    --------
    >>> issubclass(FileChangedError, CSVError)
    True
    """


class NoFilesError(Documented, FileNotFoundError):
    """A path or a pattern that matches no file; the message names what does exist.

    Parameters
    ----------
    message : str
        What is said.
    filename : str, optional
        The path or the pattern, as the user wrote it.

    Examples
    --------
    >>> issubclass(NoFilesError, FileNotFoundError)
    True
    """

    def __init__(self, message: str, filename: str | None = None) -> None:
        super().__init__(message)
        self.errno, self.filename = errno.ENOENT, filename

    def said(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> Any:
        return NoFilesError, (self.said(), self.filename), self.__dict__


class SchemaDriftWarning(Documented, UserWarning):
    """The files of one input do not all have the same columns.

    Examples
    --------
    >>> issubclass(SchemaDriftWarning, UserWarning)
    True
    """


class DialectWarning(Documented, UserWarning, pd.errors.ParserWarning):
    """A file looks as if it were written in another way than it is read.

    Examples
    --------
    >>> issubclass(DialectWarning, pd.errors.ParserWarning)
    True
    """


class DtypePromotionWarning(Documented, UserWarning, pd.errors.DtypeWarning):
    """A column holds a value that the sample did not foretell, and is read with a wider dtype.

    Examples
    --------
    >>> issubclass(DtypePromotionWarning, pd.errors.DtypeWarning)
    True
    """


class SlowEngineWarning(Documented, UserWarning):
    """The native engine is not there, and another one reads CSV more slowly.

    Examples
    --------
    >>> issubclass(SlowEngineWarning, UserWarning)
    True
    """


def field_text(text: str | None) -> str:
    """What stands in a field, as an error shows it."""
    return "a missing value" if text is None else in_quotes(text)


def excerpt(line: str) -> str:
    """A line of a file as an error shows it, cut when it is long."""
    line = shown(line[:101])
    return line if len(line) <= 100 else f"{line[:97]}..."


def not_utf8(data: bytes, at: int) -> str:
    r"""What is said of a byte that is not utf-8, at this place of some text of the file.

    Examples
    --------
    >>> not_utf8(b"caf\xe9", 3).split(".")[0]
    "the byte 0xe9, which is not utf-8, in b'caf\\xe9'"
    """
    piece = data[max(0, at - 20) : at + 20]
    return (
        f"the byte 0x{data[at]:02x}, which is not utf-8, in {piece!r}. Pass the encoding of the file, which may "
        f'be encoding="{codec(data)}"; encoding_errors="replace" puts a mark in the place of such bytes.'
    )


def no_header_line(path: str, header: int, count: int) -> CSVError:
    """The error for a file that has fewer lines than ``header=`` asks for."""
    return also(pd.errors.ParserError)(
        f"{path}: header={header} asks for line {header + 1} of those that are not blank, and there are only {count}. Lines are "
        "counted from 0: header=0 is the first."
    )


def codec(data: bytes) -> str:
    r"""The likeliest codec of bytes that are not utf-8.

    Examples
    --------
    >>> codec(b"caf\xe9"), codec(b"5 \x80"), codec("a,b".encode("utf-16"))
    ('latin-1', 'cp1252', 'utf-16')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or 3 * data.count(0) > len(data):
        return "utf-16"
    if any(0x80 <= byte < 0xA0 for byte in data):  # control characters in latin-1; in cp1252 the euro sign, curled quotes
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "latin-1"
