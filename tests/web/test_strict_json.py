"""JSON bodies that a stock reader would let through, or fall over."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("only_reads")

BROKEN = {
    "not JSON": "{",
    "nothing": "",
    "NaN": '{"unit": NaN}',
    "infinite": '{"unit": 1e400}',
    "minus infinity": '{"unit": -Infinity}',
    "a key twice": '{"unit": 1, "unit": 2}',
    "depth 40": "[" * 40 + "]" * 40,
    "depth 100,000": "[" * 100_000 + "]" * 100_000,
    "5,000 digits": '{"unit": ' + "9" * 5000 + "}",
    "NUL": '{"unit": 1, "name": "a\\u0000b"}',
    "half a character": '{"unit": 1, "name": "\\ud800"}',
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "an unknown field": '{"unit": 1, "start": "engine", "role": "administrator"}',
    "text for a number": '{"unit": "1", "start": "engine"}',
    "true for a number": '{"unit": true, "start": "engine"}',
    "half a number": '{"unit": 1.5, "start": "engine"}',
    "not UTF-8": b'{"name": "\xff"}',
}


@pytest.mark.parametrize("case", BROKEN)
def test_it_is_refused_with_a_reason(browse, case):
    browser = browse("planner")
    answer = browser.post("/api/plans", data=BROKEN[case], content_type="application/json")
    assert answer.status_code == 422, answer.data
    assert answer.json["error"]["message"]


def test_too_much_is_refused(browse):
    body = '{"name": "' + "x" * 1_100_000 + '"}'
    answer = browse("planner").post("/api/plans", data=body, content_type="application/json")
    assert answer.status_code == 413


def test_another_type_is_refused(browse):
    answer = browse("planner").post("/api/plans", data="unit=1", content_type="text/plain")
    assert answer.status_code == 415
