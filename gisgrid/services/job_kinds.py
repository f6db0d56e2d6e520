"""The kinds of long work: a name, and the function that does it.

A task is ``task(engine, actor, payload, progress) -> dict``: it says through `progress` how far it
is, writes in one transaction at its end, and answers with a result in JSON. Named, not imported: a
worker loads what it is asked for.
"""

from __future__ import annotations

KINDS: dict[str, str] = {
    "coverage_paper": "gisgrid.services.coverage_paper:coverage_paper_job",
    "import": "gisgrid.services.uploads:import_job",
    "export": "gisgrid.services.export_layers:export_job",
    "draft_street": "gisgrid.services.draft_street:draft_street_job",
    "map_book": "gisgrid.services.map_book:map_book_job",
    "circles": "gisgrid.services.measure_again:measure_job",
    "sites": "gisgrid.services.suggest_sites:sites_job",
    "balance": "gisgrid.services.rebalance_plan:rebalance_job",
}
"""Kind → ``module:function``."""
