"""What everybody agreed on, held by a machine: names, sizes, languages, locks, offline pages."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from gisgrid.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sorted([*(ROOT / "gisgrid").rglob("*.py"), *(ROOT / "web").rglob("*.py")])
OURS = [f for f in (ROOT / "web" / "static").rglob("*") if "vendor" not in f.parts and f.is_file()]
SCRIPTS = [f for f in OURS if f.suffix in {".js", ".mjs"}]
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
LOCALES = ROOT / "gisgrid" / "locales"
LONGEST_FUNCTION = 60
LONGEST_MODULE = 300
LONGEST_SCRIPT = 200


def code_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def docstring_lines(node: ast.AST) -> int:
    body = getattr(node, "body", [])
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        return (body[0].end_lineno or 0) - body[0].lineno + 1
    return 0


def too_long(file: Path) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 - docstring_lines(node) > LONGEST_FUNCTION
    ]


def all_docstring_lines(text: str) -> int:
    kinds = ast.Module | ast.FunctionDef | ast.ClassDef
    return sum(docstring_lines(n) for n in ast.walk(ast.parse(text)) if isinstance(n, kinds))


def test_no_function_is_longer_than_sixty_lines():
    assert [row for file in PYTHON for row in too_long(file)] == []


def test_no_module_holds_more_than_three_hundred_lines_of_code():
    lengths = {f: code_lines(t := f.read_text()) - all_docstring_lines(t) for f in PYTHON}
    assert {str(f.relative_to(ROOT)): n for f, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_script_of_ours_is_longer_than_two_hundred_lines():
    lengths = {f.name: len(f.read_text().splitlines()) for f in SCRIPTS}
    assert {name: n for name, n in lengths.items() if n > LONGEST_SCRIPT} == {}


def sentences(language: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.json")):
        merged |= json.loads(file.read_text(encoding="utf-8"))
    return merged


def test_both_languages_say_the_same_things():
    zh, en = sentences("zh"), sentences("en")
    assert sorted(zh) == sorted(en)
    values = re.compile(r"\{(\w+)\}")
    differing = {k for k in zh if set(values.findall(zh[k])) != set(values.findall(en[k]))}
    assert differing == set()


def test_every_sentence_that_is_asked_for_is_written():
    asked: set[str] = set()
    for file in [*TEMPLATES, *SCRIPTS, *PYTHON]:
        asked |= set(re.findall(r"""\bt\(\s*["']([a-z_]+\.[\w.]+)["']\s*[,)]""", file.read_text()))
    assert asked - set(sentences("zh")) == set()
    assert asked, "the pattern finds no sentence at all: the test has lost its object"


def test_every_error_code_has_a_sentence():
    codes = set(re.findall(r'code\s*=\s*"(\w+)"', "".join(f.read_text() for f in PYTHON)))
    raised = set(
        re.findall(r'code: ClassVar\[str\] = "(\w+)"', "".join(f.read_text() for f in PYTHON))
    )
    written = {k.removeprefix("error.") for k in sentences("zh") if k.startswith("error.")}
    tree = (ROOT / "gisgrid" / "errors.py").read_text()
    own = set(re.findall(r'^    code = "(\w+)"', tree, re.M)) | raised
    assert own - written == set()
    assert {c for c in codes if c in own} - written == set()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
)
def test_lock_files_pin_everything_and_name_no_registry(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in re.sub(r'"(funding|url|license)":[^\n]*', "", text)
    assert '"resolved"' not in text
    if lock.endswith(".lock"):
        named = re.findall(r"^[\w.\-]+==", text, re.M)
        assert len(named) > 30
        assert not re.findall(r"^[\w.\-]+(?!==)[<>~]=", text, re.M)


def test_the_lock_file_covers_what_the_project_asks_for():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=~\[;]", row)[0].strip().lower() for row in asked}
    locked = {
        n.lower()
        for n in re.findall(r"^([\w.\-]+)==", (ROOT / "requirements.lock").read_text(), re.M)
    }
    assert names - locked == set()
    customer = {"geopandas", "shapely", "folium", "flask", "geoalchemy2", "psycopg2-binary"}
    assert customer <= names


def test_pages_carry_nothing_inline_and_ask_no_other_host():
    for file in TEMPLATES:
        text = file.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), file
        assert not re.search(r"\sstyle=|\son\w+=|<style", text), file
        assert not re.search(r"""(src|href|action)=["'](https?:)?//""", text), file
        assert "|safe" not in text.replace(" ", ""), file


def test_scripts_write_text_and_never_html():
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    assert [f.name for f in SCRIPTS if forbidden.search(f.read_text())] == []


def test_styles_and_scripts_name_no_other_host():
    host = re.compile(r"""["'(]\s*(https?:)?//(?!www\.w3\.org)""")
    assert [
        f.name for f in OURS if f.suffix in {".js", ".css", ".mjs"} and host.search(f.read_text())
    ] == []


def test_nothing_is_printed_but_by_the_command_line():
    speakers = [
        str(f.relative_to(ROOT)) for f in PYTHON if re.search(r"^\s*print\(", f.read_text(), re.M)
    ]
    assert all("command" in name or name.endswith("cli.py") for name in speakers), speakers


def test_no_page_module_reads_the_environment():
    readers = [
        str(f.relative_to(ROOT))
        for f in PYTHON
        if re.search(r"os\.environ|os\.getenv", f.read_text()) and f.name != "settings.py"
    ]
    assert readers == []


def test_no_committed_file_names_a_folder_of_a_developer():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    home = re.compile(r"(?<![\w.])/(work|root|home)/\w")
    texts = [ROOT / f for f in tracked if not f.endswith((".png", ".gpkg", ".parquet", ".ico"))]
    guilty = [f.name for f in texts if f.exists() and home.search(f.read_text(errors="ignore"))]
    assert [name for name in guilty if name != "test_conventions.py"] == []


def test_every_setting_is_explained_where_settings_are_read():
    text = (ROOT / "gisgrid" / "settings.py").read_text()
    used = set(re.findall(r'env\.get\("(\w+)"\)', text))
    documented = set(re.findall(r"^([A-Z_]+)  ", text, re.M))
    assert used == documented
    readme = (ROOT / "README.md").read_text()
    assert {name for name in used if name not in readme} == set()


def test_commands_in_the_readme_exist():
    readme = (ROOT / "README.md").read_text()
    for script in set(re.findall(r"(?<![\w/])(script/\w+|bench/\w+\.py)", readme)):
        assert (ROOT / script).exists(), script
    subcommands = set(
        re.findall(r"gisgrid ((?:db|import|cells|plan|account) \w+|serve|demo|divide)", readme)
    )
    parser = build_parser()
    for subcommand in subcommands:
        with pytest.raises(SystemExit) as end:
            parser.parse_args([*subcommand.split(), "--help"])
        assert end.value.code == 0, subcommand
    assert subcommands


def test_every_test_file_has_a_name_of_its_own():
    names = [f.name for f in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(n for n in set(names) if names.count(n) > 1) == []
