import io
import shutil
import threading
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from casework.documents import font_search, glyph_conversion
from casework.documents.fonts import FontRole, FontSet, Source, load_fonts
from casework.documents.glyph_conversion import common_characters, converted

NOBODY_HAS = "\U0003134a"  # CJK extension G


def test_bundled_faces_cover_ordinary_text_and_rare_names(fonts: FontSet) -> None:
    text = "青山市〔2026〕12号，“欧阳”——镕堃喆玥𬱖㛃𫖯é"
    assert fonts.undrawable(text) == ""
    drawn = "".join(run for _, run in fonts.runs(FontRole.BODY, text))
    assert drawn == text
    assert len({font.fontName for font, _ in fonts.runs(FontRole.BODY, "欧阳𬱖")}) == 2


BLOCKS = {
    (0x4E00, 0x9FFF): 20992,  # all of it
    (0x3400, 0x4DBF): 6592,  # extension A, all of it
    (0x20000, 0x2EBEF): 213,  # extensions B to F: what 通用规范汉字表 and its like name
    (0x30000, 0x323AF): 0,  # extensions G and H
}


@pytest.mark.parametrize(("block", "covered"), BLOCKS.items())
def test_the_bundled_faces_cover_what_the_handbook_says(
    fonts: FontSet, block: tuple[int, int], covered: int
) -> None:
    drawn = [c for c in range(block[0], block[1] + 1) if fonts.font_for(FontRole.BODY, chr(c))]
    assert len(drawn) == covered


def test_what_no_face_has_is_named_and_marked(fonts: FontSet) -> None:
    assert fonts.undrawable(f"张{NOBODY_HAS}三\n{NOBODY_HAS}\x07") == NOBODY_HAS
    assert "".join(run for _, run in fonts.runs(FontRole.BODY, f"张{NOBODY_HAS}三")) == "张〓三"
    assert fonts.advance(FontRole.BODY, NOBODY_HAS) == 1.0


def test_every_role_tells_its_face(fonts: FontSet) -> None:
    faces = {face.role: face for face in fonts.describe_faces()}
    assert set(faces) == set(FontRole)
    assert faces[FontRole.BODY].source is Source.BUNDLED
    assert faces[FontRole.BODY].family == "Noto Serif SC"
    assert not faces[FontRole.BODY].as_the_standard_asks  # 仿宋 is not to be had for free
    assert faces[FontRole.HEADING].family == "Noto Sans SC"
    assert faces[FontRole.HEADING].as_the_standard_asks


@pytest.fixture
def small_font(tmp_path: Path) -> Path:
    """A TrueType font with a few characters only, as an office might drop one."""
    source = pylopdf_fonts_zh_cn.sans_path()
    return converted(source, tmp_path / "made", label="few", wanted=map(ord, "仿宋公文 "))


def test_office_font_comes_first_and_lends_what_it_lacks(small_font: Path, tmp_path: Path) -> None:
    office = tmp_path / "office"
    office.mkdir()
    shutil.copy(small_font, office / "仿宋_GB2312.ttf")
    (office / "方正小标宋简体.ttf").write_bytes(b"not a font at all")
    fonts = load_fonts(_cache(), font_folder=office, search_system=False)
    faces = {face.role: face for face in fonts.describe_faces()}
    assert faces[FontRole.BODY].source is Source.OFFICE
    assert faces[FontRole.BODY].as_the_standard_asks
    assert faces[FontRole.TITLE].source is Source.BUNDLED
    assert any("方正小标宋简体.ttf" in note for note in fonts.unreadable)
    (own, first), (other, second) = fonts.runs(FontRole.BODY, "公文答复")
    assert (first, second) == ("公文", "答复")
    assert own is not other
    assert fonts.undrawable("公文答复") == ""


def test_office_font_with_postscript_outlines_is_converted(tmp_path: Path) -> None:
    office = tmp_path / "office"
    office.mkdir()
    otf = office / "simkai.otf"
    few = TTFont(pylopdf_fonts_zh_cn.serif_path())
    subsetter = Subsetter()
    subsetter.populate(text="楷体字")
    subsetter.subset(few)
    few.save(otf)
    fonts = load_fonts(tmp_path / "cache", font_folder=office, search_system=False)
    ((font, _),) = fonts.runs(FontRole.KAI, "楷体字")
    assert "simkai-all" in str(font.face.filename)


def _cache() -> Path:
    return Path(__file__).resolve().parents[2] / "var" / "fonts"


def test_conversion_is_the_same_on_every_run_and_keeps_the_shapes(tmp_path: Path) -> None:
    source = pylopdf_fonts_zh_cn.serif_path()
    wanted = [ord(char) for char in "永字八法𬱖"]
    one = converted(source, tmp_path / "a", label="few", wanted=wanted)
    two = converted(source, tmp_path / "b", label="few", wanted=wanted)
    assert one.read_bytes() == two.read_bytes()
    before, after = TTFont(source), TTFont(one)
    assert set(after.getBestCmap()) == set(wanted)
    for code in wanted:
        name = after.getBestCmap()[code]
        assert after["hmtx"][name][0] == before["hmtx"][before.getBestCmap()[code]][0]
        bounds = _bounds(before, before.getBestCmap()[code])
        assert _bounds(after, name) == pytest.approx(bounds, abs=2)


def _bounds(font: TTFont, name: str) -> tuple[float, ...]:
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.bounds


def test_two_makers_at_once_leave_one_whole_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pylopdf_fonts_zh_cn.serif_path()
    both_converting = threading.Barrier(2)
    convert = glyph_conversion._convert

    def convert_together(*args: object) -> TTFont:
        both_converting.wait(timeout=30)
        return convert(*args)

    monkeypatch.setattr(glyph_conversion, "_convert", convert_together)
    results: list[Path] = []
    makers = [
        threading.Thread(
            target=lambda: results.append(
                converted(source, tmp_path, label="few", wanted=map(ord, "永字"))
            )
        )
        for _ in range(2)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert results[0] == results[1]
    assert [path.name for path in tmp_path.iterdir()] == [results[0].name]  # no .part left
    assert set(TTFont(results[0]).getBestCmap()) == {ord("永"), ord("字")}


def test_failed_conversion_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unsavable:
        def save(self, file: io.BufferedWriter) -> None:
            file.write(b"half")
            raise OSError

    monkeypatch.setattr(glyph_conversion, "_convert", lambda *_: Unsavable())
    with pytest.raises(OSError):  # noqa: PT011 - the disk's own error, whatever it says
        converted(pylopdf_fonts_zh_cn.serif_path(), tmp_path, label="few", wanted=())
    assert list(tmp_path.iterdir()) == []


def test_common_characters_are_those_of_gb2312() -> None:
    hanzi = {code for code in common_characters() if 0x4E00 <= code <= 0x9FFF}
    assert len(hanzi) == 6763


def test_text_reads_back_above_the_bmp(fonts: FontSet) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number, (font, text) in enumerate(fonts.runs(FontRole.BODY, "欧阳𬱖与𫖯")):
        canvas.setFont(font.fontName, 16)
        canvas.drawString(72 + 100 * number, 700, text)
    canvas.save()
    text = PdfReader(io.BytesIO(buffer.getvalue())).pages[0].extract_text()
    assert "".join(text.split()) == "欧阳𬱖与𫖯"


def test_first_use_from_many_threads_chooses_one_face() -> None:
    fonts = load_fonts(_cache(), search_system=False)
    ready = threading.Barrier(8)
    seen: list[list[str]] = []

    def choose() -> None:
        ready.wait(timeout=30)
        seen.append([font.fontName for font, _ in fonts.runs(FontRole.BODY, "欧阳𬱖镕与abc")])

    threads = [threading.Thread(target=choose) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(names == seen[0] for names in seen)


def test_system_fonts_are_found_by_name_and_rare_ones_last(
    small_font: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = tmp_path / "system" / "deep"
    system.mkdir(parents=True)
    shutil.copy(small_font, system / "SIMFANG.TTF")
    rare = converted(
        pylopdf_fonts_zh_cn.sans_path(), tmp_path / "rare", label="rare", wanted=map(ord, "书")
    )
    shutil.copy(rare, system / "HanaMinB.ttf")
    (system / "readme.txt").write_text("not a font", encoding="utf-8")
    monkeypatch.setattr(font_search, "_system_folders", lambda: (tmp_path / "system",))
    font_search._system_files.cache_clear()
    try:
        fonts = load_fonts(_cache())
    finally:
        font_search._system_files.cache_clear()
    faces = {face.role: face for face in fonts.describe_faces()}
    assert faces[FontRole.BODY].source is Source.SYSTEM
    assert faces[FontRole.BODY].path.name == "SIMFANG.TTF"
    assert faces[FontRole.KAI].source is Source.BUNDLED
    assert [found.path.name for found in fonts.rare] == ["HanaMinB.ttf"]
    ((font, _),) = fonts.runs(FontRole.BODY, "书")
    assert "HanaMinB" not in str(font.face.filename)  # the last resort, not the first


def test_dropped_font_is_known_by_the_family_inside_it(tmp_path: Path) -> None:
    office = tmp_path / "office"
    office.mkdir()
    source = pylopdf_fonts_zh_cn.serif_path()
    for file, family in (("a.ttf", "华文楷体"), ("b.ttf", "Some Display Face")):
        made = converted(source, tmp_path / "made", label=file, wanted=map(ord, "楷"))
        font = TTFont(made)
        font["name"].setName(family, 1, 3, 1, 0x804)
        font.save(office / file)
    fonts = load_fonts(_cache(), font_folder=office, search_system=False)
    faces = {face.role: face for face in fonts.describe_faces()}
    assert faces[FontRole.KAI].path.name == "a.ttf"
    assert faces[FontRole.KAI].family == "华文楷体"
    assert [found.path.name for found in fonts.rare] == ["b.ttf"]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_platform_has_its_folders(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", platform)
    folders = font_search._system_folders()
    assert len(folders) >= 2
    assert all("ont" in str(folder) for folder in folders)


def test_preparing_leaves_nothing_to_convert(
    fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts.prepare()
    fresh = load_fonts(_cache(), search_system=False)
    monkeypatch.setattr(glyph_conversion, "_convert", None)  # a call would fail
    assert fresh.undrawable("欧阳𬱖镕") == ""
    assert fresh.font_for(FontRole.HEADING, "镕") is not None
