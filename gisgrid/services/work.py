"""The worker beside the web server: jobs as they come, and what is due by the clock."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from gisgrid.services import incident_timers
from gisgrid.services.database_faults import known_fault
from gisgrid.services.publish_plan import bring_into_force
from gisgrid.services.run_jobs import end_lost_jobs, run_next
from gisgrid.storage.engine import Engine

HANDS = 2
LOOK_EVERY_S = 0.5
TICK_EVERY_S = 60.0

log = logging.getLogger(__name__)


def work(engine: Engine, stopped: Event, *, parent: int | None = None) -> None:
    """Carry out jobs, two at a time, and what is due each minute, until `stopped`.

    With `parent`, a process id, the work also ends when that process has gone.
    """
    hands = [Thread(target=_hand, args=(engine, stopped)) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    last = -TICK_EVERY_S
    while not stopped.wait(LOOK_EVERY_S):
        if parent is not None and os.getppid() != parent:
            stopped.set()
        if time.monotonic() - last >= TICK_EVERY_S:
            last = time.monotonic()
            tick(engine)
    for hand in hands:
        hand.join()


DUE: tuple[Callable[[Engine], object], ...] = (
    end_lost_jobs,
    bring_into_force,
    incident_timers.tick,
)
"""What the clock asks for each minute."""


def tick(engine: Engine) -> None:
    """What is due by the clock: lost jobs, plans whose day has come, deadlines of incidents."""
    for due in DUE:
        _surely(partial(due, engine))


def _hand(engine: Engine, stopped: Event) -> None:
    while not stopped.is_set():
        if not _surely(lambda: run_next(engine)):
            stopped.wait(LOOK_EVERY_S)


def _surely(act: Callable[[], object]) -> object:
    """The answer of `act`; None, and a line in the log, when it failed."""
    try:
        return act()
    except Exception as error:  # the worker goes on when the database is back
        fault = known_fault(error)
        if fault is not None:
            log.warning("the worker goes on: %s", fault)
        else:
            log.exception("the worker goes on")
        return None
