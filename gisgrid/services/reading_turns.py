"""How many foreign files one account may have read at once: others shall not wait for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from gisgrid.errors import TooManyAttempts

AT_ONCE = 2
WAIT_S = 10

_lock = Lock()
_reading: Counter[int] = Counter()


@contextmanager
def turn(account_id: int) -> Iterator[None]:
    """Read one file of an account.

    Raises
    ------
    TooManyAttempts
        ``too_many_readings``: two of the account's files are being read already.
    """
    with _lock:
        if _reading[account_id] >= AT_ONCE:
            raise TooManyAttempts(
                f"{AT_ONCE} files are being read", code="too_many_readings", seconds=WAIT_S
            )
        _reading[account_id] += 1
    try:
        yield
    finally:
        with _lock:
            _reading[account_id] -= 1
