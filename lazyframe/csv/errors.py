"""The errors and warnings of reading CSV.

An error says what, where (file, line, record, column, text), and the argument that fixes it, in one paragraph.
Each is also the built-in error that such a mistake raises elsewhere, so that ordinary ``except`` clauses hold.
"""

from __future__ import annotations


class CSVError(ValueError):
    """A file whose text does not fit what was asked of it; the message says where, and what fixes it.

    Examples
    --------
    >>> issubclass(CSVError, ValueError)
    True
    """


class EmptyDataError(CSVError):
    """No file of the input has as much as a header.

    Examples
    --------
    >>> issubclass(EmptyDataError, CSVError)
    True
    """


class FileChangedError(CSVError):
    """A file is not the file that was there when the source was opened.

    Examples
    --------
    >>> issubclass(FileChangedError, CSVError)
    True
    """


class NoFilesError(FileNotFoundError):
    """A path or a pattern that matches no file; the message names what does exist.

    Examples
    --------
    >>> issubclass(NoFilesError, FileNotFoundError)
    True
    """


class SchemaDriftWarning(UserWarning):
    """The files of one input do not all have the same columns.

    Examples
    --------
    >>> issubclass(SchemaDriftWarning, UserWarning)
    True
    """


class DtypePromotionWarning(UserWarning):
    """A column holds a value that the sample did not foretell, and is read with a wider dtype.

    Examples
    --------
    >>> issubclass(DtypePromotionWarning, UserWarning)
    True
    """


def shown(text: object, limit: int = 80) -> str:
    """A value as an error shows it: quoted, and cut when it is long."""
    quoted = repr(str(text))
    return quoted if len(quoted) <= limit else f"{quoted[: limit - 4]}...{quoted[-1]}"
