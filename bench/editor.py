"""The plan editor at the size of a city: 300,000 buildings, 2,000 grids, Chromium, 20 planners.

    python bench/editor.py FOLDER [--peers FOLDER] [--minutes 10] [--only page,server,tiles,load]

Builds the seeded district of `bench/wide_district.py` in FOLDER at first use (some minutes), serves
it, and prints each figure with its limit. `--peers` names a folder that tipg and uvicorn are
installed in: tiles are then measured against tipg in the same run. `--minutes` sets how long 20
planners and 500 viewers work at once. Frames are counted while the mouse drags the map; times of a
gesture are those of the page's own handlers and of the frame that shows it. Exits with 1 when a
limit is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from editor_client import serving
from editor_load import measure_load
from editor_page import measure_page
from editor_report import Report
from editor_server import measure_server
from editor_tiles import measure_tiles
from wide_district import build


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("folder", type=Path, help="data folder of the wide district")
    options.add_argument("--peers", type=Path, help="folder that tipg is installed in")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--only", default="page,server,tiles,load")
    given = options.parse_args()
    build(given.folder)
    report, parts = Report(), given.only.split(",")
    with serving(given.folder) as url:
        if "page" in parts:
            measure_page(report, url)
        if "server" in parts:
            measure_server(report, url)
        if "tiles" in parts:
            measure_tiles(report, url, given.folder, given.peers)
        if "load" in parts:
            measure_load(report, url, given.folder, given.minutes)
    print(json.dumps({"missed": report.missed}, ensure_ascii=False))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
