"""Reading CSV as pandas reads it, in byte ranges.

The rooms, each handed what lies below it; their own first lines say what that is:

=========  ==========================================================================================
`source`   `CSVSource`: what the files are taken to be, and what is made of it when a scan finds otherwise
`scan`     one partition: chunks of whole records, the engines in turn, columns of the frame
`sniff`    the guess: headers, separators, kinds of text in a sample, columns
`engines`  from whole records to arrays: compiled, pyarrow, and pandas, the judge
`types`    from texts to dtypes, and to values of them
`options`  what the user said: arguments, dialect, bad lines, which fields are columns
`text`     files found, opened, decompressed, rewritten; where their records and lines begin
`errors`   what can be wrong, with file and line
=========  ==========================================================================================
"""

from __future__ import annotations

from lazyframe.csv.errors import (
    CSVError,
    DialectWarning,
    DtypePromotionWarning,
    EmptyDataError,
    FileChangedError,
    NoFilesError,
    SchemaDriftWarning,
    SlowEngineWarning,
)
from lazyframe.csv.source.source import CSVSource

__all__ = [
    "CSVError",
    "CSVSource",
    "DialectWarning",
    "DtypePromotionWarning",
    "EmptyDataError",
    "FileChangedError",
    "NoFilesError",
    "SchemaDriftWarning",
    "SlowEngineWarning",
]
