"""The pages of the annual table: every figure, the cases behind it, what people enter by hand."""

from __future__ import annotations

import itertools
import re
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from casework.domain.annual_fold import cell_predicate
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import FORMS, get_form
from casework.domain.outcomes import CATALOGUE
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import AnnualEntry, Applicant, Case, Relief
from casework.queries.annual_choice import list_years, usual_year
from casework.queries.annual_cube import Scope, list_cell_cases, read_table
from casework.services.annual_entries import enter_figures
from casework.web.annual.figures import cell_in_words, figure_text
from casework.web.annual.forms import parse_figure
from tests.conftest import NOW, add_agency, csrf_token

FORM_2014, FORM_2019, FORM_2021 = FORMS
ENTRY_ROWS = {row.code: row for row in FORM_2014.rows}
serial = itertools.count(1)


def add_case(session, agency, received_on, closed_on=None, **facts):
    ended = {
        "ground": "disclosed",
        "replied_on": closed_on,
        "original_due_on": received_on + timedelta(days=28),
        "due_on": received_on + timedelta(days=56),
    }
    case = Case(
        **(
            {
                "agency_id": agency.id,
                "number": f"青资公开〔{received_on.year}〕{next(serial)}号",
                "state": State.CLOSED if closed_on else State.DRAFTING,
                "channel": Channel.MAIL,
                "applicant_type": ApplicantType.NATURAL_PERSON,
                "received_on": received_on,
                "closed_on": closed_on,
                "request_text": "临江区旧城改造征地批文",
                "statute": StatuteCode.REGULATION_2019,
                "registered_at": NOW,
                "changed_at": NOW,
                "applicant": Applicant(name="林秀珍"),
            }
            | (ended if closed_on else {})
            | facts
        )
    )
    session.add(case)
    return case


@pytest.fixture
def county(session, agency):
    return add_agency(
        session, code="LJZG", name="临江区自然资源局", prefix="临资公开", parent=agency
    )


@pytest.fixture
def office(session, agency, county):
    """Eighty cases of three years, the city's and the county's, of every ground and class."""
    cases = []
    for n in range(80):
        received_on = date(2023, 11, 1) + timedelta(days=n * 9)
        closed_on = received_on + timedelta(days=10 + n % 60) if n % 5 else None
        facts = {
            "applicant_type": list(ApplicantType)[n % 6],
            "channel": list(Channel)[n % 4],
        }
        if closed_on:
            facts["ground"] = CATALOGUE[n % len(CATALOGUE)].code
        cases.append(
            add_case(session, county if n % 3 == 0 else agency, received_on, closed_on, **facts)
        )
    for n, kind in enumerate(ReliefKind):
        cases[n + 1].reliefs.append(
            Relief(kind=kind, filed_on=date(2024, 3, 4), result=ReliefResult.PENDING)
        )
    cases[1].reliefs.append(
        Relief(
            kind=ReliefKind.REVIEW,
            filed_on=date(2024, 5, 6),
            result=ReliefResult.UPHELD,
            decided_on=date(2024, 7, 8),
        )
    )
    session.commit()
    return cases


@pytest.fixture
def reader(client, log_in_as):
    """A browser in which a statistician of the city is logged in."""
    log_in_as(client, Role.STATISTICIAN)
    return client


class Cells(HTMLParser):
    """Collects the links of the tables' cells: (row, column) to (figure, address)."""

    def __init__(self):
        super().__init__()
        self.links = []
        self._href = None
        self._text = ""
        self._hidden = 0

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a" and "/annual/cases" in attributes.get("href", ""):
            self._href, self._text, self._hidden = attributes["href"], "", 0
        elif tag == "span" and self._href:
            self._hidden += 1

    def handle_data(self, data):
        if self._href and not self._hidden:
            self._text += data

    def handle_endtag(self, tag):
        if tag == "span" and self._href:
            self._hidden -= 1
        if tag == "a" and self._href:
            self.links.append((self._text.strip(), self._href))
            self._href = None


def links_of(page):
    parser = Cells()
    parser.feed(page)
    found = {}
    for figure, href in parser.links:
        asked = parse_qs(urlsplit(href).query)
        cell = asked["row"][0], asked.get("column", [""])[0], int(asked["year"][0])
        found[cell] = figure, href
    return found


def open_page(client, path, status=200, **query):
    response = client.get(path, query_string=query or None)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def listed_on(page):
    return re.findall(r'<th scope="row" class="cw-no"><a href="/cases/(\d+)">', page)


@contextmanager
def counted_queries(session):
    statements = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["2019", "2021"])
@pytest.mark.usefixtures("office")
def test_every_cell_of_the_grid_is_a_link_with_the_cube_s_figure(reader, session, agency, code):
    form = get_form(code)
    page = open_page(reader, "/annual", year=2024, form=code)
    table = read_table(session, form, 2024, Scope(path=agency.path))
    shown = links_of(page)
    expected = {(row, column, 2024): str(value) for (row, column), value in table.cells.items()}
    expected |= {(kind, result, 2024): str(value) for (kind, result), value in table.relief.items()}
    assert {cell: figure for cell, (figure, _) in shown.items()} == expected
    assert len(table.cells) == (175 if code == "2021" else 161)
    assert any(figure != "0" for figure in expected.values())


@pytest.mark.usefixtures("office")
def test_the_2014_form_shows_two_years_side_by_side(reader, session, agency):
    page = open_page(reader, "/annual", year=2025, form="2014")
    shown = links_of(page)
    for year in (2024, 2025):
        table = read_table(session, FORM_2014, year, Scope(path=agency.path))
        for row in FORM_2014.rows:
            if row.code[0] in "345" and row.has_cell:
                assert shown[row.code, "", year][0] == str(table.value(row.code)), (row, year)
    for row in FORM_2014.rows:
        assert row.label in page


@pytest.mark.parametrize("code", ["2014", "2021"])
@pytest.mark.usefixtures("office")
def test_acceptance_60_each_figure_leads_to_exactly_its_cases(reader, session, agency, code):
    form = get_form(code)
    scope = Scope(path=agency.path)
    for (row, column, year), (figure, href) in links_of(
        open_page(reader, "/annual", year=2024, form=code)
    ).items():
        if figure == "0":
            continue
        page = open_page(reader, href)
        wanted = cell_predicate(form, row, column)
        behind = [str(one.case_id) for one in list_cell_cases(session, wanted, year, scope)]
        assert listed_on(page) == behind
        assert len(behind) == int(figure)
        assert f"{figure} 件</small>" in page


def test_a_zero_is_printed_muted_and_still_leads_somewhere(reader):
    page = open_page(reader, "/annual", year=2024)
    assert page.count('<td class="cw-zero"><a ') == 175 + 15
    assert "这一格是 0，没有案件" in open_page(
        reader, "/annual/cases", year=2024, row="R3.1", column="C7"
    )


def test_the_grid_merges_its_heads_as_the_official_sheet_does(reader):
    page = open_page(reader, "/annual", year=2025)
    assert (
        '<th scope="rowgroup" rowspan="22" class="cw-vert"><span>三、本年度办理结果</span></th>'
        in page
    )
    assert '<th scope="rowgroup" rowspan="8">（三）不予公开</th>' in page
    assert '<th scope="colgroup" colspan="5">法人或其他组织</th>' in page
    assert '<th scope="colgroup" colspan="5" rowspan="2">行政复议</th>' in page
    assert '<th scope="colgroup" colspan="10">行政诉讼</th>' in page
    assert page.count("<caption>") == 2 + len(FORM_2021.hand_tables)
    assert '<th class="cw-gou" colspan="3" rowspan="3" scope="col">' in page


@pytest.mark.usefixtures("office")
def test_the_subtree_and_the_agency_s_own(reader, county):
    whole = links_of(open_page(reader, "/annual", year=2024))["R1", "C7", 2024]
    own = links_of(open_page(reader, "/annual", year=2024, own=1))["R1", "C7", 2024]
    below = links_of(open_page(reader, "/annual", year=2024, agency=county.id))["R1", "C7", 2024]
    assert int(whole[0]) == int(own[0]) + int(below[0])
    assert int(own[0]) > 0
    assert int(below[0]) > 0
    for figure, href in (whole, own, below):
        assert len(listed_on(open_page(reader, href))) == int(figure)


def test_another_agency_s_table_is_not_found(client, session, agency, county, log_in_as):
    stranger = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开")
    log_in_as(client, Role.STATISTICIAN, at=county)
    for path in ("/annual", "/annual/cases", "/annual/entries"):
        for foreign in (stranger, agency):
            open_page(client, path, 404, year=2016, agency=foreign.id, row="R1", column="C7")
    page = open_page(client, "/annual", year=2016)
    assert "青沅市自然资源和规划局" not in page
    assert "临江区自然资源局" in page


def test_the_table_takes_the_same_queries_for_three_cases_and_for_three_hundred(
    reader, session, agency
):
    def ask():
        counts = []
        for query in ({"year": 2025}, {"year": 2025, "form": "2014"}):
            session.expire_all()
            with counted_queries(session) as statements:
                open_page(reader, "/annual", **query)
            counts.append(len(statements))
        return counts

    def add(cases):
        for n in range(cases):
            received_on = date(2024, 6, 3) + timedelta(days=n % 500)
            case = add_case(
                session, agency, received_on, received_on + timedelta(days=9) if n % 3 else None
            )
            case.reliefs.append(
                Relief(kind=ReliefKind.REVIEW, filed_on=received_on, result=ReliefResult.PENDING)
            )
        session.commit()

    add(3)
    few = ask()
    add(297)
    assert ask() == few
    assert max(few) <= 30


def test_a_year_s_form_stands_alone_and_another_is_warned_of(reader):
    warning = "2016年度施行的是2014年格式，现按2021年格式统计，仅供对照。"
    assert warning not in open_page(reader, "/annual", year=2016)
    page = open_page(reader, "/annual", year=2016, form="2021")
    assert warning in page
    assert '<option value="2021" selected>' in page
    (_, href), *_ = links_of(page).values()
    assert "form=2021" in href
    assert "政府信息公开情况统计表（2016 年度）" in open_page(reader, "/annual", year=2016)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"year": 1999}, 422, "1999年还没有施行"),
        ({"year": 2027}, 404, "2027 年度还没有到"),
        ({"year": 99999}, 404, "年度还没有到"),
        ({"year": 2025, "form": "2030"}, 422, "没有“2030”这种统计表格式"),
        ({"year": 2025, "agency": 987654}, 404, "没有这个机关"),
    ],
)
def test_an_address_that_names_no_table_is_told_why(reader, query, status, words):
    assert words in open_page(reader, "/annual", status, **query)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [("R9", "C1", "没有“R9,C1”这一格"), ("R1", "", "没有“R1”这一格"), ("R3", "C1", "没有“R3,C1”")],
)
def test_a_cell_there_is_not_is_told_so(reader, row, column, words):
    page = open_page(reader, "/annual/cases", 422, year=2025, row=row, column=column)
    assert words in page


def test_without_the_permission_there_is_no_table(client, log_in_as):
    log_in_as(client, Role.AUDITOR)
    for path in ("/annual", "/annual/cases", "/annual/entries"):
        open_page(client, path, 403)


def test_the_years_begin_with_the_first_case(session, agency, county):
    today = date(2026, 9, 28)
    assert list_years(session, under=agency.path, today=today) == range(2026, 2025, -1)
    add_case(session, county, date(2019, 12, 31))
    session.commit()
    assert list(list_years(session, under=agency.path, today=today))[-1] == 2019
    add_case(session, agency, date(2003, 1, 2))
    session.commit()
    assert list(list_years(session, under=agency.path, today=today))[-1] == 2008
    assert list(list_years(session, under=county.path, today=today))[-1] == 2019


def test_in_january_last_year_s_report_is_still_due():
    assert usual_year(date(2026, 1, 31)) == 2025
    assert usual_year(date(2026, 2, 1)) == 2026


# --- the checks --------------------------------------------------------------------------------


@pytest.mark.usefixtures("office")
def test_acceptance_58_the_checks_stand_beside_the_table_in_words(reader):
    page = open_page(reader, "/annual", year=2024)
    assert "没有不通过的" in page
    assert "上年结转数等于上年度表的结转下年度数，7列全部相等。" in page
    assert page.count("<b>通过</b>") >= 6
    assert "cw-bad" not in page


def test_a_fault_is_marked_in_its_cells_and_in_words(reader, session, agency):
    for row, value in (("8.3", 5), ("8.3.1", 1), ("8.3.2", 2)):
        session.add(
            AnnualEntry(
                agency_id=agency.id, year=2016, form="2014", row=row, value=value, entered_at=NOW
            )
        )
    session.commit()
    page = open_page(reader, "/annual", year=2016)
    assert "1 项不通过" in page
    assert page.index("<b>不通过</b>") < page.index("<b>提醒</b>") < page.index("<b>通过</b>")
    assert page.count('class="cw-bad"') == 3
    assert "工作人员数等于专职人员数与兼职人员数之和，但" in page


# --- the cases behind a cell -------------------------------------------------------------------


def test_the_list_says_its_cell_in_full_and_masks_names(reader, session, agency):
    late = add_case(session, agency, date(2025, 3, 3), date(2025, 6, 9), ground="state_secret")
    session.commit()
    page = open_page(reader, "/annual/cases", year=2025, row="R3.3.1", column="C1")
    assert "三、本年度办理结果 › （三）不予公开 › 1.属于国家秘密 · 自然人" in page
    assert "林＊珍" in page
    assert "林秀珍" not in page
    assert "逾期答复" in page
    assert late.number in page
    assert "2025年3月3日" in page
    assert "不予公开-" in page
    assert "<span>已办结</span>" in page


@pytest.mark.usefixtures("office")
def test_a_relief_cell_is_named_in_full(reader):
    page = open_page(reader, "/annual/cases", year=2024, row="suit_after_review", column="pending")
    assert "四、政府信息公开行政复议、行政诉讼情况 › 行政诉讼 › 复议后起诉 · 尚未审结" in page
    assert "复议后起诉，尚未审结" in page
    assert len(listed_on(page)) == 1


def test_a_case_with_two_reviews_stands_twice(reader, session, agency):
    case = add_case(session, agency, date(2024, 3, 4), date(2024, 3, 20))
    for month in (4, 5):
        case.reliefs.append(
            Relief(
                kind=ReliefKind.REVIEW,
                filed_on=date(2024, month, 8),
                result=ReliefResult.PENDING,
            )
        )
    session.commit()
    page = open_page(reader, "/annual/cases", year=2024, row="review", column="total")
    assert listed_on(page) == [str(case.id)] * 2


@pytest.mark.parametrize("row", ["R1", "review"])
def test_a_long_list_goes_on_page_by_page_without_gap_or_repeat(reader, session, agency, row):
    for n in range(120):
        # Three a day and registered in another order than received.
        case = add_case(session, agency, date(2025, 5, 30) - timedelta(days=n // 3))
        case.reliefs.append(
            Relief(kind=ReliefKind.REVIEW, filed_on=date(2025, 6, 2), result=ReliefResult.PENDING)
        )
    session.commit()
    column = "C7" if row == "R1" else "total"
    wanted = cell_predicate(FORM_2021, row, column)
    expected = [
        str(one.case_id) for one in list_cell_cases(session, wanted, 2025, Scope(path=agency.path))
    ]
    page = open_page(reader, "/annual/cases", year=2025, row=row, column=column)
    pages = [listed_on(page)]
    while following := re.search(r'<a rel="next" href="([^"]+)"', page):
        page = open_page(reader, following[1].replace("&amp;", "&"))
        pages.append(listed_on(page))
        assert "120 件" in page
    assert [len(one) for one in pages] == [50, 50, 20]
    assert list(itertools.chain(*pages)) == expected


def test_a_place_in_the_list_that_nobody_made_begins_anew(reader, session, agency):
    case = add_case(session, agency, date(2025, 5, 30))
    session.commit()
    page = open_page(reader, "/annual/cases", year=2025, row="R1", column="C7", after="x_1")
    assert listed_on(page) == [str(case.id)]


def test_the_fees_lead_to_the_cases_that_paid_them(reader, session, agency):
    paid = add_case(
        session, agency, date(2016, 5, 3), date(2016, 5, 20), fee_yuan=Decimal("1250.50")
    )
    add_case(session, agency, date(2016, 6, 1), date(2016, 6, 20))
    session.commit()
    figure, href = links_of(open_page(reader, "/annual", year=2016))["7", "", 2016]
    assert figure == "0.12505"
    page = open_page(reader, href)
    assert listed_on(page) == [str(paid.id)]
    assert "1,250.50元" in page


# --- what people enter -------------------------------------------------------------------------


def enter(client, figures, status=302, page=None, **query):
    query = {"year": 2016} | query
    page = page or open_page(client, "/annual/entries", **query)
    seen = re.search(r'name="seen" value="([0-9a-f]*)"', page)[1]
    response = client.post(
        "/annual/entries",
        query_string=query,
        data={"csrf_token": csrf_token(page), "seen": seen} | figures,
    )
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def test_figures_are_entered_shown_and_signed(reader, session, agency):
    enter(reader, {"1.1": "１，２０４", "8.4": "3.5", "6": "0"}, year=2015)
    enter(reader, {"1.1": "1300", "8.4": "", "6": " 2 "})
    table = read_table(session, FORM_2014, 2016, Scope(path=agency.path))
    assert (table.value("1.1"), table.value("8.4"), table.value("6")) == (1300, None, 2)
    page = open_page(reader, "/annual", year=2016)
    assert "已保存，改动 2 项" in page
    assert re.search(r'<a href="/annual/entries\?year=2016[^"]*#row-1.1">1300<', page)
    assert re.search(r'<a href="/annual/entries\?year=2015[^"]*#row-1.1">1204<', page)
    assert re.search(r'#row-8.4"><span class="cw-noprint">填报<', page)
    form = open_page(reader, "/annual/entries", year=2016)
    assert 'value="1300"' in form
    assert re.search(r"1300<span[^>]*>　web-statistician ", form)
    assert '<td data-th="2015 年度" class="cw-num">1204</td>' in form
    assert '<td data-th="2015 年度" class="cw-num">3.5</td>' in form


@pytest.mark.parametrize(
    ("row", "typed", "sentence"),
    [
        ("1.1", "很多", "“很多”不是数。请您只填数字，没有的填 0"),
        ("1.1", "-3", "“-3”小于 0"),
        ("1.1", "2.5", "“2.5”有小数。这一行的单位是条，请您填整数"),
        ("8.4", "1.23456", "“1.23456”的小数超过 4 位"),
        ("9.3", "1234567890123", "超过 12 位。请您核对数字和单位（人次）"),
        ("6", "NaN", "“NaN”不是数"),
        ("6", "1e3", "“1e3”不是数"),
    ],
)
def test_a_bad_number_gets_one_sentence_and_nothing_typed_is_lost(
    reader, session, row, typed, sentence
):
    other = "2.1" if row != "2.1" else "6"
    page = enter(reader, {row: typed, other: "77"}, status=422)
    assert "有 1 处要改，其余已保留" in page
    assert page.count(sentence) == 2  # in the summary and under its field
    assert f'<a href="#row-{row}">' in page
    assert f'value="{typed}"' in page
    assert 'value="77"' in page
    assert f'id="row-{row}-e"' in page
    assert page.count('aria-invalid="true"') == 1
    assert session.query(AnnualEntry).count() == 0


def test_two_people_do_not_overwrite_each_other(reader, session, agency, desk_for):
    opened = open_page(reader, "/annual/entries", year=2016)
    enter_figures(
        desk_for(Role.STATISTICIAN, name="沈蔚"),
        agency_id=agency.id,
        year=2016,
        form="2014",
        figures={"6": Decimal(9)},
    )
    page = enter(reader, {"6": "4"}, status=422, page=opened)
    assert "有人改过这张表的数" in page
    assert 'value="4"' in page
    assert re.search(r"9<span[^>]*>　沈蔚 ", page)
    enter(reader, {"6": "4"}, page=page)
    assert read_table(session, FORM_2014, 2016, Scope(path=agency.path)).value("6") == 4


def test_entries_of_the_agencies_are_added_and_each_has_its_own(reader, session, agency, county):
    enter(reader, {"6": "3"})
    enter(reader, {"6": "4"}, agency=county.id)
    assert read_table(session, FORM_2014, 2016, Scope(path=agency.path)).value("6") == 7
    assert re.search(r"#row-6\">7<", open_page(reader, "/annual", year=2016))
    assert re.search(r"#row-6\">3<", open_page(reader, "/annual", year=2016, own=1))
    assert re.search(r"#row-6\">4<", open_page(reader, "/annual", year=2016, agency=county.id))


def test_fees_on_record_are_not_entered_again(reader, session, agency):
    assert 'name="7"' in open_page(reader, "/annual/entries", year=2016)
    enter(reader, {"7": "0.3"})
    assert re.search(r"#row-7\">0.3<", open_page(reader, "/annual", year=2016))
    add_case(session, agency, date(2016, 5, 3), date(2016, 5, 20), fee_yuan=Decimal(1200))
    session.commit()
    page = open_page(reader, "/annual/entries", year=2016)
    assert 'name="7"' not in page
    assert "共 1,200元，看是哪些案件" in page
    assert links_of(open_page(reader, "/annual", year=2016))["7", "", 2016][0] == "0.12"


def test_a_form_that_was_not_in_force_has_no_entry_page(reader):
    open_page(reader, "/annual/entries", 404, year=2025, form="2014")
    assert "/annual/entries" not in open_page(reader, "/annual", year=2025, form="2014")


def test_who_may_not_enter_sees_figures_without_a_way_in(client, session, agency, log_in_as):
    log_in_as(client, Role.CLERK)
    session.add(
        AnnualEntry(agency_id=agency.id, year=2016, form="2014", row="6", value=3, entered_at=NOW)
    )
    session.commit()
    page = open_page(client, "/annual", year=2016)
    assert "/annual/entries" not in page
    assert '<span class="cw-blank">3</span>' in page
    assert '<span class="cw-blank"><span class="cw-noprint">未填</span></span>' in page
    open_page(client, "/annual/entries", 403, year=2016)


# --- small things ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", None),
        ("  ", None),
        ("0", Decimal(0)),
        ("１２", Decimal(12)),
        ("1,204", Decimal(1204)),
        ("1，204", Decimal(1204)),
        ("3.0", Decimal(3)),
    ],
)
def test_how_a_figure_may_be_typed(typed, expected):
    assert parse_figure(typed, ENTRY_ROWS["1.1"]) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (Decimal("0E-8"), "0"),
        (Decimal("0.0500"), "0.05"),
        (Decimal("1200.0000"), "1200"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_how_a_figure_is_written(value, text):
    assert figure_text(value) == text


def test_a_cell_of_the_2014_form_in_words():
    assert cell_in_words(FORM_2014, "3.3.4.1", "") == (
        "三、依申请公开情况 › （三）申请答复数 › 4.不同意公开答复数 › 其中：1.涉及国家秘密"
    )


def test_part_two_is_entered_with_last_years_figures_beside(reader, session, agency):
    session.add(
        AnnualEntry(
            agency_id=agency.id, year=2024, form="2021", row="H1.1.1", value=7, entered_at=NOW
        )
    )
    session.commit()

    def save(**figures):
        page = open_page(reader, "/annual/entries", year=2025)
        seen = page.split('name="seen" value="')[1].split('"')[0]
        data = {"csrf_token": csrf_token(page), "seen": seen} | figures
        return reader.post("/annual/entries?year=2025", data=data)

    assert "上年 7" in open_page(reader, "/annual/entries", year=2025)
    assert save(**{"H1.1.1": "９", "H4.1.1": "0.5"}).status_code == 302
    shown = open_page(reader, "/annual", year=2025)
    assert "二、主动公开政府信息情况" in shown
    assert ">9<span" in shown
    assert '<span class="cw-blank">7</span>' in shown
    bad = save(**{"H1.1.1": "1.5"})
    assert bad.status_code == 422
    assert "请您填整数" in bad.get_data(as_text=True)
