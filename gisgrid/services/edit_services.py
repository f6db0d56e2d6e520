"""Service points changed by hand: added, moved, renamed, retired, taken back into use.

Staff and administrators do so for the ground in their scope. Each change stores at once what it
means for the walks of the whole district, and stands in the audit log with what was before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from gisgrid.access.network import on_island
from gisgrid.access.opening import is_readable, read_hours
from gisgrid.access.snap import LONG_LEG_M
from gisgrid.errors import Forbidden, InvalidInput, NotFound, Unavailable
from gisgrid.model.people import Actor
from gisgrid.model.project import Project
from gisgrid.services.change_reach import Changed, change_reach
from gisgrid.services.once import once
from gisgrid.services.sound_place import require_sound_place
from gisgrid.services.view_district import require_project
from gisgrid.services.walking_ground import WalkingGround, ground_of_version, xy_of
from gisgrid.storage import access, people, projects, service_points
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

LONGEST_NAME = 120
DOUBLE_M = 20.0
"""A point of the same kind this near is likely the same service twice."""

MOST_RETIRED = 200
TOLD = (
    "id", "name", "kind", "lon", "lat", "unit", "opening_hours", "source", "by_hand",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """Who changes points, and the district in which."""

    engine: Engine
    actor: Actor
    project: Project
    ground: WalkingGround | None  # None: there is no street to walk on yet

    @property
    def epsg(self) -> int:
        return self.project.metric_epsg


def add_service(
    engine: Engine, actor: Actor, wanted: Mapping[str, Any], *, key: str | None = None
) -> dict[str, Any]:
    """Add a point.

    Parameters
    ----------
    wanted
        ``kind``, ``lon``, ``lat`` and perhaps ``name``, ``opening_hours``.
    key
        The client's key of this intent: sent twice, done once.

    Returns
    -------
    ``service`` as it is now, ``before`` (None), ``walks`` and ``circles`` that were stored,
    ``measured`` (False: its kind is measured whole when next asked for) and ``warnings``: a list of
    codes with facts.

    Raises
    ------
    InvalidInput
        A place, kind, name or hours that cannot be.
    Forbidden
        ``service_scope``: the place lies in a community outside the actor's scope.
    """
    desk = _desk(engine, actor)

    def act(conn: Connection) -> int:
        values = _checked(conn, desk, wanted)
        return service_points.add(conn, values | {"source_id": f"hand-{uuid4()}"})

    return _carry_out(desk, "add_service", act, body=dict(wanted), key=key)


def change_service(
    engine: Engine, actor: Actor, service_id: int, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Move a point (``lon`` and ``lat``), rename it, give it another kind or other hours.

    Raises
    ------
    NotFound
        No such point, or one that is out of use.
    """
    desk = _desk(engine, actor)

    def act(conn: Connection) -> int:
        _require(conn, desk, service_id, in_use=True)
        service_points.change(conn, service_id, _checked(conn, desk, wanted))
        return service_id

    return _carry_out(desk, "change_service", act, service_id=service_id)


def retire_service(engine: Engine, actor: Actor, service_id: int) -> dict[str, Any]:
    """Take a point out of use; `restore_service` takes it back."""
    desk = _desk(engine, actor)

    def act(conn: Connection) -> int:
        _require(conn, desk, service_id, in_use=True)
        service_points.retire(conn, service_id)
        return service_id

    return _carry_out(desk, "retire_service", act, service_id=service_id)


def restore_service(engine: Engine, actor: Actor, service_id: int) -> dict[str, Any]:
    """Take a retired point back into use."""
    desk = _desk(engine, actor)

    def act(conn: Connection) -> int:
        _require(conn, desk, service_id, in_use=False)
        service_points.retire(conn, service_id, again=True)
        return service_id

    return _carry_out(desk, "restore_service", act, service_id=service_id)


def list_retired(engine: Engine, actor: Actor, kind: str | None) -> list[dict[str, Any]]:
    """Points out of use, the last one first; at most 200."""
    with transaction(engine, actor) as conn:
        rows = service_points.retired(conn, kind, most=MOST_RETIRED)
    return [dict(row._mapping) | {"retired_at": row.retired_at.isoformat()} for row in rows]


def list_unreadable_hours(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Points whose hours are in no notation that is read: whether they are open is unknown."""
    epsg = require_project(engine).metric_epsg
    with transaction(engine, actor) as conn:
        rows = access.points(conn, None, epsg=epsg)
    names = ("id", "name", "kind", "lon", "lat", "opening_hours")
    return [
        {name: getattr(row, name) for name in names}
        for row in rows
        if row.opening_hours and not is_readable(row.opening_hours)
    ]


def _desk(engine: Engine, actor: Actor) -> Desk:
    with transaction(engine, SYSTEM) as conn:
        project, version = projects.find(conn), projects.ground_version(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    try:
        ground: WalkingGround | None = ground_of_version(engine, project.metric_epsg, version)
    except InvalidInput as fault:
        if fault.key != "no_streets":
            raise
        ground = None
    return Desk(engine, actor, project, ground)


def _carry_out(
    desk: Desk,
    action: str,
    act: Callable[[Connection], int],
    *,
    service_id: int = 0,
    body: Any = None,
    key: str | None = None,
) -> dict[str, Any]:
    """One change in one transaction: the point, its walks and circles, the line in the log.

    The walks belong to buildings of the whole district, so the system writes them; what the actor
    may change was asked before.
    """
    written: list[Changed] = []

    def change(conn: Connection) -> dict[str, Any]:
        before = service_points.find(conn, service_id, epsg=desk.epsg)
        changed_id = act(conn)
        after = service_points.find(conn, changed_id, epsg=desk.epsg)
        changed = _measure(conn, desk, before, after)
        written.extend([] if changed is None else [changed])
        facts = {"before": _told(before), "after": _told(after)}
        people.note(conn, action, str(changed_id), account_id=desk.actor.account_id, facts=facts)
        return {
            "service": _told(after),
            "before": _told(before),
            "walks": changed.walks if changed else 0,
            "circles": changed.circles if changed else 0,
            "measured": changed is not None and changed.measured,
            "warnings": _warnings(conn, desk, after),
        }

    with transaction(desk.engine, SYSTEM) as conn:
        access.lock_reach(conn, patiently=False)
        answer = once(conn, desk.actor, key, body, lambda: change(conn))
    for each in written:
        each.keep()
    return answer


def _measure(conn: Connection, desk: Desk, before: Any, after: Any) -> Changed | None:
    """Store what the change means for walks; None without streets."""
    if desk.ground is None:
        return None
    was, now = (row if row is not None and row.retired_at is None else None
                for row in (before, after))  # fmt: skip
    if _same_for_walkers(was, now):
        return Changed(0, 0, True, lambda: None)
    return change_reach(conn, desk.ground, was, now, speed_kmh=desk.project.walk_kmh)


def _same_for_walkers(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    return bool((a.kind, a.lon, a.lat) == (b.kind, b.lon, b.lat))


def _require(conn: Connection, desk: Desk, service_id: int, *, in_use: bool) -> None:
    row = service_points.find(conn, service_id, epsg=desk.epsg)
    if row is None or (row.retired_at is None) is not in_use:
        raise NotFound(f"there is no service {service_id}")
    _require_scope(desk, row.unit)


def _require_scope(desk: Desk, unit: int | None) -> None:
    if unit is not None and unit not in desk.actor.communities:
        raise Forbidden("the place is outside the actor's scope", code="service_scope")


def _checked(conn: Connection, desk: Desk, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to write, once all that was asked for is sound."""
    values = {name: wanted[name] for name in ("name", "kind", "opening_hours") if name in wanted}
    if "kind" in values and not service_points.has_kind(conn, values["kind"]):
        raise InvalidInput(
            f"there is no kind of service {values['kind']!r}",
            code="unknown_service_kind",
            kind=values["kind"],
        )
    for name in ("name", "opening_hours"):
        if name in values:
            values[name] = (values[name] or "").strip() or None
    if len(values.get("name") or "") > LONGEST_NAME:
        raise InvalidInput("a name has at most 120 characters", code="no_name")
    if values.get("opening_hours"):
        read_hours(values["opening_hours"])
    return values | _checked_place(conn, desk, wanted)


def _checked_place(conn: Connection, desk: Desk, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if "lon" not in wanted and "lat" not in wanted:
        return {}
    if wanted.get("lon") is None or wanted.get("lat") is None:
        raise InvalidInput("a place has a longitude and a latitude", code="place_half")
    lon, lat = float(wanted["lon"]), float(wanted["lat"])
    require_sound_place(conn, desk.ground, lon, lat)
    unit = service_points.unit_at(conn, lon=lon, lat=lat)
    _require_scope(desk, unit)
    return {"lon": lon, "lat": lat, "unit_id": unit}


def _told(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: getattr(row, name) for name in TOLD} | {"retired": row.retired_at is not None}


def _warnings(conn: Connection, desk: Desk, row: Any) -> list[dict[str, Any]]:
    """What is sound but likely not meant: on no street, a long access leg, twice, in no unit."""
    if row.retired_at is not None:
        return []
    found = _street_warnings(desk, row)
    place = {"lon": row.lon, "lat": row.lat, "metres": DOUBLE_M, "but": row.id}
    twin = service_points.near(conn, row.kind, **place)
    if twin is not None:
        found.append({"code": "twice", "name": twin.name or "", "m": round(twin.metres)})
    if row.unit is None:
        found.append({"code": "in_no_unit"})
    return found


def _street_warnings(desk: Desk, row: Any) -> list[dict[str, Any]]:
    if desk.ground is None:
        return [{"code": "no_streets"}]
    door = desk.ground.snap(xy_of([row]))
    leg_m = float(door.leg_m[0])
    if np.isnan(leg_m):
        return [{"code": "on_no_street"}]
    found: list[dict[str, Any]] = []
    if len(on_island(desk.ground.network, door)):
        found.append({"code": "on_island"})
    if leg_m > LONG_LEG_M:
        found.append({"code": "long_leg", "m": round(leg_m)})
    return found
