"""Functions that tests hand to worker processes: these can import this module, but not the tests."""

from __future__ import annotations

from oracle import sample

from lazyframe import delayed


def inc(x):
    return x + 1


def dec(x):
    return x - 1


def add(x, y=0):
    return x + y


def fail(x, **options):
    raise ZeroDivisionError("on purpose")


class Point:
    def __init__(self, x):
        self.x = x

    def moved(self, by, *, times=1):
        return Point(self.x + by * times)

    def __getitem__(self, item):
        return item


@delayed
def wrapped(x):
    return Point(x).moved(1)


def piece(start, stop):
    return sample().iloc[start:stop]
