"""How many files the server may have open: each session holds four, and where they run out nobody gets an answer."""

import logging
from functools import cache

WANTED = 65_536  # thousands of sessions
FEW = 4_096
SESSION = 4


@cache
def allow_many_files() -> None:
    """Raise this process's own limit as far as it may, from the 1,024 that are usual; log it where that is not far."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = WANTED if hard == unlimited else min(WANTED, hard)
    if soft != unlimited and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            pass  # a sandbox may forbid it: then it stays as it is, and is said
    if soft != unlimited and soft < FEW:
        logging.getLogger(__name__).warning(
            "This process may open %d files, enough for about %d readers at once; allow it more (ulimit -n).",
            soft,
            soft // SESSION,
        )
