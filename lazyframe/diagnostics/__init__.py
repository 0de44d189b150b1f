"""Something to look at: listeners to what executors tell (`executors.events`), and the pictures they draw.

query.py      what the user asked for, around the runs that it takes
counting.py   how far a run is: progress.py  one bar for a query that takes its time
picture.py    plans and graphs  <- drawing.py: boxes and arrows  <- layout.py: where they go
history.py    what the tasks of the latest runs took
recording.py  one run written down
profile.py    several, with memory.py's samples, as a table; report.py and report.html: as a page
dashboard.py  what runs now, for browsers: live.py  one run;  serving.py  a server of this machine for who has the token
    pages.py      pages filled with what both have in common, page.css and page.js
    words.py      times, sizes and tables as people read them
"""
