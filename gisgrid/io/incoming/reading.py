"""The two things done with a foreign file: look at it, and read it. Runs in the jail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import shapely

from gisgrid.errors import CrsMismatch, InvalidInput, MissingColumn
from gisgrid.geo.readings import Reading, reading_of, to_wgs84
from gisgrid.io.columns import guess_mapping
from gisgrid.io.incoming.choices import Choices, choices_of
from gisgrid.io.incoming.drawing import drawn
from gisgrid.io.incoming.fields import KINDS, Kind
from gisgrid.io.incoming.gathering import HIDDEN, Gathering
from gisgrid.io.incoming.ground import Ground, read_ground
from gisgrid.io.incoming.limits import Limits
from gisgrid.io.incoming.opening import Asked, layers_of, open_source
from gisgrid.io.incoming.pieces import tell_begin, write_pieces, write_rejects
from gisgrid.io.incoming.place import Verdict, weigh
from gisgrid.io.incoming.refuse import too_large
from gisgrid.io.incoming.row_kinds import Columns, Setting
from gisgrid.io.incoming.rows import file_shapes, metric_of, prepare
from gisgrid.io.incoming.schemas import SCHEMAS
from gisgrid.io.incoming.source import Batch, Facts, Source
from gisgrid.io.incoming.values import text_of
from gisgrid.io.incoming.whole import joined, prepare_grids, prepare_statistics, prepare_units
from gisgrid.io.incoming.wording import mojibake_in

FIRST_ROWS, SHOWN, LOOKED_AT = 10, 50, 2_000
SMALL_ROWS = 20_000
SMALL_BYTES = 24 * 1024 * 1024
WHOLE = frozenset({"units", "grids", "statistics", "succession"})


@dataclass(frozen=True, slots=True)
class Job:
    """What the process was asked: `paths` under names of the server, `name` its owner's."""

    do: str
    what: str
    paths: tuple[Path, ...]
    name: str
    choices: Choices
    limits: Limits
    folder: Path

    @property
    def kind(self) -> Kind:
        return KINDS[self.what]


def job_in(folder: Path, limits: Limits) -> Job:
    """The job that the parent put into the folder."""
    told: dict[str, Any] = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    paths = tuple(folder / name for name in told["files"])
    choices = choices_of(told["choices"])
    return Job(told["do"], told["what"], paths, told["name"], choices, limits, folder)


def run(job: Job) -> Facts:
    """Carry out a job; the result as JSON. Rows go into Parquet files beside it."""
    ground = read_ground(job.folder)
    return look(job, ground) if job.do == "preview" else read(job, ground)


def _open(job: Job) -> Source:
    asked = Asked(
        job.name, job.choices.layer, job.choices.encoding, job.kind.known, job.kind.osm_layer
    )
    source = open_source(job.paths, asked, job.folder, job.limits)
    if source.rows > job.limits.rows and source.counted:
        raise too_large("rows", job.limits.rows, source.rows)
    return source


def mapping_of(source: Source, kind: Kind, chosen: Mapping[str, str]) -> dict[str, str]:
    """Our columns -> their headings: those chosen, and a guess for the others.

    Raises
    ------
    MissingColumn
        If a heading that was chosen is not there.
    """
    headings = [heading for heading in source.headings if heading not in HIDDEN]
    missing = [theirs for theirs in chosen.values() if theirs and theirs not in headings]
    if missing:
        raise MissingColumn(
            f"no column {', '.join(missing)}",
            code="column_not_found",
            columns=", ".join(missing),
            headings=", ".join(headings),
        )
    free = [heading for heading in headings if heading not in chosen.values()]
    wanted = {ours: words for ours, words in kind.headings.items() if ours not in chosen}
    guessed = guess_mapping(free, wanted)
    return guessed | {ours: theirs for ours, theirs in chosen.items() if theirs}


def headings_key(headings: Sequence[str]) -> str:
    """What a profile is known by: the headings of a table, whatever their order."""
    plain = "\x1f".join(sorted(heading for heading in headings if heading not in HIDDEN))
    return blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _mapping_chosen(job: Job, source: Source, ground: Ground) -> Mapping[str, str]:
    """The mapping of the user, else the one saved for the same headings, else none."""
    saved = ground.profiles.get(headings_key(source.headings), {})
    return job.choices.mapping or {o: t for o, t in saved.items() if o in job.kind.headings}


def look(job: Job, ground: Ground) -> Facts:
    """What is in a file, how it would be read, and what would be refused; nothing is kept."""
    try:
        source = _open(job)
    except InvalidInput as question:
        if question.key != "choose_layer":
            raise
        return {"asks": ["layer"], "layers": [{"name": n} for n in layers_of(question)]}
    mapping = mapping_of(source, job.kind, _mapping_chosen(job, source, ground))
    small = sum(path.stat().st_size for path in job.paths) <= SMALL_BYTES
    most = None if small and source.rows <= SMALL_ROWS else LOOKED_AT
    batches = list(source.batches(most))
    first = batches[0]
    shapes = file_shapes(first, mapping, job.kind)
    verdict = _verdict(job, source, ground, first, shapes)
    reading = _chosen(job, verdict) or _likeliest(verdict)
    lacking = [own for own in job.kind.needed if own not in mapping]
    if job.kind.shape in ("surface", "line", "point") and shapely.is_missing(shapes).all():
        lacking.append("place")
    seen = Gathering()
    if not lacking:
        setting = _setting(job, mapping, reading, ground, to_wgs84(shapes, reading))
        _prepared(iter(batches), setting, seen)
    return {
        **_about(source, first, mapping, job.kind),
        "place": verdict.told() | {"reading": reading.key},
        "drawn": drawn(shapes, verdict, reading),
        "would": _counts(seen) | {"checked": seen.read, "complete": most is None},
        "rejects": [_told(each) for each in seen.rejects[:SHOWN]],
        "repairs": seen.repairs[:SHOWN],
        "repaired": dict(seen.repaired),
        "findings": source.findings + _mojibake(first) + seen.findings[: 4 * SHOWN],
        "asks": [*(["mapping"] if lacking else []), *(["crs"] if _must_ask(job, verdict) else [])],
        "lacking": lacking,
    }


def read(job: Job, ground: Ground) -> Facts:
    """Read a file whole: rows ready for the database, and those in quarantine, as Parquet.

    Raises
    ------
    CrsMismatch
        ``crs_question`` where its place is in doubt and nobody has said which it is.
    MissingColumn
        Where a column that is needed is not recognised.
    """
    source = _open(job)
    mapping = mapping_of(source, job.kind, _mapping_chosen(job, source, ground))
    lacking = [own for own in job.kind.needed if own not in mapping]
    if lacking:
        raise MissingColumn(
            f"no column for {', '.join(lacking)}",
            code="column_not_found",
            columns=", ".join(lacking),
            headings=", ".join(h for h in source.headings if h not in HIDDEN),
        )
    batches = source.batches(None)
    first = next(batches)
    shapes = file_shapes(first, mapping, job.kind)
    verdict = _verdict(job, source, ground, first, shapes)
    if _must_ask(job, verdict):
        raise _question(job, verdict)
    reading = _chosen(job, verdict) or _likeliest(verdict)
    setting = _setting(job, mapping, reading, ground, to_wgs84(shapes, reading))
    place = verdict.told() | {"reading": reading.key}
    tell_begin(job.folder, {"place": place})
    seen = Gathering()
    prepared = _prepared(_chain(first, batches), setting, seen, job.limits)
    pieces = write_pieces(job.folder, prepared, SCHEMAS[job.what])
    write_rejects(job.folder, seen.rejects)
    return {
        **_about(source, first, mapping, job.kind),
        "place": place,
        "epsg": setting.epsg,
        "pieces": pieces,
        "would": _counts(seen),
        "repairs": seen.repairs,
        "repaired": dict(seen.repaired),
        "notes": dict(seen.notes),
        "findings": source.findings + _mojibake(first) + seen.findings[: 10 * SHOWN],
    }


def _chain(first: Batch, rest: Iterator[Batch]) -> Iterator[Batch]:
    yield first
    yield from rest


def _setting(
    job: Job, mapping: Mapping[str, str], reading: Reading, ground: Ground, sample: Any
) -> Setting:
    epsg = metric_of(ground, sample)
    return Setting(job.kind, mapping, job.choices, reading, ground, job.limits.vertices_each, epsg)


def _prepared(
    batches: Iterator[Batch], setting: Setting, seen: Gathering, limits: Limits | None = None
) -> list[Columns] | Iterator[Columns]:
    """The good rows of all batches; kinds that are checked as a whole come in one piece."""
    what = setting.kind.key
    if what == "units":
        return [prepare_units(joined(list(batches)), setting, seen)]
    if what == "statistics":
        return [prepare_statistics(joined(list(batches)), setting, seen)]
    if what == "succession":
        from gisgrid.io.incoming.succession import prepare_succession  # noqa: PLC0415 - loads SciPy

        return [prepare_succession(joined(list(batches)), setting, seen)]
    if what == "grids":
        batch = joined(list(batches))
        return [prepare_grids(prepare(batch, setting, seen), setting, seen)]
    pieces = _each(batches, setting, seen, limits)
    return pieces if limits else list(pieces)


def _each(
    batches: Iterator[Batch], setting: Setting, seen: Gathering, limits: Limits | None
) -> Iterator[Columns]:
    for batch in batches:
        yield prepare(batch, setting, seen)
        if limits and seen.read > limits.rows:
            raise too_large("rows", limits.rows, seen.read)
        if limits and seen.vertices > limits.vertices:
            raise too_large("vertices", limits.vertices, seen.vertices)


def _counts(seen: Gathering) -> Facts:
    return {
        "read": seen.read,
        "good": seen.kept,
        "quarantined": len(seen.rejects),
        "reasons": seen.reasons(),
        "snapped": seen.notes["snapped"],
    }


def _about(source: Source, first: Batch, mapping: Mapping[str, str], kind: Kind) -> Facts:
    headings = [heading for heading in source.headings if heading not in HIDDEN]
    top = first.rows.head(FIRST_ROWS)
    cells = [[_cell(top[h].iloc[row]) if h in top else None for h in headings]
             for row in range(len(top))]  # fmt: skip
    return {
        "format": source.format,
        "layer": source.layer,
        "layers": [{"name": e.name, "rows": e.rows, "shape": e.shape} for e in source.layers],
        "encoding": source.encoding,
        "encoding_guessed": source.guessed,
        "rows": source.rows,
        "rows_counted": source.counted,
        "headings": headings,
        "headings_key": headings_key(headings),
        "mapping": dict(mapping),
        "fields": [{"key": own, "needed": own in kind.needed, "heading": mapping.get(own)}
                   for own in kind.headings],
        "first": cells,
    }  # fmt: skip


def _cell(value: Any) -> str | None:
    text = text_of(value)
    return None if text is None else text[:200].encode("utf-8", "replace").decode()


def _told(reject: Facts) -> Facts:
    names = ("number", "source_id", "name", "reason", "facts", "place")
    return {name: reject[name] for name in names}


def _verdict(job: Job, source: Source, ground: Ground, first: Batch, shapes: Any) -> Verdict:
    surfaces = job.what in ("units", "grids")
    return weigh(shapes, source.crs, ground, rows=first.rows, surfaces=surfaces)


def _chosen(job: Job, verdict: Verdict) -> Reading | None:
    del verdict
    return reading_of(job.choices.crs) if job.choices.crs else None


def _likeliest(verdict: Verdict) -> Reading:
    if verdict.asks and verdict.guesses:
        return reading_of(verdict.guesses[0]["key"])
    return verdict.reading or Reading()


def _must_ask(job: Job, verdict: Verdict) -> bool:
    return bool(job.kind.shape) and verdict.asks and not job.choices.crs and bool(verdict.guesses)


def _question(job: Job, verdict: Verdict) -> CrsMismatch:
    best = verdict.guesses[0]
    return CrsMismatch(
        f"the place of {job.name} is {verdict.word}; say which system it is in",
        code="crs_question",
        file=job.name,
        verdict=verdict.word,
        guess=best["key"],
        guesses=", ".join(f"{g['key']} ({g['name']})" for g in verdict.guesses),
    )


def _mojibake(batch: Batch) -> list[Facts]:
    texts = [str(h) for h in batch.rows.columns if h not in HIDDEN]
    for heading in batch.rows.columns:
        if heading not in HIDDEN:
            texts += [v for v in batch.rows[heading].head(300) if isinstance(v, str)]
    count, example, was = mojibake_in(texts)
    if not count:
        return []
    return [{"kind": "mojibake", "n": count, "example": example[:80], "was": was[:80]}]
