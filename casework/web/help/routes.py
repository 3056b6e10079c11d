"""使用手册, inside: the same chapters as docs/manual, no network needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, render_template, send_file
from markupsafe import Markup

from casework.documents.manual import find_chapter, find_picture, list_chapters
from casework.domain.errors import NotFound
from casework.web.help import bp
from casework.web.security import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/help")
@signed_in
def index() -> ResponseReturnValue:
    """List the chapters."""
    return render_template("help/index.html", chapters=list_chapters(_folder()))


@bp.get("/help/<name>")
@signed_in
def chapter(name: str) -> ResponseReturnValue:
    """Show one chapter."""
    folder = _folder()
    found = find_chapter(folder, name)
    if found is None or name == "README":
        raise NotFound("手册里没有这一章，请从目录打开")
    # The text is our own file, rendered with raw HTML switched off.
    text = Markup(found.html)  # noqa: S704  see above
    return render_template(
        "help/chapter.html", chapter=found, text=text, chapters=list_chapters(folder)
    )


@bp.get("/help/images/<name>")
@signed_in
def picture(name: str) -> ResponseReturnValue:
    """Hand out one picture of the manual."""
    path = find_picture(_folder(), name)
    if path is None:
        raise NotFound("手册里没有这幅图")
    return send_file(path, mimetype="image/png")


def _folder() -> Path:
    return Path(current_app.config["MANUAL_FOLDER"])
