"""One service changed on Porto's metro streets in a real PostGIS: reach, circles, the log, commit.

    python bench/access_stored.py [--shared FOLDER] [--data FOLDER] [--changes N]

The scene of `access.py` (300,000 buildings, 5,000 services in 8 kinds) is stored in an embedded
cluster once; `--data` keeps it for the next run. Times are wall-clock milliseconds from call to
commit (ask for them on an idle machine), beside the CPU time of the same change on the arrays.
Exits with 1 when a limit is missed, with 77 without the data or without PostGIS.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from access import EPSG, KINDS, NO_DATA, SEED, Report, Scene, default_shared, scene
from sqlalchemy import text

from gisgrid.access.graph import Snapped
from gisgrid.access.reach_change import KindReach, Others, Service, closed, opened
from gisgrid.errors import DatabaseMissing
from gisgrid.geo.crs import to_wgs84
from gisgrid.io import frames
from gisgrid.io.osm import read_osm
from gisgrid.model.people import Actor, Role
from gisgrid.model.project import Project
from gisgrid.model.services import DEFAULT_SPEED_KMH, service_kinds
from gisgrid.services.change_reach import known_reach
from gisgrid.services.edit_services import (
    add_service,
    change_service,
    restore_service,
    retire_service,
)
from gisgrid.services.import_layers import import_frames
from gisgrid.services.keep_database import ready_database, stop_database
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_circles import STORED_MINUTES, store_circles
from gisgrid.services.view_district import find_project
from gisgrid.services.walking_ground import WalkingGround, walking_ground
from gisgrid.settings import Settings
from gisgrid.storage import access as access_storage
from gisgrid.storage.engine import SYSTEM, Engine, transaction

KIND = next(iter(service_kinds()))
BETWEEN_M = 400.0


def frame(contract: frames.Contract, shapes: np.ndarray, **columns: Any) -> gpd.GeoDataFrame:
    names = {"source_id": [f"x{i}" for i in range(len(shapes))]}
    return frames.frame_of(contract, names | columns, to_wgs84(shapes, EPSG))


def stored_scene(engine: Engine, s: Scene, metro: Path) -> None:
    """Write the scene as an import would; nothing where it is there already."""
    if find_project(engine) is not None:
        return
    set_up_project(engine, Project(name="Porto", preset="GG4", metric_epsg=EPSG))
    x, y = s.home_xy.T
    count, keys = len(x), list(service_kinds())[:KINDS]
    homes = frame(
        frames.BUILDINGS, shapely.box(x - 4, y - 4, x + 4, y + 4), use=["house"] * count,
        residential=[True] * count, households=s.households.astype(float),
    )  # fmt: skip
    services = frame(frames.SERVICES, shapely.points(s.service_xy), kind=[keys[k] for k in s.kind])
    layers = {"streets": read_osm(metro).streets, "buildings": homes, "services": services}
    import_frames(engine, layers, "bench")


def staff(engine: Engine) -> Actor:
    with transaction(engine, SYSTEM) as conn:
        made = text(
            "INSERT INTO account (login, display_name, password_hash, role)"
            " VALUES ('bench', 'bench', 'x', 'staff')"
            " ON CONFLICT (login) DO UPDATE SET role = 'staff' RETURNING id"
        )
        account = int(conn.execute(made).scalar_one())
        units = conn.execute(text("SELECT id FROM unit WHERE valid_to IS NULL")).scalars().all()
    return Actor(account, Role.STAFF, communities=tuple(units))


def timed(
    work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Any]:
    begin = clock()
    answer = work()
    return 1000 * (clock() - begin), answer


def changes(engine: Engine, actor: Actor, ground: WalkingGround, count: int) -> dict[str, list]:
    """Add, move, retire and restore a service near `count` others, each from call to commit."""
    with transaction(engine, SYSTEM) as conn:
        found = "SELECT ST_X(geom), ST_Y(geom) FROM service_point WHERE kind = :kind ORDER BY id"
        points = conn.execute(text(found), {"kind": KIND}).all()
    rng = np.random.default_rng(SEED)
    took: dict[str, list[float]] = {"add": [], "move": [], "remove": [], "restore": []}
    for i in rng.choice(len(points), count, replace=False):
        lon, lat = points[i][0] + 0.002, points[i][1] + 0.001
        warm(ground, lon, lat)
        ms, made = timed(lambda: add_service(engine, actor, {"kind": KIND, "lon": lon, "lat": lat}))  # noqa: B023
        took["add"].append(ms)
        service = made["service"]["id"]
        place = {"lon": lon + 0.0005, "lat": lat}
        for name, work in (
            ("move", lambda: change_service(engine, actor, service, place)),  # noqa: B023
            ("remove", lambda: retire_service(engine, actor, service)),  # noqa: B023
            ("restore", lambda: restore_service(engine, actor, service)),  # noqa: B023
        ):
            took[name].append(timed(work)[0])
        retire_service(engine, actor, service)
    return took


def warm(ground: WalkingGround, lon: float, lat: float) -> None:
    """Snap the lattice round a place once, as a look at the map there does."""
    at = gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326).to_crs(ground.epsg)
    draw(ground, ground.snap(shapely.get_coordinates(at.to_numpy())))


def draw(ground: WalkingGround, doors: Snapped) -> None:
    ground.rings(doors, minutes=STORED_MINUTES, speed_kmh=DEFAULT_SPEED_KMH)


def compute(engine: Engine, ground: WalkingGround, count: int) -> dict[str, list[float]]:
    """The same changes without the database: rows of reach and three polygons."""
    with transaction(engine, SYSTEM) as conn:
        reach = known_reach(conn, ground, KIND)
        rows = conn.execute(
            text(
                "SELECT id, ST_X(p), ST_Y(p) FROM (SELECT id, ST_Transform(geom, :epsg) AS p"
                " FROM service_point WHERE kind = :kind AND retired_at IS NULL ORDER BY id) AS t"
            ),
            {"epsg": EPSG, "kind": KIND},
        ).all()
    table = np.array([tuple(row) for row in rows])
    ids, xy = table[:, 0].astype(np.int64), table[:, 1:]
    doors, land = ground.snap(xy), ground.land
    took: dict[str, list[float]] = {"add": [], "remove": []}
    for i in np.random.default_rng(SEED).choice(len(ids), count, replace=False):
        near = xy[i] + (BETWEEN_M, 0)
        new = Service(-5, near, ground.snap(near[None]))
        draw(ground, new.door)
        took["add"].append(timed(lambda: added(reach, ground, new), time.process_time)[0])  # noqa: B023
        stay = np.arange(len(ids)) != i
        old = Service(int(ids[i]), xy[i], doors.take(np.array([i])))
        others = Others(ids[stay], xy[stay], ground.snap)
        took["remove"].append(timed(lambda: closed(reach, land, old, others), time.process_time)[0])  # noqa: B023
    return took


def added(reach: KindReach, ground: WalkingGround, service: Service) -> KindReach:
    draw(ground, service.door)
    return opened(reach, ground.land, service)


def measure(engine: Engine, s: Scene, metro: Path, count: int) -> Report:
    report = Report()
    seconds = timed(lambda: stored_scene(engine, s, metro))[0] / 1000
    report.line("scene stored in PostGIS (0: it was there)", seconds, "s")
    ground_ms, ground = timed(lambda: walking_ground(engine))
    report.line("streets and buildings read and snapped, once a process", ground_ms / 1000, "s")
    with transaction(engine, SYSTEM) as conn:
        stale = KIND in access_storage.unmeasured(conn)
    if stale:
        kind_ms, _ = timed(lambda: store_circles(engine, [KIND]))
        report.line("one whole kind of 625 services, reach and circles", kind_ms / 1000, "s")
    for name, times in compute(engine, ground, count).items():
        report.line(f"{name} one service: reach of 300,000 buildings, polygons, median CPU",
                    float(np.median(times)), "ms", 10)  # fmt: skip
    actor = staff(engine)
    for name, times in changes(engine, actor, ground, count).items():
        report.line(f"{name} one service, call to commit, best of {count}", min(times), "ms", 60)
        report.line("  … median", float(np.median(times)), "ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.line("peak memory of the process, scene and metro ground together", peak, "MB")
    return report


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--shared", type=Path, default=default_shared())
    options.add_argument("--data", type=Path, help="keeps the cluster for the next run")
    options.add_argument("--changes", type=int, default=20)
    chosen = options.parse_args()
    metro = chosen.shared / "data" / "porto" / "porto_metro_streets.osm.pbf"
    if not metro.exists():
        print(f"no {metro.name}: nothing measured")
        return NO_DATA
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data=chosen.data or Path(scratch) / "data")
        try:
            engine = ready_database(settings)
        except DatabaseMissing as missing:
            print(f"no PostGIS: {missing}")
            return NO_DATA
        try:
            report = measure(engine, scene(metro), metro, chosen.changes)
        finally:
            engine.dispose()
            stop_database(settings)
    print("missed: " + "; ".join(report.missed) if report.missed else "every limit kept")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
