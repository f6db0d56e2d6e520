"""The shipped table of service kinds and its OSM tags."""

from __future__ import annotations

import pytest

from gisgrid.model.services import kind_of_osm, metres_in, minutes_for, osm_tags, service_kinds


def test_every_kind_names_its_source_and_its_walk_fits_its_tier():
    kinds = service_kinds().values()
    assert len(kinds) >= 30
    for kind in kinds:
        assert kind.source and kind.zh and kind.en
        assert kind.tier in {5, 10, 15}
        assert kind.minutes == kind.tier


def test_only_figures_read_in_a_source_are_marked_verified():
    verified = {
        kind.kind: kind.straight_radius_m for kind in service_kinds().values() if kind.verified
    }
    assert verified == {"kindergarten": 300, "primary_school": 500, "health_centre": 1000}


def test_kinds_that_care_for_the_elderly_are_marked():
    care = {kind.kind for kind in service_kinds().values() if kind.care}
    assert care == {"nursing_home", "elderly_care_home", "elderly_day_care"}


def test_every_osm_tag_leads_to_a_shipped_kind():
    assert {tag.kind for tag in osm_tags()} <= set(service_kinds())


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "school", "name": "海淀区第三中学"}, "junior_school"),
        ({"amenity": "school"}, "primary_school"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, "nursing_home"),
        ({"amenity": "community_centre", "name": "龙江党群服务站"}, "party_station"),
        ({"shop": "supermarket"}, "market"),
        ({"amenity": "bench"}, None),
        ({}, None),
    ],
)
def test_kind_of_an_osm_object(tags, kind):
    assert kind_of_osm(tags) == kind


def test_minutes_and_metres_agree_at_the_default_speed():
    assert metres_in(15) == 1000
    assert metres_in(15, speed_kmh=5) == 1250
    assert [minutes_for(metres) for metres in (0, 66, 67, 1000)] == [0, 1, 2, 15]
