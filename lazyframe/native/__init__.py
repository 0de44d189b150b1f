"""The one border to C++: everything that is compiled is called from here, and nothing else knows an address.

    library   finds the core, refuses one that was built from other sources, says why there is none; the instruction set
    abi       the structs of ``core/api.h``, checked against the library's own when it is loaded
    memory    what a call may be given: arrays and buffers, checked and held until it returns; memory lent to a thread
    scan      reading: scan, count, gather, join, on what `memory` has checked
    write     rows as CSV
    groups    the loops over groups, which the kernels call
    core/     the C++: reading, ``groups.cpp`` and ``write.cpp``; no Python object, no allocation, no I/O, no policy

What is handed in are numpy arrays, Arrow arrays and anything with a buffer of bytes; what is handed on are numbers and
arrays. **An address never leaves the function that holds the array it points into**: the calls run without the GIL, and
memory that nothing holds is another thread's by then. A wrong argument is an `InvalidCall`, from this side or from the
core's; the core checks places and codes as it goes, so it never writes outside what it was given.

Whether the core is used at all is decided in `library`: ``LAZYFRAME_ENGINE=arrow`` or ``pandas`` leaves it out, and then
the slow clear twins run, which are pandas, pyarrow and numpy.
"""
