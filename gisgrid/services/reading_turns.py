"""How many foreign files are taken and read at once: other requests shall not wait for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from gisgrid.errors import TooManyAttempts

AT_ONCE, ALTOGETHER = 2, 4
"""Files of one account, and of all: half the server's threads are left for everybody else."""
WAIT_S = 10

_lock = Lock()
_reading: Counter[int] = Counter()


@contextmanager
def turn(account_id: int) -> Iterator[None]:
    """Take or read one file of an account.

    Raises
    ------
    TooManyAttempts
        ``too_many_readings``: so many files of the account, or of all, are being read already.
    """
    with _lock:
        if _reading[account_id] >= AT_ONCE or _reading.total() >= ALTOGETHER:
            raise TooManyAttempts(
                "other files are being read", code="too_many_readings", seconds=WAIT_S
            )
        _reading[account_id] += 1
    try:
        yield
    finally:
        with _lock:
            _reading[account_id] -= 1
