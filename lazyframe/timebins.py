"""Bins of time, as ``resample`` and ``pandas.Grouper`` make them: which of them a date is in, told batch by batch.

All bins are pandas' own. Where they are of one length, the label of one date says those of all others; else pandas is given the
dates of a batch, and where bins depend on which date is the first of all, or the last, that one beside them (`anchor`).

Decision: docs/decisions/0085-bins-of-time-are-keys.md
"""

from __future__ import annotations

import functools
import warnings
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.frozen import frozen
from lazyframe.schema import DType

_offsets: Any = pd.offsets
_CALENDAR = (
    *(_offsets.MonthEnd, _offsets.MonthBegin, _offsets.BusinessMonthEnd, _offsets.BusinessMonthBegin),
    *(_offsets.QuarterEnd, _offsets.QuarterBegin, _offsets.BQuarterEnd, _offsets.BQuarterBegin),
    *(_offsets.YearEnd, _offsets.YearBegin, _offsets.BYearEnd, _offsets.BYearBegin),
    *(_offsets.SemiMonthEnd, _offsets.SemiMonthBegin, _offsets.Week, _offsets.BusinessDay),
)
"""Frequencies whose single steps are days of the calendar: they are the same whatever day one begins with."""
_DAY = 86_400_000_000_000  # nanoseconds


@frozen
class TimeBins:
    """Bins of time.

    Parameters
    ----------
    freq, closed, label, origin, offset
        As in ``pandas.Grouper``, each with what pandas takes where nothing is given.
    unit : str
        That of the dates: ``"us"``.
    zone : str or None
        Their time zone.
    """

    freq: str
    closed: str
    label: str
    origin: Any
    offset: Any
    unit: str
    zone: str | None

    @classmethod
    def of(cls, grouper: Any, dtype: DType) -> TimeBins | None:
        """The bins of a ``pandas.Grouper`` for dates of a dtype; None where only pandas can make them."""
        freq = grouper.freq
        if (dtype.kind != "M" and not dtype.has_zone) or not isinstance(freq, (*_CALENDAR, _offsets.Day, _offsets.Tick)):
            return None
        try:
            if pd.tseries.frequencies.to_offset(freq.freqstr) != freq:
                return None
        except ValueError:
            return None
        unit: Any = np.datetime_data(dtype.name)[0] if dtype.kind == "M" else dtype.pandas.unit
        zone = None
        if dtype.has_zone:
            zone = str(dtype.pandas.tz)
            if pd.DatetimeTZDtype(unit, zone) != dtype.pandas:
                return None
        made = cls(freq.freqstr, grouper.closed, grouper.label, grouper.origin, grouper.offset, unit, zone)
        if made._step is None and not isinstance(freq, _offsets.Tick):
            return cls(made.freq, made.closed, made.label, "start_day", None, unit, zone)
        return made if made._step else None  # a step smaller than what dates are told apart by

    def __repr__(self) -> str:
        return repr(self.freq)

    @property
    def _step(self) -> int | None:
        """The length of each bin, in units of the dates; None where it depends on the calendar, 0 where it is less than one."""
        return _step(self.freq, self.unit, self.zone)

    @property
    def anchor(self) -> str | None:
        """Of all dates which one the bins depend on: ``"min"``, ``"max"``, or none."""
        freq: Any = _offset(self.freq)
        if self._step is None:
            return None if freq.n == 1 else "min"
        if self.origin == "start_day":
            is_free = _DAY % _nanoseconds(freq) == 0
            return None if is_free and self.zone in (None, "UTC") else "min"
        return {"start": "min", "end": "max", "end_day": "max"}.get(self.origin) if isinstance(self.origin, str) else None

    def __call__(self, dates: pd.Series, anchor: Any = None) -> pd.Series:
        """The label of the bin of each date; missing where that is.

        Parameters
        ----------
        dates : Series
        anchor : Timestamp, optional
            The date on which the bins depend, which is none of later than these, or earlier.
        """
        present = pd.DatetimeIndex(dates.dropna())
        made = pd.Series(pd.NaT, index=range(len(dates)), dtype=dates.dtype)
        if not len(present):
            return made
        valid = dates.notna().to_numpy()
        made[valid] = self._labels(present, anchor)
        return made

    def _labels(self, dates: Any, anchor: Any) -> Any:
        step = self._step
        if step is None:
            given = dates if anchor is None else dates.append(_alone(anchor, self.unit))
            distinct, places = np.unique(given.asi8, return_inverse=True)
            counts = self._counted(_dated(distinct, given))
            return counts.index.repeat(counts.to_numpy())[places[: len(dates)]]
        counts = self._counted(dates[:1] if anchor is None else _alone(anchor, self.unit))
        known = counts.index.asi8[counts.to_numpy().argmax()]
        passed = dates.asi8 - known
        number = passed // step if self.closed == "left" else -(-passed // step) - 1
        return _dated(known + (number + (self.label == "right")) * step, dates)

    def _counted(self, dates: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said when the line is written
            return self.resampled(pd.Series(0, index=dates)).size()

    def resampled(self, values: Any) -> Any:
        """pandas' resampler of a column or frame whose index is dates."""
        return values.resample(self.freq, closed=self.closed, label=self.label, origin=self.origin, offset=self.offset)

    def between(self, first: Any, last: Any, missing: bool, name: Any) -> pd.DatetimeIndex:
        """The labels of all bins from the first date of all to the last one, whether there are dates in them or not.

        Parameters
        ----------
        first, last : Timestamp or NaT
        missing : bool
            Whether some dates are missing: the labels have no frequency then.
        name : hashable
            What the labels are called.
        """
        given = [*([] if pd.isna(first) else [first, last]), *([pd.NaT] if missing else [])]
        dates = pd.DatetimeIndex(given, dtype=self._dtype, name=name)
        labels: pd.DatetimeIndex = self._counted(dates).index
        return labels

    @property
    def _dtype(self) -> Any:
        return f"datetime64[{self.unit}{'' if self.zone is None else f', {self.zone}'}]"


def binned(dates: pd.Series, bins: TimeBins, anchor: Any = None) -> pd.Series:
    """The label of the bin of each date."""
    return bins(dates, anchor)


def _alone(date: Any, unit: Any) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([date]).as_unit(unit)


def _dated(values: np.ndarray, like: Any) -> Any:
    """Dates of these numbers, of the unit and in the zone of others."""
    made: Any = pd.DatetimeIndex(values.view(f"M8[{like.unit}]"))
    return made if like.tz is None else made.tz_localize("UTC").tz_convert(like.tz)


def _offset(freq: str) -> Any:
    return pd.tseries.frequencies.to_offset(freq)


def _nanoseconds(freq: Any) -> int:
    return int(freq.n * _DAY if isinstance(freq, _offsets.Day) else pd.Timedelta(freq).value)


@functools.lru_cache(maxsize=256)
def _step(freq: str, unit: Any, zone: str | None) -> int | None:
    found: Any = _offset(freq)
    if not isinstance(found, _offsets.Tick) and not (isinstance(found, _offsets.Day) and zone is None):
        return None
    step, rest = divmod(_nanoseconds(found), pd.Timedelta(1, unit=unit).value)
    return 0 if rest else int(step)
