"""`gisgrid incidents tick`: what the clock asks for, by hand."""

from __future__ import annotations

from gisgrid.cli import main


def test_tick_tells_what_it_did(desk, database_url, monkeypatch, capsys, tmp_path):
    for n in range(3):
        desk.report(x=30 + n, category="0505")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GISGRID_DATA", str(tmp_path))
    assert main(["--lang", "en", "incidents", "tick"]) == 0
    assert capsys.readouterr().out == "0 escalated, 0 items of rounds, 1 alerts\n"
    assert main(["--lang", "zh", "incidents", "tick"]) == 0
    assert "平台预警 0 件" in capsys.readouterr().out
