"""Side by side with the peers: the same queries on the same files, each run in a fresh process.

The map, in the order in which a benchmark runs:

``__main__``
    the options, and the order of events
``queries``, ``contenders``
    what is asked, and who is asked, in which form and how often: tables
``data``
    makes the files, once
``runs``
    starts one child process for each run, in turn, and keeps what it reports
``child``
    that process: imports one library, runs one query, reports
``engines/``
    the queries as a user of each library would write them: one class a library, one method a query
``usage``, ``answers``, ``written``, ``gil``
    what the child measures: CPU and memory; the answer in a form that can be compared; what was written; who holds the GIL
``overhead``
    apart from these: what a task costs beside its work, for our schedulers and Dask's
``report``, ``picture``, ``machine``
    the medians as RESULTS.md and results.svg, with the versions and the machine they belong to
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The folder of the repository."""
