"""The desk (受理台): its queue with filters, and how many wait where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.incidents.vocabulary import state_labels
from gisgrid.io.text import spellings
from gisgrid.language import DEFAULT_LANGUAGE
from gisgrid.model.people import Actor
from gisgrid.services.alert_words import worded
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_desk
from gisgrid.storage.engine import transaction
from gisgrid.storage.incident_desk import Queue

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Queue", "view_desk"]


def view_desk(
    engine: Engine, actor: Actor, wanted: Queue, *, language: str = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Incidents in scope that fit, the most pressing first, with the sums of all tabs."""
    texts = None if wanted.text is None else spellings(wanted.text)
    with transaction(engine, actor) as conn:
        rows = incident_desk.queue(conn, wanted, actor.account_id, texts=texts)
        tabs = incident_desk.tabs(conn, actor.account_id)
        labels = state_labels(incident_desk.label_scheme(conn))
        told = worded(conn, [dict(row._mapping) for row in rows], language)
    return {
        "rows": [
            {n: plain(v) for n, v in row.items() if n != "total"}
            | {"label": labels[row["kind"], row["state"]]}
            for row in told
        ],
        "total": rows[0].total if rows else 0,
        "tabs": dict(tabs._mapping),
    }
