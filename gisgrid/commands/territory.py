"""`gisgrid project`, `gisgrid divide` and `gisgrid cells build`: from ground to cells."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call, progress_bar
from gisgrid.errors import InvalidInput
from gisgrid.model.project import Project
from gisgrid.model.units import presets
from gisgrid.services.build_cells import build_cells, community_ids
from gisgrid.services.divide_district import divide_district
from gisgrid.services.estimate_households import estimate_again
from gisgrid.services.keep_database import ready_database
from gisgrid.services.set_up_project import find_project, set_up_project

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `project`, `divide` and `cells build`."""
    project = subparsers.add_parser("project", help="set up the project, or change it")
    project.add_argument("--name")
    project.add_argument("--preset", choices=sorted(presets()), help="levels of the district")
    project.add_argument("--metric-epsg", type=int, help="CRS in metres, as an EPSG code")
    project.add_argument("--timezone", help="e.g. Asia/Shanghai")
    project.add_argument("--band-low", type=int, help="households a grid has at least")
    project.add_argument("--band-high", type=int, help="households a grid has at most")
    project.add_argument("--target", type=int, help="households a grid should have")
    project.add_argument("--dwelling-m2", type=float, help="floor area of a dwelling (estimates)")
    project.add_argument(
        "--two-person",
        action=BooleanOptionalAction,
        default=None,
        help="whether another person than its author must approve a plan",
    )
    project.set_defaults(command=project_command)

    divide = subparsers.add_parser("divide", help="divide the ground into communities")
    divide.add_argument("--again", action="store_true", help="also where that was done before")
    divide.set_defaults(command=divide_command)

    cells = subparsers.add_parser("cells", help="build the cells that grids are made of")
    actions = cells.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build the cells of communities, all by default")
    build.add_argument("codes", nargs="*", metavar="CODE", help="code of a community")
    build.set_defaults(command=cells_command)


def project_command(call: Call) -> int:
    """Set up the project, or change what is named."""
    engine = ready_database(call.settings)
    given = {
        field.name: value
        for field in fields(Project)
        if (value := getattr(call.args, field.name, None)) is not None
    }
    known = find_project(engine)
    if known is None and not {"name", "metric_epsg"} <= given.keys():
        raise InvalidInput("a project needs --name and --metric-epsg", code="project_incomplete")
    wanted = replace(known, **given) if known else Project(**({"preset": "GG4"} | given))
    set_up_project(engine, wanted)
    if known is not None and wanted.dwelling_m2 != known.dwelling_m2:
        call.say("cli.estimated_again", n=estimate_again(engine), dwelling=wanted.dwelling_m2)
    call.table(
        [("", ""), *((field.name, getattr(wanted, field.name)) for field in fields(Project))]
    )
    return 0


def divide_command(call: Call) -> int:
    """Divide the ground into communities."""
    engine = ready_database(call.settings)
    with progress_bar(call) as report:
        divided = divide_district(engine, again=call.args.again, progress=report)
    key = "cli.divided" if divided.communities else "cli.nothing_undivided"
    call.say(key, communities=divided.communities, households=sum(divided.households))
    if divided.outside:
        call.say("cli.outside", n=divided.outside)
    return 0


def cells_command(call: Call) -> int:
    """Build cells."""
    engine = ready_database(call.settings)
    ids = community_ids(engine, call.args.codes) if call.args.codes else None
    with progress_bar(call) as report:
        built = build_cells(engine, ids, progress=report)
    call.say(
        "cli.cells_built",
        communities=len(built),
        cells=sum(one.cells for one in built),
        empty=sum(one.empty for one in built),
        buildings=sum(one.buildings for one in built),
        neighbours=sum(one.neighbours for one in built),
    )
    return 0
