"""Keys of other systems: made once, shown once, listed by their ending, taken back; by whom."""

from __future__ import annotations

import pytest

from gisgrid.cli import main
from gisgrid.errors import Forbidden
from gisgrid.services.api_keys import client_of, list_keys

WANTED = {"name": "市民热线", "body": "市 12345 中心", "per_minute": 30}


def test_a_key_is_told_once_and_then_only_its_ending(browse, district):
    admin = browse("admin")
    made = admin.post("/api/keys", json=WANTED)
    assert made.status_code == 201, made.data
    key = made.json["key"]
    assert client_of(district.engine, key).name == "市民热线"
    (listed,) = admin.get("/api/keys").json
    assert (listed["name"], listed["ending"]) == ("市民热线", key[-4:])
    assert key not in admin.get("/api/keys").get_data(as_text=True)
    assert listed["used_at"] is not None


def test_a_name_is_used_once_even_after_the_key_is_taken_back(browse, district):
    admin = browse("admin")
    key = admin.post("/api/keys", json=WANTED).json["key"]
    assert admin.post("/api/keys", json=WANTED).status_code == 409
    (gone,) = admin.post("/api/keys/revoke", json={"name": "市民热线"}).json
    assert gone["revoked_at"] is not None
    with pytest.raises(Forbidden):
        client_of(district.engine, key)
    assert admin.post("/api/keys/revoke", json={"name": "市民热线"}).status_code == 404
    assert admin.post("/api/keys", json=WANTED).status_code == 409


@pytest.mark.parametrize("who", ["planner", "staff", "leader"])
def test_only_administrators_see_and_make_keys(browse, district, who):
    assert browse(who).get("/api/keys").status_code == 403
    assert browse(who).post("/api/keys", json=WANTED).status_code == 403
    assert browse(who).get("/keys").status_code == 403
    assert list_keys(district.engine) == []


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": " "}, {"body": ""}, {"per_minute": 0}, {"more": 1}]
)
def test_a_key_without_a_name_a_body_or_a_limit_is_refused(browse, district, change):
    assert browse("admin").post("/api/keys", json=WANTED | change).status_code == 422


def test_the_command_line_makes_lists_and_revokes(database_url, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", database_url)
    call = ["--data", str(tmp_path), "--lang", "en", "apikey"]
    assert main([*call, "add", "Hotline", "--body", "City", "--per-minute", "5"]) == 0
    assert "gg_" in capsys.readouterr().out
    assert main([*call, "list"]) == 0
    assert "Hotline" in capsys.readouterr().out
    assert main([*call, "revoke", "Hotline"]) == 0
    capsys.readouterr()
    assert main([*call, "revoke", "Hotline"]) == 2
    assert "Hotline" in capsys.readouterr().err
