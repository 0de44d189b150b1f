"""What a run ends with when the data are not what a source said."""

from __future__ import annotations


class Replan(Exception):
    """What a task found in the data that the source had taken to be otherwise.

    Not an error of the user's: the run ends, the source is asked for `replanned(replan)`, and the query
    runs again on what is now known.

    Parameters
    ----------
    token : str
        The token of the source that was wrong.
    finding : object
        What was found; only that source understands it.
    """

    def __init__(self, token: str, finding: object) -> None:
        super().__init__(token, finding)
        self.token = token
        self.finding = finding
