"""A frame is checked once, where it enters."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from gisgrid.errors import CrsMismatch, InvalidInput, MissingColumn
from gisgrid.io import frames


def areas(**changes) -> gpd.GeoDataFrame:
    columns = {"kind": ["water"], "name": [None], "geometry": [box(0, 0, 1, 1)]} | changes
    return gpd.GeoDataFrame(columns, crs="EPSG:4326")


def test_a_frame_that_keeps_its_contract_comes_back_as_it_is():
    frame = areas(extra=[1])
    assert frames.check_areas(frame) is frame


def test_another_coordinate_system_is_refused():
    with pytest.raises(CrsMismatch):
        frames.check_areas(areas().to_crs(3857))
    with pytest.raises(CrsMismatch):
        frames.check_areas(areas().set_crs(None, allow_override=True))


def test_all_missing_columns_are_named():
    with pytest.raises(MissingColumn) as failure:
        frames.check_areas(areas().drop(columns=["kind", "name"]))
    assert failure.value.facts == {"frame": "areas", "columns": "kind, name"}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": [None]},
        {"kind": ["lava"]},
        {"geometry": [Point(0, 0)]},
        {"geometry": [None]},
    ],
)
def test_values_that_do_not_fit_are_refused(changes):
    with pytest.raises(InvalidInput) as failure:
        frames.check_areas(areas(**changes))
    assert failure.value.key == "frame_column"


def test_a_number_column_holds_numbers():
    frame = frames.frame_of(frames.UNITS, {}, []).assign(code=1.5)
    with pytest.raises(MissingColumn):
        frames.check_streets(frame)
    streets = frames.frame_of(frames.STREETS, {}, [])
    with pytest.raises(InvalidInput, match=r"streets\.layer is"):
        frames.check_streets(streets.astype({"layer": "object"}))


def test_incidents_may_wait_for_their_place():
    assert (
        frames.frame_of(
            frames.INCIDENTS,
            {"source_id": ["1"], "category": ["x"], "reported_at": ["2024-03-01T00:00Z"]},
            [None],
        )
        .geometry.isna()
        .all()
    )
