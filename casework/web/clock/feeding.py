"""日历订阅: the page that makes or ends one's own feed, and the feed itself.

The feed is the one page with data that needs no log-in: a calendar program cannot log in. Whoever
has the address reads it, so it carries case numbers and days alone, no session and no name, and is
kept out of search engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, url_for

from casework.documents.icalendar import MEDIA_TYPE
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.feeds import find_feed_made_at
from casework.services import feeds
from casework.web import surroundings
from casework.web.clock import bp
from casework.web.security import public, requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_HEADERS = {"X-Robots-Tag": "noindex, nofollow"}
_NOT_THERE = 404


@bp.get("/feed")
@requires(Permission.VIEW_CASES)
def feed_page() -> ResponseReturnValue:
    """Say whether there is a feed, and what it is for."""
    made_at = find_feed_made_at(db.session(), surroundings.current_actor())
    return render_template("clock/feed_page.html", made_at=made_at, address=None)


@bp.post("/feed")
@requires(Permission.VIEW_CASES)
def make_feed() -> ResponseReturnValue:
    """Make a new address and show it this once; it is not kept in readable form."""
    desk = surroundings.current_desk()
    token = feeds.make_feed(desk)
    address = url_for("clock.feed", token=token, _external=True)
    return render_template("clock/feed_page.html", made_at=desk.now, address=address)


@bp.post("/feed/end")
@requires(Permission.VIEW_CASES)
def end_feed() -> ResponseReturnValue:
    """End one's own feed."""
    feeds.end_feed(surroundings.current_desk())
    flash("日历订阅已停用，原来的地址不再有内容")
    return redirect(url_for("clock.feed_page"))


@bp.get("/feed/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """Hand out a feed to whoever knows its address; 404 for any other."""
    session = db.session()
    owner = feeds.find_feed_owner(session, token)
    if owner is None:
        return Response("没有这个日历订阅\n", _NOT_THERE, _HEADERS, mimetype="text/plain")
    return Response(feeds.write_feed(session, owner), headers=_HEADERS, content_type=MEDIA_TYPE)
