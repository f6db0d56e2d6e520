"""`gisgrid work`: carries out long work; `serve` and `demo` start one themselves."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.services.open_database import open_database
from gisgrid.services.work import work

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

NICE = 5
"""Requests of people go first."""


def register(subparsers: Subparsers) -> None:
    """Add `work`."""
    worker = subparsers.add_parser("work", help="carry out long work (started by serve)")
    worker.add_argument("--parent", type=int, help="end when the process with this id has gone")
    worker.set_defaults(command=work_command)


def work_command(call: Call) -> int:
    """Work until told to stop; what is under way ends first."""
    stopped = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopped.set())
    os.nice(NICE)
    engine = open_database(call.settings, pool_size=4)
    work(engine, stopped, parent=call.args.parent)
    engine.dispose()
    return 0
