"""常用查找: whose they are, what may be kept, who sees them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.domain.search_criteria import SearchCriteria
from casework.models import Event, SavedView
from casework.queries.saved_views import list_views
from casework.services import saved_views
from casework.services.saved_views import drop_view, save_view
from tests.conftest import add_agency

SOON = SearchCriteria(light="due_soon", unit="耕地保护科")


@pytest.fixture
def clerk(desk_for):
    return desk_for(Role.CLERK, name="周敏")


def test_a_view_is_ones_own_until_it_is_shared_with_the_agency(session, clerk, desk_for) -> None:
    colleague = desk_for(Role.HANDLER, name="陈立群")
    other = add_agency(session, code="SL", name="水利局", prefix="水公开")
    stranger = desk_for(Role.CLERK, name="生人", at=other)
    save_view(clerk, SOON, name=" 快到期的 ", shared=False)
    assert [view.name for view in list_views(session, clerk.actor)] == ["快到期的"]
    assert list_views(session, colleague.actor) == []
    save_view(clerk, SearchCriteria(text="征收"), name="快到期的", shared=True)
    [own] = list_views(session, clerk.actor)
    assert (own.criteria, own.is_shared, own.owner_name) == (
        SearchCriteria(text="征收"),
        True,
        "",
    )
    [lent] = list_views(session, colleague.actor)
    assert (lent.criteria, lent.owner_name) == (SearchCriteria(text="征收"), "周敏")
    assert list_views(session, stranger.actor) == []
    with pytest.raises(NotFound):
        drop_view(colleague, own.id)
    drop_view(clerk, own.id)
    assert list_views(session, colleague.actor) == []
    acts = session.scalars(select(Event.action).order_by(Event.id)).all()
    assert acts == ["save_view", "save_view", "drop_view"]
    assert "快到期的" not in str(session.scalars(select(Event.detail)).all())


@pytest.mark.parametrize(
    ("criteria", "name", "code"),
    [
        (SOON, "  ", "name_missing"),
        (SOON, "名" * 31, "name_long"),
        (SearchCriteria(), "全部", "criteria_missing"),
        (SearchCriteria(text="13812342217"), "某人", "criteria_personal"),
        (SearchCriteria(text="11010519491231002X"), "某人", "criteria_personal"),
    ],
)
def test_what_cannot_be_kept(session, clerk, criteria, name, code) -> None:
    with pytest.raises(RuleBroken) as refused:
        save_view(clerk, criteria, name=name, shared=False)
    assert refused.value.code == code
    assert session.scalars(select(SavedView)).all() == []


def test_there_is_an_end_to_them(session, clerk, monkeypatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    save_view(clerk, SOON, name="甲", shared=False)
    save_view(clerk, SOON, name="乙", shared=False)
    save_view(clerk, SearchCriteria(text="改"), name="乙", shared=False)
    with pytest.raises(RuleBroken, match="最多存 2 个"):
        save_view(clerk, SOON, name="丙", shared=False)
    assert len(list_views(session, clerk.actor)) == 2


def test_administrators_keep_no_views(desk_for) -> None:
    administrator = desk_for(Role.SYSTEM_ADMIN)
    with pytest.raises(PermissionRefused):
        save_view(administrator, SOON, name="甲", shared=True)
    with pytest.raises(PermissionRefused):
        drop_view(administrator, 1)


def test_one_who_has_left_shares_nothing_more(session, clerk, desk_for) -> None:
    from casework.models import User

    save_view(clerk, SOON, name="甲", shared=True)
    colleague = desk_for(Role.HANDLER, name="陈立群")
    assert list_views(session, colleague.actor)
    session.get_one(User, clerk.actor.user_id).is_active = False
    session.commit()
    assert list_views(session, colleague.actor) == []
