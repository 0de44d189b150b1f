"""Some sixty MB of CSV in the shape of flights, whose files differ: so tasks that run side by side do different things."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

NAMES = ("Year", "Month", "Day", "Time", "Origin", "Dest", "TailNum", "DepDelay", "Distance", "Cancelled", "Note")
_AIRPORTS = np.array([f"{a}{b}{c}" for a in "ABCDE" for b in "KLMNO" for c in "XYZ"])
_NOTES = np.array(["", "late crew", '"de-icing, twice"', '"said ""no"""', "Zürich", '"two\nlines"', "NA"])
_PIECES = 24


def piece(number: int, rows: int) -> bytes:
    """Rows with more or fewer years, months, days and texts, as the number says: they make the chunks differ."""
    random = np.random.default_rng(number)
    years, months, days = ((1, 12, 28), (2, 3, 5), (5, 1, 28), (20, 7, 2))[number % 4]
    stamps = pd.Timestamp("2013-01-01") + pd.to_timedelta(random.integers(0, 10**7, rows), unit="s")
    delay = random.integers(-30, 900, rows).astype(object)
    delay[random.random(rows) < 0.03] = ""
    frame = pd.DataFrame(
        {
            "Year": 1990 + random.integers(0, years, rows),
            "Month": 1 + random.integers(0, months, rows),
            "Day": 1 + random.integers(0, days, rows),
            "Time": stamps.strftime("%Y-%m-%d %H:%M:%S"),
            "Origin": _AIRPORTS[: 3 + number % 20][random.integers(0, 3 + number % 20, rows)],
            "Dest": _AIRPORTS[random.integers(0, len(_AIRPORTS), rows)],
            "TailNum": [f"N{plane:05d}" for plane in random.integers(0, 300 * (1 + number), rows)],
            "DepDelay": delay,
            "Distance": random.integers(50, 5000, rows) / 4,
            "Cancelled": random.random(rows) < 0.02,
        }
    )
    plain = frame.to_csv(index=False, header=False).splitlines()
    notes = _NOTES[random.integers(0, len(_NOTES), rows)]
    return "".join(f"{line},{note}\n" for line, note in zip(plain, notes, strict=True)).encode()


def write(folder: Path, megabytes: int) -> None:
    """Fill a folder with files of a few MB, each of some of the pieces."""
    pieces = [piece(number, 4_000) for number in range(_PIECES)]
    random, written, number = np.random.default_rng(0), 0, 0
    header = (",".join(NAMES) + "\n").encode()
    while written < megabytes * 10**6:
        text = io.BytesIO()
        text.write(header)
        for chosen in random.integers(0, _PIECES, 16):
            text.write(pieces[chosen])
        written += (folder / f"f{number:03d}.csv").write_bytes(text.getvalue())
        number += 1
