"""Tiny OpenStreetMap files, written by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

OsmFile = Callable[[str], Path]


@pytest.fixture
def osm_file(tmp_path: Path) -> OsmFile:
    """Writes an .osm file with the given nodes, ways and relations."""

    def write(body: str) -> Path:
        path = tmp_path / "drawn.osm"
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
        return path

    return write


@pytest.fixture
def shared_dir() -> Path:
    """The folder of real data, where it is present."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("GISGRID_SHARED", root.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("no real data here")
    return folder
