"""``python -m gisgrid.io.incoming.worker FOLDER``: does the job in the folder, in a jail.

Answers with ``result.json`` or ``error.json`` beside the job. Whatever else goes wrong ends the
process, and the parent says so in a sentence.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gisgrid.errors import GisGridError
from gisgrid.io.incoming.jail import confine
from gisgrid.io.incoming.limits import Limits

REFUSED = 3
WHOLE = frozenset({"osm", "layer"})


def main(folder: Path) -> int:
    """Give up what is not needed, then read; 0, or `REFUSED` with a sentence."""
    told = json.loads((folder / "limits.json").read_text(encoding="utf-8"))
    limits = Limits(**told)
    nets = confine(limits)
    try:
        from gisgrid.io.incoming.reading import job_in, run  # noqa: PLC0415 - after the jail

        job = job_in(folder, limits)
        result = (_handed_over(job) if job.do in WHOLE else run(job)) | {"nets": nets}
    except GisGridError as error:
        answer = {"type": type(error).__name__, "code": error.key, "message": str(error)}
        _write(folder / "error.json", answer | {"facts": error.facts})
        return REFUSED
    except MemoryError:
        facts = {"megabytes": limits.memory // 1024**2}
        answer = {"type": "TooLarge", "code": "file_needs_memory", "message": "out of memory"}
        _write(folder / "error.json", answer | {"facts": facts})
        return REFUSED
    _write(folder / "result.json", result)
    return 0


def _handed_over(job: Any) -> dict[str, Any]:
    from gisgrid.io.incoming.handing import hand_over  # noqa: PLC0415 - after the jail

    return hand_over(job)


def _write(path: Path, answer: dict[str, object]) -> None:
    text = json.dumps(answer, ensure_ascii=False, default=str)
    path.write_bytes(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
