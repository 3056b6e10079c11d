"""What a browser was told to show, kept in a cookie of its own.

It belongs to the screen, not to the person: the same clerk sits at a small monitor and at a large
one, and it holds on the log-in page too. The cookie says nothing about anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask, Response

COOKIE = "cw-display"
_KEPT_FOR = timedelta(days=400)
_JOINT = "."


class TextSize(StrEnum):
    """Text size in percent."""

    NORMAL = "100"
    LARGE = "125"
    LARGEST = "150"

    @property
    def label(self) -> str:
        """The words on the page."""
        return {"100": "标准", "125": "大（125%）", "150": "特大（150%）"}[self.value]


class Contrast(StrEnum):
    """How strongly text stands out."""

    NORMAL = "normal"
    HIGH = "high"

    @property
    def label(self) -> str:
        """The words on the page."""
        return {"normal": "标准", "high": "高对比"}[self.value]


@dataclass(frozen=True, slots=True)
class Display:
    """One browser's choice."""

    size: TextSize = TextSize.NORMAL
    contrast: Contrast = Contrast.NORMAL

    @property
    def classes(self) -> str:
        """The classes of the page's root, "" for the standard."""
        names = []
        if self.size is not TextSize.NORMAL:
            names.append(f"cw-text-{self.size.value}")
        if self.contrast is Contrast.HIGH:
            names.append("cw-contrast")
        return " ".join(names)


def chosen() -> Display:
    """Return what this request's browser was told; the standard for anything unknown."""
    size, _, contrast = request.cookies.get(COOKIE, "").partition(_JOINT)
    try:
        return Display(TextSize(size), Contrast(contrast))
    except ValueError:
        return Display()


def keep(response: Response, display: Display) -> None:
    """Tell the browser to remember ``display``."""
    response.set_cookie(
        COOKIE,
        f"{display.size.value}{_JOINT}{display.contrast.value}",
        max_age=_KEPT_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def install(app: Flask) -> None:
    """Give every template the choice as ``display()``."""
    app.add_template_global(chosen, "display")
