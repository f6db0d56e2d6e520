"""Before a report is sent: whose ground the place is, what is known there, what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound
from gisgrid.incidents.masking import masked
from gisgrid.io.text import spellings
from gisgrid.model.incidents import NEAR_BORDER_M
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_life, incidents, reporting
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.model.people import Actor

MOST_FOUND = 12
SHORTEST_WORD = 1


def look_at_place(engine: Engine, lon: float, lat: float) -> dict[str, Any]:
    """The grid in force at a place, and those within 20 m of it: they will be told as well.

    Returns
    -------
    `located`: "cell", "near_border", "no_plan" or "outside"; `grid` and `near` (code, leader,
    metres), `community`, `near_m`.
    """
    with transaction(engine, SYSTEM) as conn:
        row = reporting.place(conn, lon, lat)
    grids = row.grids or []
    own = next((grid for grid in grids if grid["metres"] == 0), None)
    near = [grid for grid in grids if grid is not own] if own else []
    if own:
        located = "near_border" if near else "cell"
    else:
        located = "no_plan" if row.community else "outside"
    return {
        "located": located,
        "community": row.community,
        "grid": own,
        "near": near,
        "near_m": NEAR_BORDER_M,
    }


def find_similar(
    engine: Engine, actor: Actor, lon: float, lat: float, category: str
) -> list[dict[str, Any]]:
    """Open incidents of the category nearby that the actor may see: the same matter?"""
    with transaction(engine, actor) as conn:
        rows = reporting.similar(conn, lon, lat, category)
    return [
        {name: plain(value) for name, value in row._mapping.items()}
        | {"text": masked(row.text), "metres": round(row.metres)}
        | {"comments": [masked(note) for note in row.comments]}
        for row in rows
    ]


def search_places(engine: Engine, actor: Actor, words: str) -> list[dict[str, Any]]:
    """Buildings in scope, compounds and streets by name, address or code, best first.

    網格 finds 网格 and the other way round.
    """
    if len(words.strip()) < SHORTEST_WORD:
        return []
    with transaction(engine, actor) as conn:
        rows = reporting.search(conn, spellings(words.strip()[:60]), most=MOST_FOUND)
    return [dict(row._mapping) for row in rows]


def report_form(engine: Engine) -> dict[str, Any]:
    """What the form needs, on a phone without network too: the categories."""
    with transaction(engine, SYSTEM) as conn:
        rows = incidents.categories(conn)
    names = ("code", "parent", "name_zh", "name_en", "radius_m")
    return {"categories": [{name: getattr(row, name) for name in names} for row in rows]}


def give_place(
    engine: Engine, actor: Actor, incident_id: int, lon: float, lat: float
) -> dict[str, Any]:
    """Put an incident of the tray on the map: its grid and leader follow, the step is logged.

    Raises
    ------
    NotFound
        There is no such incident in the actor's scope.
    """
    with transaction(engine, actor) as conn:
        before = incidents.one(conn, incident_id)
        if before is None:
            raise NotFound(f"there is no incident {incident_id}")
    with transaction(engine, SYSTEM) as conn:
        reporting.put(conn, incident_id, lon, lat)
        incidents.locate(conn, only=[incident_id])
        leader = incident_life.leader(conn, incident_id)
        if leader and before.assignee is None:
            incident_life.change(conn, incident_id, {"assignee_id": leader})
        incident_life.log(
            conn,
            incident_id,
            account_id=actor.account_id,
            transition="locate",
            from_state=before.state,
            to_state=before.state,
            facts={"from": [before.lon, before.lat], "to": [lon, lat]},
        )
        row = incidents.one(conn, incident_id)
    assert row is not None  # noqa: S101 - located by this very transaction
    names = ("id", "grid_code_now", "grid_code_at_report", "community_name", "located_reason")
    return {name: getattr(row, name) for name in names}
