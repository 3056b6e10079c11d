"""The forms of 转主动公开; their fields bear the names the services complain about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from casework.domain.publication import TopicOrigin, TopicState
from casework.web import surroundings
from casework.web.fields import DayField, PageForm, long_text_limits, options, short_text

if TYPE_CHECKING:
    from casework.queries.publication import TopicLine


class NoteForm(PageForm):
    """记入转主动公开."""

    title = short_text("信息名称")
    origin = RadioField(
        "来由",
        choices=options((origin.value, origin.label) for origin in TopicOrigin),
        default=TopicOrigin.OFTEN_ASKED.value,
        validators=[InputRequired("请选来由")],
    )
    note = TextAreaField("说明", validators=long_text_limits("说明"))


class DecideForm(PageForm):
    """审核结果: what was published, where and when; or why not."""

    state = RadioField(
        "审核结果",
        choices=options(
            (state.value, state.label) for state in (TopicState.PUBLISHED, TopicState.DECLINED)
        ),
        default=TopicState.PUBLISHED.value,
        validators=[InputRequired("请选审核结果")],
    )
    what = short_text("公开的信息")
    where = short_text("公开在哪里")
    on = DayField("公开日期", default=surroundings.today)
    reason = TextAreaField("不纳入的理由", validators=long_text_limits("不纳入的理由"))

    def show(self, topic: TopicLine) -> None:
        """Set the form up with what is on record."""
        if topic.state is not TopicState.OPEN:
            self.state.data = topic.state.value
        self.what.data = topic.published_what or topic.title
        self.where.data = topic.published_where
        self.on.data = topic.published_on or surroundings.today()
        self.reason.data = topic.reason
