"""From nothing to a district that can be opened: ground, cells, first plans, accounts.

Each step is a service of its own and is skipped where its work is done already, so a preparation
that was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gisgrid.demo.district import DEFAULT, SMALL, DemoDistrict, demo_district
from gisgrid.demo.layout import Size
from gisgrid.errors import NotFound
from gisgrid.model.people import Role
from gisgrid.model.project import Project
from gisgrid.services.accounts import NewAccount, made_password
from gisgrid.services.build_cells import build_cells
from gisgrid.services.divide_district import divide_district
from gisgrid.services.first_plans import FirstPlans, put_in_force
from gisgrid.services.import_incidents import store_incidents
from gisgrid.services.import_layers import (
    BUILDINGS,
    FRAMES,
    OSM,
    UNITS,
    file_sha256,
    import_buildings,
    import_frames,
    import_osm,
    import_units,
)
from gisgrid.services.import_summary import ImportSummary
from gisgrid.services.keep_compounds import keep_compounds
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_circles import measure_new_ground
from gisgrid.storage import imports, people, projects, units
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Progress = Callable[[str, int, int | None], None]

DEMO_SIZES: dict[str, Size] = {"district": DEFAULT, "community": SMALL}
"""Sizes of the demonstration: two subdistricts, or one community (for tests)."""

DEMO_SOURCE = "demo"
DEMO_PLANS_FROM = date(2023, 7, 1)
"""The demonstration's plans were balanced on the households of then; towers were built since."""


def prepare_demonstration(
    engine: Engine, *, size: Size, now: datetime, progress: Progress | None = None
) -> FirstPlans:
    """Make up the demonstration district and put it in service: uneven plans, fresh incidents."""
    district = demo_district(size, now=now)
    _require_demonstration(engine)
    stored = _times_stored(engine, FRAMES, DEMO_SOURCE)
    if stored < 1:
        before = district.buildings.assign(households=district.buildings["households_before"])
        _store_demonstration(engine, replace(district, buildings=before), progress)
    _build_missing_cells(engine, progress)
    made = put_in_force(
        engine, effective_from=DEMO_PLANS_FROM, leaders=district.leaders, progress=progress
    )
    if stored < 2:
        import_frames(engine, {"buildings": district.buildings}, DEMO_SOURCE, progress=progress)
    keep_compounds(engine, district.buildings, DEMO_SOURCE)
    with transaction(engine, SYSTEM) as conn:
        projects.set_households_date(conn, now.date())
    named = district.incidents.assign(category=district.incidents["category_name"])
    store_incidents(engine, named, DEMO_SOURCE)
    measure_new_ground(engine, progress)
    return made


def prepare_city(
    engine: Engine, osm: Path, *, profile: str, progress: Progress | None = None
) -> tuple[list[ImportSummary], FirstPlans]:
    """Import an OpenStreetMap extract and put its ground in service, communities divided by us.

    Returns
    -------
    A summary of what was imported now (none where that was done before), and the plans.

    Raises
    ------
    NotFound
        If the file has no building: nothing is stored then.
    UnreadableFile
        If the file cannot be read.
    """
    summaries = []
    if not _times_stored(engine, OSM, osm.name, sha256=file_sha256(osm)):
        needs = ("buildings",)
        summaries.append(import_osm(engine, osm, profile=profile, needs=needs, progress=progress))
    return summaries, _serve_ground(engine, progress)


def prepare_layers(
    engine: Engine,
    *,
    buildings: tuple[Path, str | None],
    units_file: tuple[Path, str | None],
    level: str | None = None,
    progress: Progress | None = None,
) -> tuple[list[ImportSummary], FirstPlans]:
    """Import a file of units and a file of buildings, each (path, layer), and serve them.

    Raises
    ------
    NotFound
        If no unit of the file is of a level that is used, or no building lies in one.
    """
    summaries = []
    path, layer = units_file
    if not _times_stored(engine, UNITS, path.name, sha256=file_sha256(path)):
        summaries.append(import_units(engine, path, layer=layer, level=level, progress=progress))
        _require_units(engine, path)
    path, layer = buildings
    if not _times_stored(engine, BUILDINGS, path.name, sha256=file_sha256(path)):
        summaries.append(import_buildings(engine, path, layer=layer, progress=progress))
    return summaries, _serve_ground(engine, progress)


def demonstration_accounts(engine: Engine) -> list[NewAccount]:
    """One account a role to make, each with a password made now; the leader leads a busy grid."""
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        if project is None:
            raise NotFound("nothing has been imported yet", code="no_project")
        whole = tuple(units.top(conn))
        led = people.grid_to_lead(conn)
    wanted = [
        NewAccount("planner", "沈佳宁", Role.PLANNER, made_password(), units=whole),
        NewAccount("staff", "罗文清", Role.STAFF, made_password(), units=whole),
        NewAccount("admin", "管理员", Role.ADMINISTRATOR, made_password(), units=whole),
    ]
    if led is not None:
        code, name = led
        leader = NewAccount("leader", name or "周启明", Role.LEADER, made_password(), grids=(code,))
        wanted.append(leader)
    return wanted


def is_begun(engine: Engine) -> bool:
    """Whether there is a project: something was imported, or set up by hand."""
    with transaction(engine, SYSTEM) as conn:
        return projects.find(conn) is not None


def is_prepared(engine: Engine) -> bool:
    """Whether a district stands ready: a project, and somebody who can sign in."""
    with transaction(engine, SYSTEM) as conn:
        return projects.find(conn) is not None and bool(people.accounts(conn))


def now_there(timezone: str = "Asia/Shanghai") -> datetime:
    """The present moment in the district's time zone, to the minute."""
    return datetime.now(ZoneInfo(timezone)).replace(second=0, microsecond=0)


def _times_stored(engine: Engine, what: str, name: str, *, sha256: str = "") -> int:
    with transaction(engine, SYSTEM) as conn:
        return imports.times_stored(conn, what=what, file_name=name, sha256=sha256)


def _require_demonstration(engine: Engine) -> None:
    with transaction(engine, SYSTEM) as conn:
        if projects.find(conn) is not None:
            return
    project = Project(name="柳湖区", preset="GG4", metric_epsg=4548, demonstration=True)
    set_up_project(engine, project)


def _store_demonstration(engine: Engine, district: DemoDistrict, progress: Progress | None) -> None:
    frames = {
        name: getattr(district, name)
        for name in ("streets", "lines", "areas", "buildings", "services", "units")
    }
    import_frames(engine, frames, DEMO_SOURCE, progress=progress)


def _serve_ground(engine: Engine, progress: Progress | None) -> FirstPlans:
    divide_district(engine, progress=progress)
    _build_missing_cells(engine, progress)
    _require_cells(engine)
    yesterday = now_there().date() - timedelta(days=1)
    made = put_in_force(engine, effective_from=yesterday, progress=progress)
    measure_new_ground(engine, progress)
    return made


def _require_units(engine: Engine, file: Path) -> None:
    with transaction(engine, SYSTEM) as conn:
        if not units.count(conn):
            raise NotFound(f"{file.name} has no units", code="no_units_in_file", file=file.name)


def _require_cells(engine: Engine) -> None:
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        if project is None or not units.with_cells(conn, project.community_depth):
            raise NotFound("no building lies in a unit", code="no_building_in_units")


def _build_missing_cells(engine: Engine, progress: Progress | None) -> None:
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        depth = project.community_depth if project else 0
        with_cells = {unit_id for unit_id, _ in units.with_cells(conn, depth)}
        missing = [unit.id for unit in units.at_depth(conn, depth) if unit.id not in with_cells]
    if missing:
        build_cells(engine, missing, progress=progress)
