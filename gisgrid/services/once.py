"""A request that arrives twice is carried out once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from gisgrid.services.plan_access import account_of
from gisgrid.storage import idempotency
from gisgrid.storage.engine import As, Connection

Answer = dict[str, Any]


def once(
    conn: Connection, actor: As, key: str | None, body: Any, act: Callable[[], Answer]
) -> Answer:
    """Carry out `act`, unless `actor` did so under `key` before: then answer as then.

    Parameters
    ----------
    key
        Chosen by the client, one an intent; None: no protection.
    body
        All that the request asks for; JSON. The same key with another body is refused.

    Raises
    ------
    InvalidInput
        ``key_reused``.
    """
    account = account_of(actor)
    if key is None or account is None:
        return act()
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    earlier = idempotency.claim(conn, account, key, hashlib.sha256(text.encode()).digest())
    if earlier is not None:
        return earlier
    answer = act()
    idempotency.keep(conn, account, key, answer)
    return answer
