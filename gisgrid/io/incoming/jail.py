"""What a reading process gives up before it opens anything: network, programs, memory, time.

Three nets, each where the machine offers it: a network namespace of its own (Linux, needs a right),
a seccomp filter (Linux, needs none) that refuses sockets, new programs and looking into other
processes, and limits of resources (everywhere).
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct

from gisgrid.io.incoming.limits import Limits

_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 38, 4, 22
_FILTER = 2
_LOAD, _IF_EQUAL, _ANSWER = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket, connect, bind, listen, execve, execveat, ptrace, process_vm_*, io_uring_setup
_REFUSED = {
    "x86_64": (41, 42, 49, 50, 59, 322, 101, 310, 311, 425),
    "aarch64": (198, 203, 200, 201, 221, 281, 117, 270, 271, 425),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def confine(limits: Limits) -> list[str]:
    """Give up what reading a file does not need, for good; the nets that were set.

    Call it before any thread is started: a filter holds for the threads that come after.
    """
    _limit(limits)
    nets = ["limits"]
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare") and libc.unshare(_CLONE_NEWNET) == 0:
        nets.append("namespace")
    if platform.system() == "Linux" and _filter_calls(libc):
        nets.append("seccomp")
    return nets


def _limit(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def _filter_calls(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    if machine not in _REFUSED or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    steps = _program(machine)
    held = ctypes.create_string_buffer(steps, len(steps))  # lives until the call below
    program = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _program(machine: str) -> bytes:
    """A filter that allows every call but those refused; for another architecture, none at all."""
    refused = _REFUSED[machine]
    step = struct.Struct("HBBI").pack
    steps = [
        step(_LOAD, 0, 0, 4),
        step(_IF_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        step(_ANSWER, 0, 0, _REFUSE),
        step(_LOAD, 0, 0, 0),
    ]
    for left, number in zip(range(len(refused), 0, -1), refused, strict=True):
        steps.append(step(_IF_EQUAL, left, 0, number))
    steps += [step(_ANSWER, 0, 0, _ALLOW), step(_ANSWER, 0, 0, _REFUSE)]
    return b"".join(steps)
