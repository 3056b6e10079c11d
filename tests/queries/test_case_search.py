"""Search in Chinese on a real index: what is found, in which order, by whom, how dearly."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from casework.domain.application import ApplicantType, Channel, ReceiptMode
from casework.domain.errors import RuleBroken
from casework.domain.grounds import Outcome, Requirement
from casework.domain.permissions import Role
from casework.domain.reply import ReplyContent
from casework.domain.search_criteria import Facet, SearchCriteria
from casework.models import Case, CaseText, Event
from casework.queries import search_hits
from casework.queries.case_rows import Viewer
from casework.queries.case_search import search_cases
from casework.queries.desk import count_board, list_open
from casework.queries.search_words import FOLDING, initials
from casework.services import comments, drafting, registration
from casework.services.registration import ApplicantData, NewApplication
from casework.services.search_index import index_cases
from casework.services.search_rebuild import rebuild_index
from casework.services.transaction import transaction
from tests.conftest import add_agency, beijing
from tests.queries.test_desk import count_queries

MONDAY = date(2026, 9, 7)
TODAY = date(2026, 9, 28)


@pytest.fixture
def clerk(desk_for):
    return desk_for(Role.CLERK, Role.HANDLER, name="周敏", now=beijing(TODAY))


@pytest.fixture
def file_case(clerk, agency):
    def register(text: str = "柳湾村征收补偿安置方案", *, at=None, desk=None, **changes: object):
        facts: dict[str, object] = {
            "receipt_mode": ReceiptMode.COUNTER,
            "applicant": ApplicantData(
                type=ApplicantType.NATURAL_PERSON,
                name=str(changes.pop("name", "林秀珍")),
                phone=str(changes.pop("phone", "")),
                id_number=str(changes.pop("id_number", "")),
                address=str(changes.pop("address", "")),
                email=str(changes.pop("email", "")),
            ),
            "request_text": text,
            "received_on": MONDAY,
        }
        return registration.register(
            desk or clerk, NewApplication(**(facts | changes)), agency_id=(at or agency).id
        )

    return register


@pytest.fixture
def find(session, clerk):
    def search(words: str = "", *, desk=clerk, **choices: object) -> list[int]:
        page = search_cases(session, viewer_of(desk), SearchCriteria(text=words, **choices))
        assert page.counts.total == len(page.rows)
        return [row.id for row in page.rows]

    return search


def viewer_of(desk) -> Viewer:
    return Viewer(actor=desk.actor, calendar=desk.calendar, today=TODAY, office_days=15)


@pytest.mark.parametrize(
    "words",
    [
        "〔2026〕1号",
        "2026-1",
        "２０２６年１号",
        "青资公开〔2026〕1号",
        "征收",
        "徵收補償",
        "偿方",
        "补偿方案的批复",
        "補償方案",
        "安置 批复",
        "林秀珍",
        "秀珍",
        "林",
        "lxz",
        "LX",
        "gb18030",
        "ＧＢ１８０３０",
        "备注里的",
        "土地征收",
        "13812342217",
        "138-1234-2217",
        "11010519491231002x",
    ],
)
def test_acceptance_80_number_name_words_width_script_initials(file_case, find, words) -> None:
    key = file_case(
        "柳湾村征收补偿\n方案的批复，依据 GB18030，含安置",
        subject="土地征收",
        note="备注里的话",
        phone="13812342217",
        id_number="11010519491231002X",
    )
    file_case("宅基地审批表", name="赵海明")
    assert find(words) == [key.id]


@pytest.mark.parametrize(
    "words",
    ["%", "_", "征_收", "补收", "征收宅基地", "1381234221", "2026-2", "xz", "征收 规划", "公开"],
)
def test_what_is_not_there_is_not_found(file_case, find, words) -> None:
    # 公开 stands in the agency's word of every number, and in this request nowhere.
    file_case(phone="13812342217")
    assert find(words) == []


def test_acceptance_80_an_edit_is_found_at_once_and_one_undone_is_not(
    session, clerk, file_case, find
) -> None:
    key = file_case()
    comments.comment(clerk, key.id, body="已电话联系村委会")
    assert find("村委会") == [key.id]
    registration.assign(clerk, key.id, unit="耕地保护科", handler_id=None, version=None)
    content = ReplyContent(
        outcome=Outcome.DISCLOSED,
        grounds=("disclosed",),
        particulars={Requirement.HOW_PROVIDED: "随函寄送复印件十二页"},
    )
    drafting.save_draft(clerk, key.id, content, version=None)
    assert find("复印件") == [key.id]
    again = ReplyContent(
        outcome=Outcome.DISCLOSED,
        grounds=("disclosed",),
        particulars={Requirement.HOW_PROVIDED: "电子邮件发送"},
    )
    drafting.save_draft(clerk, key.id, again, version=None)
    assert find("复印件") == []
    assert find("电子邮件") == [key.id]

    with pytest.raises(RuntimeError, match="undone"), transaction(session):
        session.get_one(Case, key.id).request_text = "水库除险加固"
        session.flush()
        msg = "undone"
        raise RuntimeError(msg)
    assert find("水库") == []
    assert find("征收") == [key.id]


def test_acceptance_80_a_registration_that_is_refused_leaves_no_word(
    session, clerk, agency, find
) -> None:
    with pytest.raises(RuleBroken):
        registration.register(
            clerk,
            NewApplication(
                receipt_mode=ReceiptMode.COUNTER,
                applicant=ApplicantData(type=ApplicantType.NATURAL_PERSON, name="林秀珍"),
                request_text="水库除险加固",
                received_on=date(2027, 1, 4),
            ),
            agency_id=agency.id,
        )
    assert find("水库") == []
    assert session.scalars(select(CaseText)).all() == []


def test_a_better_field_comes_first_and_in_it_the_newer_case(session, clerk, file_case) -> None:
    later = date(2026, 9, 21)
    remark = file_case("甲材料", note="涉及柳湾村", received_on=later)
    old = file_case("柳湾村乙材料")
    new = file_case("柳湾村丙材料", received_on=later)
    unconfirmed = file_case(
        "柳湾村丁材料", receipt_mode=ReceiptMode.WEB_FORM, received_on=None, arrived_on=later
    )
    named = file_case("戊材料", name="柳湾村村民委员会")
    exact = file_case("己材料", name="柳湾村")
    page = search_cases(session, viewer_of(clerk), SearchCriteria(text="柳湾村"))
    order = [exact.id, named.id, unconfirmed.id, new.id, old.id, remark.id]
    assert [row.id for row in page.rows] == order
    # A number in full stands before those of which it is a part.
    for n in range(7, 13):
        file_case(f"第{n}件")
    page = search_cases(session, viewer_of(clerk), SearchCriteria(text="1"))
    assert [row.number.partition("〕")[2] for row in page.rows] == ["1号", "12号", "11号", "10号"]


def test_where_the_words_stand_is_marked(session, clerk, file_case) -> None:
    key = file_case("申请公开柳灣村徵收\n補償方案", note="已告知征收科")
    page = search_cases(session, viewer_of(clerk), SearchCriteria(text="征收补偿 征收"))
    found = page.found[key.id]
    assert [piece.text for piece in found.title if piece.found] == ["徵收 補償"]
    [line] = found.lines
    assert (line.label, [piece.text for piece in line.pieces if piece.found]) == (
        "备注、留言",
        ["征收"],
    )
    assert not found.by_name
    page = search_cases(session, viewer_of(clerk), SearchCriteria(text="lxz"))
    assert page.found[key.id].by_name
    assert not any(piece.found for piece in page.found[key.id].title)


def test_acceptance_48_what_is_not_ones_own_is_in_no_list_count_or_excerpt(
    session, file_case, find, desk_for, agency
) -> None:
    below = add_agency(session, code="LJ", name="临江分局", prefix="临资公开", parent=agency)
    beside = add_agency(session, code="SL", name="水利局", prefix="水公开")
    own = file_case(phone="13812342217")
    under_desk = desk_for(Role.CLERK, name="下级", at=below, now=beijing(MONDAY))
    under = file_case(at=below, desk=under_desk, phone="13812342217")
    beside_desk = desk_for(Role.CLERK, name="旁人", at=beside, now=beijing(MONDAY))
    foreign = file_case(at=beside, desk=beside_desk, phone="13812342217")
    for words in ("征收", "林秀珍", "lxz", "13812342217", ""):
        assert set(find(words)) == {own.id, under.id}
        assert find(words, desk=under_desk) == [under.id]
        assert find(words, desk=beside_desk) == [foreign.id]
    page = search_cases(session, viewer_of(under_desk), SearchCriteria(text="征收"))
    assert set(page.found) == {under.id}
    assert page.counts.facets[Facet.CHANNEL][0].count == 1


def test_a_reply_is_searched_for_those_who_may_read_it(
    session, clerk, file_case, find, desk_for
) -> None:
    key = file_case()
    registration.assign(clerk, key.id, unit="耕地保护科", handler_id=None, version=None)
    drafting.save_draft(
        clerk,
        key.id,
        ReplyContent(
            outcome=Outcome.DISCLOSED,
            grounds=("disclosed",),
            particulars={Requirement.HOW_PROVIDED: "征收批复复印件"},
        ),
        version=None,
    )
    counting = desk_for(Role.STATISTICIAN)
    assert find("复印件") == [key.id]
    assert find("复印件", desk=counting) == []
    assert find("征收", desk=counting) == [key.id]
    page = search_cases(session, viewer_of(counting), SearchCriteria(text="征收"))
    assert page.found[key.id].lines == []


def test_no_sealed_datum_stands_in_the_index(session, file_case, find) -> None:
    secrets = {
        "id_number": "11010519491231002X",
        "phone": "13812342217",
        "address": "青沅市临江区文昌路88号",
        "email": "lin@example.cn",
    }
    typed = "本人身份证" + "，".join(secrets.values()) + "，另一电话13900001111"
    key = file_case(typed, note=typed, **secrets)
    row = session.get_one(CaseText, key.id)
    kept = f"{row.numbers}{row.names}{row.initials}{row.request}{row.reply}{row.remarks}"
    for secret in ("11010519", "1381234", "文昌路", "example", "1390000"):
        assert secret not in kept
    assert not {"38", "文昌", "昌路", "ex"} & set(row.grams)
    assert find("13812342217") == [key.id]
    assert find("13900001111") == []


def test_filters_narrow_and_count_what_another_choice_would_give(session, clerk, file_case) -> None:
    mail = file_case(receipt_mode=ReceiptMode.SIGNED_MAIL, subject="土地征收")
    file_case(subject="土地征收")
    file_case(subject="规划许可", received_on=date(2026, 9, 21))
    registration.assign(clerk, mail.id, unit="耕地保护科", handler_id=None, version=None)
    look = viewer_of(clerk)

    def counts(criteria: SearchCriteria) -> dict[Facet, dict[str, int]]:
        page = search_cases(session, look, criteria)
        assert page.counts.total == len(page.rows)
        return {
            facet: {choice.label: choice.count for choice in choices}
            for facet, choices in page.counts.facets.items()
        }

    for words in ("", "征收"):
        every = counts(SearchCriteria(text=words))
        assert every[Facet.CHANNEL] == {"当面": 2, "信函": 1}
        assert every[Facet.SUBJECT] == {"土地征收": 2, "规划许可": 1}
        assert every[Facet.STATE] == {"待分办": 2, "拟办中": 1}
        assert every[Facet.UNIT] == {"耕地保护科": 1}
        assert every[Facet.OUTCOME] == {}
        some = counts(SearchCriteria(text=words, channel=Channel.MAIL))
        assert some[Facet.CHANNEL] == {"当面": 2, "信函": 1}
        assert some[Facet.SUBJECT] == {"土地征收": 1}
        assert some[Facet.STATE] == {"拟办中": 1}
        both = counts(SearchCriteria(text=words, channel=Channel.MAIL, subject="规划许可"))
        assert both[Facet.CHANNEL] == {"当面": 1, "信函": 0}
        assert both[Facet.SUBJECT] == {"土地征收": 1, "规划许可": 0}
        days = SearchCriteria(text=words, received_from=date(2026, 9, 8), received_to=TODAY)
        assert counts(days)[Facet.SUBJECT] == {"规划许可": 1}


def test_acceptance_81_the_lights_of_a_search_are_those_of_the_desk(
    session, clerk, file_case
) -> None:
    for day in (date(2026, 8, 31), MONDAY, date(2026, 9, 8), date(2026, 9, 21), TODAY):
        file_case(received_on=day, desk=None)
    file_case(receipt_mode=ReceiptMode.WEB_FORM, received_on=None, arrived_on=TODAY)
    look = viewer_of(clerk)
    board = count_board(session, look)
    for words in ("", "征收"):
        page = search_cases(session, look, SearchCriteria(text=words))
        lit = {choice.value: choice.count for choice in page.counts.facets[Facet.LIGHT]}
        assert lit == {light.value: n for light, n in board.lights.items() if n}
        for light in lit:
            mine = search_cases(session, look, SearchCriteria(text=words, light=light))
            assert {row.id for row in mine.rows} == {
                row.id for row in list_open(session, look, light=light).rows
            }


@pytest.mark.parametrize("words", ["", "征收"])
def test_pages_follow_one_another_without_gap_or_double(session, clerk, file_case, words) -> None:
    for n in range(7):
        confirmed = n % 3 != 0
        file_case(
            receipt_mode=ReceiptMode.COUNTER if confirmed else ReceiptMode.WEB_FORM,
            received_on=date(2026, 9, 7 + n % 2) if confirmed else None,
            arrived_on=None if confirmed else MONDAY,
            note="征收" if n % 2 else "",
        )
    look, criteria = viewer_of(clerk), SearchCriteria(text=words)
    whole = [row.id for row in search_cases(session, look, criteria).rows]
    for size in (1, 2, 3):
        seen: list[int] = []
        after = None
        while True:
            page = search_cases(session, look, criteria, after=after, limit=size)
            seen += [row.id for row in page.rows]
            after = page.next_after
            if after is None:
                break
        assert seen == whole
    for made_up in ("made.up", "1.2", f"0..{2**70}", "0.2026-02-30.1"):
        assert search_cases(session, look, criteria, after=made_up).rows


@pytest.mark.parametrize(("words", "most"), [("", 5), ("征收", 8), ("13812342217", 9)])
def test_the_number_of_queries_does_not_grow(session, clerk, file_case, words, most) -> None:
    def ask() -> int:
        with count_queries() as seen:
            search_cases(session, viewer_of(clerk), SearchCriteria(text=words))
        return len(seen)

    file_case(phone="13812342217")
    few = ask()
    for n in range(12):
        key = file_case(phone="13812342217", note="征收")
        comments.comment(clerk, key.id, body=f"征收第{n}件")
    assert ask() == few == most


def test_beyond_the_most_that_are_ranked_the_newest_are_and_it_says_so(
    session, clerk, file_case, monkeypatch
) -> None:
    monkeypatch.setattr(search_hits, "MOST_RANKED", 3)
    monkeypatch.setattr("casework.queries.search_counts.MOST_RANKED", 3)
    keys = [file_case() for _ in range(5)]
    page = search_cases(session, viewer_of(clerk), SearchCriteria(text="征收"))
    assert page.counts.is_capped
    assert [row.id for row in page.rows] == [key.id for key in reversed(keys[1:])]
    page = search_cases(session, viewer_of(clerk), SearchCriteria())
    assert page.counts.is_capped
    assert len(page.rows) == 5


def test_the_index_is_asked_and_no_table_read_through(session, clerk, file_case) -> None:
    for n in range(60):
        file_case(f"第{n}件材料")
    key = file_case()
    session.execute(text("ANALYZE"))
    with count_queries() as seen:
        rows = search_cases(session, viewer_of(clerk), SearchCriteria(text="补偿")).rows
    assert [row.id for row in rows] == [key.id]
    dialect = session.get_bind().dialect.name
    assert any("MATCH" in query or "@>" in query for query in seen)
    if dialect == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(
            text("EXPLAIN SELECT case_id FROM case_texts WHERE grams @> ARRAY['补偿']")
        )
    else:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT rowid FROM case_grams WHERE case_grams MATCH '\"补偿\"'"
            )
        )
    said = str(plan.all())
    assert "ix_case_texts_grams" in said or "VIRTUAL TABLE INDEX" in said


def test_a_case_that_is_gone_leaves_the_index(session, file_case, find) -> None:
    key, other = file_case(), file_case()
    with transaction(session):
        session.execute(Event.__table__.update().values(case_id=None))
        session.execute(Case.__table__.delete().where(Case.id == key.id))
    assert find("征收") == [other.id]
    if session.get_bind().dialect.name == "sqlite":
        hits = session.execute(
            text("SELECT rowid FROM case_grams WHERE case_grams MATCH '\"征收\"'")
        ).scalars()
        assert list(hits) == [other.id]


def test_the_index_is_made_anew_from_the_cases(session, file_case, find) -> None:
    keys = [file_case(), file_case()]
    with transaction(session):
        session.execute(CaseText.__table__.delete())
    assert find("征收") == []
    told: list[int] = []
    assert rebuild_index(session, progress=told.append) == 2
    assert told == [2]
    assert rebuild_index(session) == 0
    assert find("征收") == [key.id for key in reversed(keys)]
    with transaction(session):
        session.execute(CaseText.__table__.update().values(rules=0, request=" "))
    assert rebuild_index(session) == 2
    assert rebuild_index(session, every=True) == 2
    with transaction(session):
        index_cases(session, [key.id for key in keys] + [987654])
    assert find("补偿") == [key.id for key in reversed(keys)]


def test_initials_of_names_with_several_readings() -> None:
    assert initials("林秀珍") == ("lxz",)
    assert "sxd" in initials("单晓东")
    assert initials("青沅市清源环保有限公司") == ("qysqyhbyxgs",)
    assert initials("Smith") == ()
    assert "关于湾".translate(FOLDING) == "關於灣".translate(FOLDING)
