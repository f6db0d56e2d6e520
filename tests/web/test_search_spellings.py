"""A name is found in either script and any width, and stored as it was written."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gisgrid.storage.engine import SYSTEM, transaction


@pytest.mark.parametrize("written", ["网格员之家", "網格員之家"])
@pytest.mark.parametrize("asked", ["网格员", "網格員", "網格员"])
def test_a_building_is_found_in_either_script(browse, district, written, asked):
    with transaction(district.engine, SYSTEM) as conn:
        named = "UPDATE building SET name = :name WHERE id = :id"
        conn.execute(text(named), {"name": written, "id": district.building["a0"]})
    found = browse("staff").get("/api/reports/search", query_string={"q": asked}).json
    assert [one["name"] for one in found] == [written]


def test_wide_letters_and_digits_find_narrow_ones(browse, district):
    with transaction(district.engine, SYSTEM) as conn:
        named = "UPDATE building SET name = 'B座 12号' WHERE id = :id"
        conn.execute(text(named), {"id": district.building["a0"]})
    found = browse("staff").get("/api/reports/search", query_string={"q": "Ｂ座 １２"}).json
    assert [one["name"] for one in found] == ["B座 12号"]
