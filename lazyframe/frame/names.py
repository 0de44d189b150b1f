"""Names that no class defines, for whoever checks types: ``names.pyi`` declares them, made of the table of methods.

A frame and its groups have columns for attributes, and what is made of gathered rows is found by its name alone; accessors hand
their methods on. Nothing of it is there at run time.
"""

from typing import Generic, TypeVar

C = TypeVar("C")


class FrameNames:
    """What frames have of gathered rows."""


class GroupNames:
    """What groups of frames have of gathered rows."""


class DateNames(Generic[C]):
    """The fields and methods of dates."""


class TextNames(Generic[C]):
    """The methods of text."""
