"""Papers: pages, feet, embedded fonts, maps at round scales."""

from __future__ import annotations

import io

import pytest
import shapely
from pypdf import PdfReader

from gisgrid.errors import Unavailable
from gisgrid.io import paper, paper_fonts
from gisgrid.io.paper_legend import Furniture, Key, bar_metres, legend
from gisgrid.io.paper_map import Areas, Arrows, Labels, Lines, fit, picture, round_scale

SQUARE = shapely.box(0, 0, 300, 200)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def fonts(reader: PdfReader) -> dict[str, bool]:
    """Name of every font that a page names -> whether its outlines are in the file."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            descriptor = font.get_object().get("/FontDescriptor", {})
            found[font.get_object()["/BaseFont"]] = "/FontFile2" in descriptor
    return found


def map_of(wide: float = 400, high: float = 300) -> paper.Flowable:
    layers = [
        Areas(shapes=[SQUARE], fill="#b2caf2", hatch="slash", line="#1b2430"),
        Areas(shapes=[SQUARE.buffer(-40)], hatch="dots"),
        Areas(shapes=[SQUARE.buffer(-80)], hatch="cross"),
        Lines(shapes=[SQUARE.boundary], line="#a92a1c", dash=(4, 2), casing="#ffffff"),
        Labels(places=[(150, 100)], texts=["013\n466 户"], bold=True),
        Arrows(ends=[((40, 40), (200, 150))], captions=["2 栋 34 户"]),
    ]
    return picture(layers, (0, 0, 300, 200), wide=wide, high=high, furniture=Furniture(north="北"))


def test_every_font_is_embedded():
    blocks = [
        paper.title("东园社区网格调整通知", "草稿"),
        paper.heading("楼栋"),
        paper.paragraph("下列 11 栋楼调整所属网格。"),
        paper.figures([("户数", "162"), ("Buildings", "11")]),
        paper.table(["楼栋", "户数"], [["南里 2 号楼", 65], ["东里", None]], total=["合计", 65]),
        paper.signatures([("编制", "沈佳宁"), ("批准", "")]),
        map_of(),
        legend([Key("原边界", is_line=True), Key("移动", hatch="slash", fill="#ffffff")], wide=400),
    ]
    reader = read(paper.write_paper(blocks, title="通知"))
    assert fonts(reader)
    assert all(fonts(reader).values()), fonts(reader)


def test_chinese_can_be_read_out_of_the_paper():
    text = read(paper.write_paper([map_of(), paper.paragraph("南里 2、3、5 号楼")], title="x"))
    words = text.pages[0].extract_text()
    for expected in ("南里 2、3、5 号楼", "466 户", "2 栋 34 户", "北"):
        assert expected in words


def test_a_paper_without_blocks_is_one_empty_page():
    assert len(read(paper.write_paper([], title="x")).pages) == 1


def test_headings_of_a_table_and_the_foot_are_on_every_page():
    table = paper.table(["楼栋", "户数"], [[f"{i} 号楼", i] for i in range(120)])
    foot = paper.Foot("户数据 2025-08-31", "制图 2026-01-01", "第 {page} / {pages} 页")
    pages = read(paper.write_paper([table], title="x", foot=foot)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        words = page.extract_text()
        assert "楼栋" in words
        assert "户数据 2025-08-31" in words
        assert f"第 {number} / {len(pages)} 页" in words


@pytest.mark.parametrize(
    ("size", "landscape", "millimetres"),
    [("A4", False, (210, 297)), ("A4", True, (297, 210)), ("A3", True, (420, 297))],
)
def test_a_page_has_the_format_asked_for(size, landscape, millimetres):
    page = paper.Page(size, landscape)
    box = read(paper.write_paper([], title="x", page=page)).pages[0].mediabox
    assert (round(box.width / paper.MM), round(box.height / paper.MM)) == millimetres


def test_markup_in_a_record_is_printed_as_it_stands():
    hostile = "<b>x</b><img src='/etc/passwd'/> & <para>"
    blocks = [paper.title(hostile), paper.table([hostile], [[hostile]]), paper.paragraph(hostile)]
    words = read(paper.write_paper(blocks, title="x")).pages[0].extract_text()
    assert words.count("<img src='/etc/passwd'/>") == 4


def test_a_heading_does_not_stay_alone_at_the_foot_of_a_page():
    high = paper.Page().room[1]
    blocks = [paper.space((high - 40) / paper.MM), paper.heading("楼栋"), paper.paragraph("南里")]
    first, second = read(paper.write_paper(blocks, title="x")).pages
    assert "楼栋" not in first.extract_text()
    assert "楼栋" in second.extract_text()


@pytest.mark.parametrize(("least", "scale"), [(240, 250), (3400, 4000), (8001, 10_000)])
def test_a_scale_is_the_next_round_one(least, scale):
    assert round_scale(least) == scale


def test_a_map_shows_all_of_its_bounds():
    view = fit((0, 0, 300, 200), 400, 300)
    west, south, east, north = view.bounds
    assert west < 0 and south < 0 and east > 300 and north > 200
    assert view.at(150, 100) == (200, 150)


def test_the_scale_bar_is_no_longer_than_its_room():
    for metres in (0.1, 0.7, 3.0, 12.0):
        assert bar_metres(metres, 90) <= max(metres * 90, 1)


def test_a_machine_without_a_chinese_font_is_told_how_to_get_one(tmp_path):
    with pytest.raises(Unavailable) as raised:
        paper_fonts.find_font((str(tmp_path),))
    assert raised.value.key == "font_missing"
    assert raised.value.facts["command"] == "apt-get install fonts-wqy-microhei"


def test_the_best_font_of_the_folders_is_taken(tmp_path):
    for name in ("simhei.ttf", "other.ttf", "wqy-microhei.ttc"):
        (tmp_path / name).touch()
    assert paper_fonts.find_font((str(tmp_path),)).name == "wqy-microhei.ttc"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (6044, "6,044"), (-9, "−9"), (0.5, "0.5"), ("013", "013")],
)
def test_values_are_shown_as_the_interface_shows_them(value, shown):
    assert paper.plain(value) == shown
