"""New sites for a kind of service, chosen from files into one GeoPackage; no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.pairs import pairs_within, place
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.siting import Sites, best_sites
from gisgrid.errors import InvalidInput
from gisgrid.services.layer_files import WGS84, require_writable, write_layers
from gisgrid.services.open_in_files import open_at
from gisgrid.services.walking_files import (
    Sources,
    WalkingFiles,
    placed,
    read_areas,
    read_points,
    read_walking_files,
)
from gisgrid.services.walking_notes import Note, Places

CANDIDATES = 2000
"""Places tried where no layer of candidates is given: buildings, drawn with a fixed seed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sited.

    Attributes
    ----------
    kind
        Kind of the new services.
    new
        How many.
    limit_m
        Longest walk that counts as served.
    candidates, must, forbid
        Layers: points to choose from, points that are chosen in any case, areas without any.
    at
        Local time at which services must be open to serve today.
    """

    kind: str
    new: int
    limit_m: float
    candidates: str | None = None
    must: str | None = None
    forbid: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SitesAnswer:
    """The sites, the households served before, and all households."""

    sites: Sites
    before: int
    total: int
    notes: tuple[Note, ...]


def sites_from_files(sources: Sources, wish: Wish, out: Path) -> SitesAnswer:
    """Choose new sites and write them, ranked, as layer ``sites``.

    Columns: rank, candidate, must, gained (households served that those before do not serve),
    served_after (all households served with this site and those before).

    Raises
    ------
    InvalidInput
        ``no_candidates``: none is left on the streets; else as `best_sites`, `read_walking_files`.
    """
    require_writable(out)
    files = read_walking_files(sources)
    counted, told = open_at(files, wish.at)
    files = files.only(counted)
    candidates, must, forbid = _candidates(files, wish)
    unserved = _unserved(files, wish)
    pairs = pairs_within(
        files.network,
        candidates.doors,
        place(files.network, files.buildings.doors),
        limit_m=wish.limit_m,
    )
    sites = best_sites(
        pairs, unserved, candidates=len(candidates.id), new=wish.new, must=must, forbid=forbid
    )
    total = int(files.households.sum())
    before = total - int(unserved.sum())
    write_layers(out, {"sites": _layer_of(sites, candidates, set(must), before)})
    return SitesAnswer(sites, before, total, (*files.notes, *told))


def _unserved(files: WalkingFiles, wish: Wish) -> npt.NDArray[np.int64]:
    """Households of each building that no service of the kind serves yet."""
    of_kind = files.services.doors.take(files.kind == wish.kind)
    metres, _ = nearest_by_kind(
        files.network,
        of_kind,
        np.zeros(len(of_kind), np.int64),
        files.buildings.doors,
        limit_m=wish.limit_m,
    )
    return np.where(np.isfinite(metres[0]), 0, files.households)


def _candidates(files: WalkingFiles, wish: Wish) -> tuple[Places, list[int], list[int]]:
    """Places to choose from, and among them the musts and the forbidden."""
    points, ids = read_points(wish.candidates) if wish.candidates else _drawn(files)
    must: list[int] = []
    if wish.must:
        must_points, must_ids = read_points(wish.must)
        points, ids = np.concatenate([must_points, points]), np.concatenate([must_ids, ids])
        must = list(range(len(must_points)))
    places = placed(files.network, points, ids, epsg=files.epsg, walls=files.walls)
    if not (places.doors.edge >= 0).any():
        raise InvalidInput("no candidate is on a street", code="no_candidates")
    forbid: list[int] = []
    if wish.forbid:
        inside = shapely.STRtree(read_areas(wish.forbid)[0]).query(points, predicate="intersects")[
            0
        ]
        forbid = sorted(set(inside.tolist()) - set(must))
    return places, must, forbid


def _drawn(files: WalkingFiles) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    on_street = np.flatnonzero(files.buildings.doors.edge >= 0)
    rng = np.random.default_rng(0)
    some = rng.choice(on_street, min(CANDIDATES, len(on_street)), replace=False)
    some.sort()
    return files.buildings.point[some], files.buildings.id[some]


def _layer_of(sites: Sites, candidates: Places, must: set[int], before: int) -> gpd.GeoDataFrame:
    chosen = np.array(sites.chosen, np.int64)
    table = {
        "rank": np.arange(1, len(chosen) + 1),
        "candidate": candidates.id[chosen],
        "must": [site in must for site in sites.chosen],
        "gained": np.array(sites.gained, np.int64),
        "served_after": before + np.cumsum(np.array(sites.gained, np.int64)),
    }
    return gpd.GeoDataFrame(table, geometry=list(candidates.point[chosen]), crs=WGS84)
