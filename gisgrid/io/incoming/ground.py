"""What the reading process is told of the district: enough to check a file, no secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from gisgrid.geo.edges import Geometries
from gisgrid.model.units import UnitLevel

UNITS, STREETS, DISTRICT = "units.parquet", "streets.parquet", "district.wkb"


@dataclass(frozen=True, slots=True)
class Ground:
    """The district as far as it is known.

    Attributes
    ----------
    metric_epsg
        0 before a project is set up: then the file's own place decides.
    levels
        Of units, top first; None: those that ship with `preset`.
    ended, began, succeeded
        For succession tables: the last day of each code that ended, the first of each that another
        one precedes, and the successions known, as "old>new@day".
    units
        Valid units: code, name, depth, and their surfaces in `unit_shapes`.
    district
        All of them in one; None before there are any.
    streets
        (n,) lines near the district, for telling datums apart; may be empty.
    kinds
        Kinds of service: key -> (Chinese, English name).
    profiles
        Mappings saved for this kind of import, by the key of their headings.
    """

    metric_epsg: int = 0
    dwelling_m2: float = 110.0
    timezone: str = "Asia/Shanghai"
    preset: str = "GG4"
    community_depth: int = 3
    levels: tuple[UnitLevel, ...] | None = None
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    began: Mapping[str, str] = field(default_factory=dict)
    succeeded: tuple[str, ...] = ()
    units: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"code": [], "name": [], "depth": []})
    )
    unit_shapes: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    district: BaseGeometry | None = None
    streets: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))

    @property
    def middle(self) -> tuple[float, float] | None:
        """Longitude and latitude of the district's middle."""
        if self.district is None:
            return None
        west, south, east, north = self.district.bounds
        return (west + east) / 2, (south + north) / 2


def write_ground(ground: Ground, folder: Path) -> None:
    """Put the ground into a job's folder."""
    plain = {
        name: getattr(ground, name)
        for name in ("metric_epsg", "dwelling_m2", "timezone", "preset", "community_depth")
    }
    plain["kinds"] = {key: list(names) for key, names in ground.kinds.items()}
    plain |= {"ended": dict(ground.ended), "began": dict(ground.began)}
    plain["succeeded"] = list(ground.succeeded)
    plain["profiles"] = {key: dict(saved) for key, saved in ground.profiles.items()}
    plain["levels"] = ground.levels and [asdict(level) for level in ground.levels]
    (folder / "ground.json").write_text(json.dumps(plain), encoding="utf-8")
    table = pa.table(
        {
            "code": pa.array(list(ground.units["code"]), pa.string()),
            "name": pa.array(list(ground.units["name"]), pa.string()),
            "depth": pa.array(list(map(int, ground.units["depth"])), pa.int64()),
            "geom": pa.array(list(shapely.to_wkb(ground.unit_shapes)), pa.binary()),
        }
    )
    pq.write_table(table, folder / UNITS)
    lines = pa.table({"geom": pa.array(list(shapely.to_wkb(ground.streets)), pa.binary())})
    pq.write_table(lines, folder / STREETS)
    if ground.district is not None:
        (folder / DISTRICT).write_bytes(shapely.to_wkb(ground.district))


def read_ground(folder: Path) -> Ground:
    """The ground that the parent put into the folder."""
    plain: dict[str, Any] = json.loads((folder / "ground.json").read_text(encoding="utf-8"))
    plain["kinds"] = {key: (zh, en) for key, (zh, en) in plain["kinds"].items()}
    plain["succeeded"] = tuple(plain["succeeded"])
    levels = plain["levels"]
    plain["levels"] = levels and tuple(UnitLevel(**level) for level in levels)
    units = pq.read_table(folder / UNITS).to_pydict()
    streets = pq.read_table(folder / STREETS).to_pydict()["geom"]
    district = folder / DISTRICT
    return Ground(
        **plain,
        units=pd.DataFrame({name: units[name] for name in ("code", "name", "depth")}),
        unit_shapes=_shapes(units["geom"]),
        district=shapely.from_wkb(district.read_bytes()) if district.exists() else None,
        streets=_shapes(streets),
    )


def _shapes(blobs: list[bytes]) -> Geometries:
    return np.asarray(shapely.from_wkb(np.array(blobs, dtype=object)), dtype=object)
