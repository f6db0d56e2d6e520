"""OpenStreetMap extracts become frames; what cannot is rejected with its reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import shapely

from gisgrid.errors import UnreadableFile
from gisgrid.io import frames
from gisgrid.io.osm import OsmLayers, read_osm

# A square of nodes 1..4, a smaller one 5..8 inside, and 9, 10 on a line through the middle.
CORNERS = {1: (0, 0), 2: (8, 0), 3: (8, 8), 4: (0, 8), 5: (2, 2), 6: (6, 2), 7: (6, 6), 8: (2, 6)}
CORNERS |= {9: (0, 4), 10: (8, 4), 11: (16, 4)}


def node(ref: int, **tags: str) -> str:
    x, y = CORNERS[ref]
    place = f'lon="{117 + x / 10000:.4f}" lat="{36.6 + y / 10000:.4f}"'
    return f'<node id="{ref}" version="1" {place}>{tag_lines(tags)}</node>'


def tag_lines(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())


def way(way_id: int, *nodes: int, **tags: str) -> str:
    refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
    return f'<way id="{way_id}" version="1">{refs}{tag_lines(tags)}</way>'


def ring(way_id: int, **tags: str) -> str:
    return way(way_id, 1, 2, 3, 4, 1, **tags)


NODES = "".join(node(ref) for ref in CORNERS)


@pytest.fixture
def read(osm_file):
    def drawn(*things: str, nodes: str = NODES) -> OsmLayers:
        return read_osm(osm_file(nodes + "".join(things)))

    return drawn


def test_streets_that_share_a_node_share_exactly_equal_coordinates(read):
    streets = read(
        way(20, 9, 10, highway="residential", name="柳荫路"), way(21, 10, 11, highway="footway")
    ).streets
    assert streets["source_id"].tolist() == ["w20", "w21"]
    assert streets.geometry[0].coords[-1] == streets.geometry[1].coords[0]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "trunk"}, "arterial"),
        ({"highway": "primary_link"}, "arterial"),
        ({"highway": "tertiary"}, "collector"),
        ({"highway": "living_street"}, "lane"),
        ({"highway": "service", "service": "driveway"}, "path"),
        ({"highway": "steps"}, "path"),
    ],
)
def test_the_class_of_a_street_comes_from_its_highway_value(read, tags, kind):
    assert read(way(20, 9, 10, **tags)).streets["class"].tolist() == [kind]


@pytest.mark.parametrize(
    ("tags", "open_on_foot"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "designated"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "primary", "motorroad": "yes"}, False),
        ({"highway": "residential", "oneway": "yes"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "footway", "bridge": "yes", "layer": "1"}, True),
        ({"highway": "footway", "tunnel": "yes", "layer": "-1"}, True),
    ],
)
def test_who_may_walk_on_a_street(read, tags, open_on_foot):
    assert read(way(20, 9, 10, **tags)).streets["walkable"].tolist() == [open_on_foot]


def test_bridges_tunnels_and_layers_are_kept(read):
    street = read(way(20, 9, 10, highway="primary", bridge="viaduct", layer="2")).streets.iloc[0]
    assert (street["bridge"], street["tunnel"], street["layer"]) == (True, False, 2)


def test_a_pedestrian_square_and_a_planned_road_are_no_streets(read):
    layers = read(
        ring(20, highway="pedestrian", area="yes"),
        way(21, 9, 10, highway="proposed"),
        way(22, 9, 10, highway="path"),
    )
    assert layers.streets["source_id"].tolist() == ["w22"]


def test_a_street_that_leaves_the_file_keeps_the_part_inside(read):
    streets = read(way(20, 9, 10, 999, highway="residential")).streets
    assert shapely.get_num_coordinates(streets.geometry[0]) == 2


def test_a_street_without_two_known_nodes_is_rejected(read):
    layers = read(way(20, 9, 999, highway="residential"), way(21, 9, 10, highway="path"))
    assert layers.rejects.to_dict("records") == [
        {"what": "street", "source_id": "w20", "reason": "line_broken"}
    ]


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ({"building__levels": "6"}, 6.0),
        ({"building__levels": "3;4"}, 4.0),
        ({"building__levels": "2.5"}, 2.5),
        ({"building__levels": "许多"}, None),
        ({"building__levels": "-2"}, None),
        ({"building__levels": "9000"}, None),
        ({"height": "18 m"}, 6.0),
        ({"building__levels": "?", "height": "9"}, 3.0),
    ],
)
def test_levels_of_a_building(read, tags, levels):
    found = read(ring(20, building="yes", **tags)).buildings["levels"].astype(object)
    assert found.where(found.notna(), None).tolist() == [levels]


@pytest.mark.parametrize(
    ("tags", "lived_in"),
    [
        ({"building": "apartments", "shop": "bakery"}, True),
        ({"building": "yes"}, True),
        ({"building": "yes", "amenity": "restaurant"}, False),
        ({"building": "yes", "office": "company"}, False),
        ({"building": "school"}, False),
        ({"building": "garage"}, False),
        ({"building": "commercial", "building__flats": "12"}, True),
    ],
)
def test_who_lives_in_a_building(read, tags, lived_in):
    assert read(ring(20, **tags)).buildings["residential"].tolist() == [lived_in]


@pytest.mark.parametrize("value", ["no", "roof", "ruins", "construction"])
def test_what_cannot_be_lived_or_worked_in_is_no_building(read, value):
    layers = read(ring(20, building=value), way(21, 9, 10, highway="path"))
    assert layers.buildings.empty
    assert layers.rejects.empty


def test_flats_and_address_of_a_building(read):
    tags = {"addr__street": "柳荫路", "addr__housenumber": "8号", "building__flats": "24"}
    building = read(ring(20, building="apartments", **tags)).buildings.iloc[0]
    assert (building["address"], building["households"]) == ("柳荫路8号", 24)


def relation(ref: int, *members: tuple[int, str], **tags: str) -> str:
    rows = "".join(f'<member type="way" ref="{w}" role="{role}"/>' for w, role in members)
    return f'<relation id="{ref}" version="1">{rows}{tag_lines(tags)}</relation>'


def test_a_building_with_a_courtyard_comes_from_its_relation(read):
    layers = read(
        ring(20),
        way(21, 5, 6, 7, 8, 5),
        relation(30, (20, "outer"), (21, "inner"), type="multipolygon", building="apartments"),
    )
    assert layers.buildings["source_id"].tolist() == ["r30"]
    assert len(layers.buildings.geometry[0].interiors) == 1
    assert layers.rejects.empty


def test_a_building_in_two_pieces_becomes_two_and_shares_its_flats(read):
    inner = way(21, 5, 6, 7, 8, 5)
    tags = {"type": "multipolygon", "building": "apartments", "building__flats": "41"}
    far = "".join(
        f'<node id="{ref}" version="1" lon="{117.01 + x}" lat="{36.6 + y}"/>'
        for ref, (x, y) in {51: (0, 0), 52: (0.0004, 0), 53: (0.0004, 0.0004)}.items()
    )
    layers = read(
        inner,
        way(22, 51, 52, 53, 51),
        relation(30, (21, "outer"), (22, "outer"), **tags),
        nodes=NODES + far,
    )
    assert sorted(layers.buildings["source_id"]) == ["r30.1", "r30.2"]
    assert layers.buildings["households"].sum() == 41


def test_an_open_building_is_rejected_not_lost(read):
    layers = read(way(20, 1, 2, 3, building="yes"), way(21, 9, 10, highway="path"))
    assert layers.rejects["source_id"].tolist() == ["w20"]
    assert layers.counts["rejects"] == 1


def test_services_come_from_points_and_from_surfaces(read):
    layers = read(
        ring(20, amenity="school", name="柳湖小学", opening_hours="Mo-Fr 08:00-17:00"),
        nodes=NODES + node(9, amenity="pharmacy"),
    )
    assert dict(zip(layers.services["source_id"], layers.services["kind"], strict=True)) == {
        "n9": "pharmacy",
        "w20": "primary_school",
    }
    assert set(layers.services.geom_type) == {"Point"}


def test_water_green_rivers_rails_and_walls(read):
    layers = read(
        ring(20, natural="water"),
        ring(21, leisure="park"),
        way(22, 9, 10, waterway="river", name="小清河"),
        way(23, 9, 10, railway="rail"),
        way(24, 9, 10, railway="rail", tunnel="yes"),
        way(25, 9, 10, barrier="wall"),
        way(26, 9, 10, barrier="fence"),
    )
    assert layers.areas["kind"].tolist() == ["water", "green"]
    assert layers.lines["kind"].tolist() == ["river", "rail", "wall"]


def test_units_nest_by_their_level(read):
    layers = read(
        ring(20, boundary="administrative", admin_level="8", name="外", ref="370101"),
        way(21, 5, 6, 7, 8, 5, boundary="administrative", admin_level="9", name="内"),
    )
    units = layers.units.set_index("name")
    assert units.loc["内", "parent"] == "370101"
    assert units["parent"].isna().to_dict() == {"外": True, "内": False}


def test_every_layer_keeps_its_contract_even_when_empty(read):
    layers = read(way(20, 9, 10, highway="path"))
    for name, contract in (
        ("buildings", frames.BUILDINGS),
        ("services", frames.SERVICES),
        ("units", frames.UNITS),
        ("areas", frames.AREAS),
        ("lines", frames.LINES),
    ):
        assert frames.check(getattr(layers, name), contract).empty


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("gone.osm.pbf", None, "file_missing"),
        ("empty.osm", b"", "file_empty"),
        ("page.osm", b"<html></html>", "not_osm"),
        ("cut.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1" lon=', "file_truncated"),
        ("cut.osm.gz", gzip.compress(b"<osm>" * 90, mtime=0)[:30], "file_truncated"),
        ("cut.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x8c", "file_truncated"),
        ("bare.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "osm_bare"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile) as failure:
        read_osm(path)
    assert failure.value.key == code
    assert failure.value.facts["file"] == name


def test_compression_is_found_by_content_not_by_name(osm_file, tmp_path: Path):
    packed = tmp_path / "renamed.osm"
    packed.write_bytes(gzip.compress(osm_file(NODES + way(20, 9, 10, highway="path")).read_bytes()))
    assert len(read_osm(packed).streets) == 1


def test_porto_centre_is_read_whole(shared_dir: Path):
    steps = []
    layers = read_osm(
        shared_dir / "data/porto/porto_centre.osm.pbf",
        progress=lambda *step: steps.append(step[1]),
    )
    assert len(layers.buildings) == 11_212
    assert layers.rejects.empty
    assert layers.buildings["source_id"].is_unique
    assert layers.buildings.geometry.is_valid.all()
    assert layers.dated is not None
    assert layers.dated.year == 2020
    assert steps == sorted(steps)
    assert steps


def test_gates_are_read_but_not_those_that_are_locked_or_closed_to_walkers(read):
    nodes = [
        node(1, barrier="gate", name="东门", access="private"),
        node(2, entrance="main"),
        node(3, barrier="gate", locked="yes"),
        node(4, barrier="gate", foot="no"),
        node(5, barrier="block"),
        node(6, barrier="gate", access="no", foot="yes"),
        *(node(ref) for ref in (7, 8, 9, 10, 11)),
    ]
    gates = read(way(20, 9, 10, highway="residential"), nodes="".join(nodes)).gates
    assert gates["source_id"].tolist() == ["n1", "n2", "n6"]
    assert gates["name"].tolist() == ["东门", None, None]
    assert frames.check_gates(gates) is gates
