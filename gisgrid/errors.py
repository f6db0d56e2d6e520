"""The error tree of gisgrid. No HTTP words, no SQL words.

GisGridError
├── InvalidInput          what came in cannot be used (what, where, how to mend)
│   ├── UnreadableFile    a file that cannot be opened or understood
│   ├── MissingColumn     a layer without a column that is needed
│   ├── CrsMismatch       geometry in degrees where metres are needed, or without a CRS
│   ├── InvalidGeometry   a geometry that cannot be repaired without guessing
│   ├── BadCode           a division or grid code that does not follow its format
│   ├── TooLarge          more of it than we read: bytes, rows, vertices
│   └── WrongType         a body or file of a kind that is not read here
├── NotFound              no such thing, or none in the actor's scope (never told apart)
├── Forbidden             the actor's role may not do this at all
├── SignedOut             nobody is signed in
│   └── SignInFailed      no account with this login and password
├── TooManyAttempts       a password was guessed too often; how many seconds to wait
├── Conflict              the thing has changed, or its state does not allow the act
│   ├── StaleVersion      an edit made against a version that is no longer the newest
│   ├── Locked            the grid or cell is locked: nothing in or out
│   ├── WrongState        e.g. an edit of a plan that is no longer a draft
│   ├── RulesBroken       a division rule that must hold keeps a plan from being published
│   └── JobCancelled      the person who asked for long work called it off
├── NoPlan                the planning engine proved or found that no plan exists, and says why
└── Unavailable           the machine lacks something: PostGIS, a free port, the network
    ├── DatabaseMissing   no PostgreSQL with PostGIS on this machine
    └── DatabaseDown      the cluster does not answer
"""

from __future__ import annotations

from typing import Any, ClassVar


class GisGridError(Exception):
    """Base of every error that gisgrid raises on purpose.

    Parameters
    ----------
    message
        One English sentence: what happened, where, how to mend it.
    code
        Stable key; the sentence in the reader's language is ``error.<code>`` of the catalogue.
    facts
        The values named in that sentence (codes, counts, places), never a person's data.
    """

    code: ClassVar[str] = "unexpected"

    def __init__(self, message: str, *, code: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.key = code or type(self).code
        self.facts: dict[str, Any] = facts


class InvalidInput(GisGridError):
    code = "invalid_input"


class UnreadableFile(InvalidInput):
    code = "unreadable_file"


class MissingColumn(InvalidInput):
    code = "missing_column"


class CrsMismatch(InvalidInput):
    code = "crs_mismatch"


class InvalidGeometry(InvalidInput):
    code = "invalid_geometry"


class BadCode(InvalidInput):
    code = "bad_code"


class TooLarge(InvalidInput):
    code = "too_large"


class WrongType(InvalidInput):
    code = "wrong_type"


class NotFound(GisGridError):
    code = "not_found"


class Forbidden(GisGridError):
    code = "forbidden"


class SignedOut(GisGridError):
    code = "signed_out"


class SignInFailed(SignedOut):
    code = "sign_in_failed"


class TooManyAttempts(GisGridError):
    code = "too_many_attempts"


class Conflict(GisGridError):
    code = "conflict"


class StaleVersion(Conflict):
    code = "stale_version"


class Locked(Conflict):
    code = "locked"


class WrongState(Conflict):
    code = "wrong_state"


class RulesBroken(Conflict):
    code = "rules_broken"


class JobCancelled(Conflict):
    code = "job_cancelled"


class NoPlan(GisGridError):
    code = "no_plan"


class Unavailable(GisGridError):
    code = "unavailable"


class DatabaseMissing(Unavailable):
    code = "database_missing"


class DatabaseDown(Unavailable):
    code = "database_down"
