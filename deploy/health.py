"""Is the server of this container well? If it has said nothing for 30 seconds it hangs, and is killed: exit code 1.

Docker only marks a container as unhealthy. What it does start again is a container whose process has ended, so this
ends it. A process that hangs does not hear SIGTERM, and the first process of a container cannot be killed from within
it; so the server is a child of Docker's own small one (init: true, --init).
"""

import os
import signal
import sys
import urllib.request
from pathlib import Path

ADDRESS = "http://127.0.0.1:8501/_stcore/health"
PATIENCE = 30.0  # seconds


def is_well(address: str, patience: float, first: int) -> bool:
    """Whether the server answers; one that is silent for `patience` seconds is killed, as all children of `first`."""
    try:
        urllib.request.urlopen(address, timeout=patience).close()  # noqa: S310
    except OSError as refusal:
        if isinstance(refusal, TimeoutError) or isinstance(getattr(refusal, "reason", None), TimeoutError):
            for child in children(first):
                os.kill(child, signal.SIGKILL)
        return False
    return True


def children(parent: int) -> list[int]:
    """The ids of the processes that this process started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # "id (name) state parent …"; a name may have spaces and parentheses
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(after_name[1]) == parent:
            found.append(int(folder.name))
    return found


if __name__ == "__main__":
    sys.exit(0 if is_well(ADDRESS, PATIENCE, first=1) else 1)
