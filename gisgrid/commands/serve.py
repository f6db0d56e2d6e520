"""`gisgrid serve`: the web application on this machine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.services.keep_database import ready_database

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `serve`."""
    serve = subparsers.add_parser("serve", help="serve the web application")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(command=serve_command)


def serve_command(call: Call) -> int:
    """Serve until told to stop. The web is named, not imported: nothing depends on it."""
    server = import_module("web.serve")
    server.require_port(call.args.host, call.args.port)
    ready_database(call.settings).dispose()
    call.say("cli.serving", host=call.args.host, port=call.args.port)
    server.run(call.settings, call.args.host, call.args.port)
    return 0
