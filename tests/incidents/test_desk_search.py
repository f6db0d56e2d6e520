"""The desk finds a case in either script and any width; its words stay as they were written."""

from __future__ import annotations

import pytest

from gisgrid.services.view_desk import Queue, view_desk


@pytest.mark.parametrize("written", ["网格里路灯不亮", "網格裏路燈不亮"])
@pytest.mark.parametrize("asked", ["网格", "網格"])
def test_a_case_is_found_in_either_script(desk, written, asked):
    desk.report(text=written)
    desk.report(text="井盖破损 ＮＯ．12")
    found = view_desk(desk.engine, desk.actor("staff"), Queue(tab="all", text=asked))
    assert [row["text"] for row in found["rows"]] == [written]


def test_a_case_is_found_by_its_number_typed_wide(desk):
    numbers = [desk.report(), desk.report()]
    wide = str(numbers[1]).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    found = view_desk(desk.engine, desk.actor("staff"), Queue(tab="all", text=wide))
    assert numbers[1] in [row["id"] for row in found["rows"]]
    assert numbers[0] not in [row["id"] for row in found["rows"]]
