"""``casework annual import-return``, ``returns`` and ``verify-lock``: other units, locked years."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.annual_options import YEARS, as_json_option, scope_of
from casework.cli.context import answer, office
from casework.domain.application import ApplicantType
from casework.domain.errors import RuleBroken
from casework.domain.restriction import WITHHELD
from casework.queries.agencies import find_agency
from casework.queries.annual_locks import list_locks_in_force
from casework.queries.annual_record import check_lock
from casework.queries.annual_returns import Standing, list_units
from casework.queries.visibility import kept_numbers
from casework.services.handed_returns import HandIn, hand_in
from casework.services.inspection import AskedLedger, Order, export_inspection_ledger
from casework.services.published_reports import judge_file

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.queries.agencies import AgencyRow
    from casework.queries.annual_returns import UnitStanding
    from casework.services.handed_returns import HandInReport

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_agency_option = click.option("--agency", "agency_key", help="机关代码、名称或路径，不填为全部")


@click.command("import-return")
@click.argument("file", metavar="文件", type=_FILE)
@click.option("--year", type=YEARS, help="年度，不填看文件")
@click.option("--agency", "agency_key", help="填报单位的代码、名称或路径，不填看文件")
@click.option("--covers-below", is_flag=True, help="表中已含下级")
@click.option("--beside-records", is_flag=True, help="该单位在系统里有案件，表中不含这些案件")
@click.option("--reason", default="", help="换新版的原因")
@click.option("--dry-run", is_flag=True, help="只核对，不收")
@as_json_option
def import_return(
    file: Path,
    year: int | None,
    agency_key: str | None,
    reason: str,
    *,
    covers_below: bool,
    beside_records: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """收下系统外单位报送的统计表（.xlsx .json .docx）；核对不通过的不收，退出状态为 1。"""
    content = file.read_bytes()
    judged = judge_file(content, file.name, year=year)
    if judged.sheet is None:
        raise RuleBroken("no_table", "文件里没有统计表，请您核对文件。", field="file")
    with office() as desk:
        unit = _unit(desk.session, agency_key, judged.agency)
        report = hand_in(
            desk,
            HandIn(
                agency_id=unit.id,
                year=year or judged.sheet.year,
                file_name=file.name,
                content=content,
                covers_below=covers_below,
                beside_records=beside_records,
                reason=reason,
            ),
            dry_run=dry_run,
        )
    if as_json:
        answer(_written(report, unit))
    else:
        for check in report.checks:
            click.echo(f"{check.verdict}\t{check.message}")
        click.echo(_outcome(report, dry_run=dry_run), err=True)
    if not report.is_sound:
        sys.exit(1)


@click.command()
@click.option("--year", type=YEARS, required=True, help="年度")
@_agency_option
@click.option("--missing", is_flag=True, help="只列没有报的单位")
@as_json_option
def returns(year: int, agency_key: str | None, *, missing: bool, as_json: bool) -> None:
    """列出各单位的数从哪里来：系统内办件、报送的表，或者没有报。"""
    with office() as desk:
        scope, _ = scope_of(desk.session, agency_key, own=False)
        units = list_units(desk.session, year, scope)
        if missing:
            units = [unit for unit in units if unit.standing is Standing.MISSING]
        if as_json:
            answer([_unit_as_json(unit) for unit in units])
            return
        for unit in units:
            click.echo("\t".join((unit.code, "　" * unit.depth + unit.name, _where(unit))))
    click.echo(f"共{len(units)}个单位", err=True)


@click.command("verify-lock")
@click.option("--year", type=YEARS, help="年度，不填为全部已锁定的年度")
@_agency_option
@as_json_option
def verify_lock(year: int | None, agency_key: str | None, *, as_json: bool) -> None:
    """重算已锁定的年度，与锁定时的数和案件逐格比较；有不同时退出状态为 1。"""
    with office() as desk:
        scope, _ = scope_of(desk.session, agency_key, own=False)
        locks = list_locks_in_force(desk.session, scope, year)
        if not locks:
            raise RuleBroken("no_lock", "没有锁定的年度，请您核对年度和机关。", field="year")
        found = [(lock, check_lock(desk.session, lock)) for lock in locks]
        kept = kept_numbers(
            desk.session,
            desk.actor,
            [n for _, check in found for one in check.differences for n in (*one.left, *one.came)],
        )
        written = [
            {
                "agency": lock.agency.code,
                "name": lock.agency.name,
                "year": lock.year,
                "own": lock.own,
                "form": lock.form,
                "status": lock.status.value,
                "rules_version": lock.rules_version,
                "sha256": lock.sha256,
                "intact": check.intact,
                "same": check.same,
                "differences": [
                    {
                        "cell": ",".join(part for part in (one.row, one.column) if part),
                        "locked": None if one.locked is None else float(one.locked),
                        "now": None if one.now is None else float(one.now),
                        "left": [WITHHELD if n in kept else n for n in one.left],
                        "came": [WITHHELD if n in kept else n for n in one.came],
                    }
                    for one in check.differences
                ],
            }
            for lock, check in found
        ]
    if as_json:
        answer(written)
    else:
        for one in written:
            click.echo(_verdict(one))
    if not all(check.same for _, check in found):
        sys.exit(1)


@click.command("ledger")
@click.option("--year", type=YEARS, required=True, help="年度")
@_agency_option
@click.option(
    "--order",
    type=click.Choice([one.value for one in Order]),
    default=Order.RECEIVED.value,
    help="按收到日期、机关、办理结果或者期限排",
)
@click.option("--full", is_flag=True, help="写出申请人全名，不遮盖")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="文件名，以 .pdf 或 .xlsx 结尾",
)
def inspection_ledger(
    year: int, agency_key: str | None, order: str, output: Path, *, full: bool
) -> None:
    """供检查的台账：一个年度统计表计数的案件，排序、小计、合计。"""
    with office() as desk:
        unit = _unit(desk.session, agency_key, "") if agency_key else None
        asked = AskedLedger(
            year=year,
            agency_id=unit.id if unit else None,
            order=Order(order),
            name_of=None if full else _masked,
        )
        title, content = export_inspection_ledger(desk, asked, output.suffix.lower())
    output.write_bytes(content)
    click.echo(f"已写入 {output}：{title}", err=True)


def _masked(name: str, kind: ApplicantType) -> str:
    return name if kind is not ApplicantType.NATURAL_PERSON else name[:1] + "＊" * (len(name) - 1)


def _unit(session: Session, key: str | None, name: str) -> AgencyRow:
    wanted = key or name
    if not wanted:
        raise RuleBroken(
            "agency_missing", "文件里没有写填报单位，请您用 --agency 指明。", field="agency"
        )
    found = find_agency(session, wanted)
    if found is None:
        raise RuleBroken(
            "no_such_agency",
            f"没有找到机关“{wanted}”，请您用 --agency 写明它的代码、名称或路径。",
            field="agency",
        )
    return found


def _written(report: HandInReport, unit: AgencyRow) -> dict[str, Any]:
    return {
        "agency": {"code": unit.code, "name": unit.name},
        "form": report.table.form.code,
        "year": report.table.year,
        "kept": report.version > 0,
        "version": report.version or None,
        "former": report.former or None,
        "changed": [",".join(part for part in cell if part) for cell, _, _ in report.changed],
        "checks": [check.as_json() for check in report.checks],
    }


def _outcome(report: HandInReport, *, dry_run: bool) -> str:
    if report.version:
        return f"已收下{report.agency}{report.table.year}年度的表，第{report.version}版"
    if not report.is_sound:
        return "没有收下：有核对不通过的，请退回填报单位改正"
    return "核对通过，没有收下（--dry-run）" if dry_run else "没有收下"


def _where(unit: UnitStanding) -> str:
    if unit.handed is not None:
        return f"{unit.standing.label}，第{unit.handed.version}版"
    if unit.covered_by:
        return f"含在{unit.covered_by}报送的表中"
    if unit.standing is Standing.RECORDS:
        return f"{unit.standing.label}{unit.cases}件"
    return unit.standing.label


def _unit_as_json(unit: UnitStanding) -> dict[str, Any]:
    return {
        "agency": unit.code,
        "name": unit.name,
        "standing": unit.standing.value,
        "cases": unit.cases,
        "version": unit.handed.version if unit.handed else None,
        "sha256": unit.handed.file_sha256 if unit.handed else None,
        "covered_by": unit.covered_by or None,
        "counted_twice": unit.is_counted_twice,
    }


def _verdict(one: dict[str, Any]) -> str:
    whose = f"{one['name']}{'（仅本级）' if one['own'] else ''}\t{one['year']}年度"
    if not one["intact"]:
        return f"{whose}\t存下的表与校验值不符，请立即核查数据库"
    if one["same"]:
        return f"{whose}\t与锁定时逐格相同，校验值 {one['sha256'][:16]}"
    cells = "、".join(difference["cell"] for difference in one["differences"][:8])
    return f"{whose}\t有{len(one['differences'])}格与锁定时不同：{cells}"
