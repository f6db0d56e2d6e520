"""Groups of commands: each module has `register(subparsers)`; a command is a function of `Call`."""
