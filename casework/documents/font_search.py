"""Where an office's fonts lie: its own folder first, then the system's.

GB/T 9704-2012 names kinds of face (仿宋, 小标宋, 黑体, 楷体), not files; the tables below name the
files in which those kinds come on Windows, macOS and Linux.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont, TTLibError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SUFFIXES = frozenset({".ttf", ".ttc", ".otf"})


class FontRole(StrEnum):
    """What a face is for; the value is the kind the standard names."""

    BODY = "仿宋"
    TITLE = "小标宋"
    HEADING = "黑体"
    KAI = "楷体"
    SONG = "宋体"
    LATIN = "西文"

    @property
    def used_for(self) -> str:
        """Where a letter uses it, on the settings page."""
        return _USED_FOR[self]


_USED_FOR = {
    FontRole.BODY: "正文、文号、落款（3号）",
    FontRole.TITLE: "版头、标题（2号）",
    FontRole.HEADING: "一级标题、表头（3号、4号）",
    FontRole.KAI: "二级标题、引文（3号）",
    FontRole.SONG: "页码、校验码（4号）",
    FontRole.LATIN: "西文和数字",
}


class Source(StrEnum):
    """Where a face was found."""

    OFFICE = "单位字体目录"
    SYSTEM = "操作系统"
    BUNDLED = "随程序提供"


@dataclass(frozen=True, slots=True)
class FoundFont:
    """A font file and where it came from."""

    path: Path
    source: Source


# File names without suffix, lower case, best first.
_FILE_NAMES: dict[FontRole, tuple[str, ...]] = {
    FontRole.BODY: (
        "仿宋_gb2312", "fangsong_gb2312", "simfang", "仿宋", "stfangsong", "stfangso",
        "fzfsjw", "fzfsk", "fandolfang-regular",
    ),
    FontRole.TITLE: (
        "方正小标宋简体", "方正小标宋_gbk", "fzxbsjw", "fzxbsk", "fzxiaobiaosong-b05s",
        "fzxiaobiaosong-b05",
    ),
    FontRole.HEADING: ("simhei", "黑体", "stheiti", "fzhtjw", "fzhtk", "fandolhei-regular"),
    FontRole.KAI: (
        "楷体_gb2312", "kaiti_gb2312", "simkai", "楷体", "stkaiti", "fzktjw", "fzktk",
        "lxgwwenkai-regular", "fandolkai-regular",
    ),
    FontRole.SONG: ("simsun", "宋体", "stsong", "fzssjw", "fandolsong-regular"),
    FontRole.LATIN: ("times", "times new roman", "timesnewroman", "liberationserif-regular"),
}  # fmt: skip
# A dropped file with another name is told by the family name inside it; the first row that fits.
_FAMILY_WORDS: tuple[tuple[FontRole, tuple[str, ...]], ...] = (
    (FontRole.TITLE, ("小标宋", "xiaobiaosong")),
    (FontRole.BODY, ("仿宋", "fangsong")),
    (FontRole.KAI, ("楷", "kaiti", "wenkai")),
    (FontRole.HEADING, ("黑体", "heiti", "simhei")),
    (FontRole.SONG, ("宋体", "simsun", "songti")),
    (FontRole.LATIN, ("times new roman", "liberation serif")),
)
_RARE_FILE_NAMES = (
    "hanamina", "hanaminb", "simsunb", "simsunextg", "plangothicp1-regular",
    "plangothicp2-regular", "babelstonehan", "jigmo", "jigmo2", "jigmo3",
)  # fmt: skip


def family_name(path: Path) -> str:
    """Return the family name inside the file, the file's own name if it cannot be read."""
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            name = font["name"]
            chinese = next(
                (r.toUnicode() for r in name.names if r.nameID == 1 and r.langID == _ZH_CN), None
            )
            return chinese or name.getDebugName(1) or path.stem
    except (TTLibError, OSError, KeyError, UnicodeError):
        return path.stem


_ZH_CN = 0x804


def fonts_by_role(
    office_folder: Path | None, *, search_system: bool
) -> tuple[Mapping[FontRole, tuple[FoundFont, ...]], tuple[FoundFont, ...]]:
    """Return the candidates for each role, best first, and the fonts of last resort.

    The last resort are the office's fonts of no known kind and the system's fonts of rare
    characters (CJK extensions B and on).
    """
    office = _files(office_folder) if office_folder else ()
    system = _system_files() if search_system else ()
    roles: dict[FontRole, list[FoundFont]] = {role: [] for role in FontRole}
    spare = []
    for path in office:
        role = _role_of(path)
        if role is None:
            spare.append(FoundFont(path, Source.OFFICE))
        else:
            roles[role].append(FoundFont(path, Source.OFFICE))
    for role, names in _FILE_NAMES.items():
        roles[role] += _named(system, names)
    return {role: tuple(found) for role, found in roles.items()}, (
        *spare,
        *_named(system, _RARE_FILE_NAMES),
    )


def _named(files: Iterable[Path], names: tuple[str, ...]) -> list[FoundFont]:
    by_stem = {path.stem.lower(): path for path in reversed(tuple(files))}
    return [FoundFont(by_stem[name], Source.SYSTEM) for name in names if name in by_stem]


def _role_of(path: Path) -> FontRole | None:
    stem = path.stem.lower()
    for role, names in _FILE_NAMES.items():
        if stem in names:
            return role
    family = family_name(path).lower()
    for role, words in _FAMILY_WORDS:
        if any(word in family for word in words):
            return role
    return None


def _files(folder: Path) -> tuple[Path, ...]:
    found = [
        Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in _SUFFIXES
    ]
    return tuple(sorted(found))


@cache
def _system_files() -> tuple[Path, ...]:
    return tuple(path for folder in _system_folders() for path in _files(folder))


def _system_folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        return (windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts")
    if sys.platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    return (
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        Path("/usr/share/texmf/fonts/opentype"),
        Path("/usr/share/texlive/texmf-dist/fonts/opentype"),
    )
