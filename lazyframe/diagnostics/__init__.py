"""Something to look at: listeners to what executors tell (`executors.events`), and the pictures they draw.

query.py      what the user asked for, around the runs that it takes
progress.py   one bar for a query that takes its time
picture.py    plans and graphs  <- drawing.py: boxes and arrows  <- layout.py: where they go
history.py    what the tasks of the latest runs took
recording.py  one run written down
profile.py    several, with memory.py's samples, as a table; report.py and report.html: as a page
    words.py      times, sizes and tables as people read them
"""
