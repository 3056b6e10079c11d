"""``casework certificate``: what an agency signs its documents with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.calendar_import import as_administrator
from casework.cli.context import answer, office
from casework.domain.errors import NotFound
from casework.domain.time_source import beijing_date
from casework.queries.agencies import find_agency
from casework.services import signing

if TYPE_CHECKING:
    from casework.domain.certificates import Certificate
    from casework.services.desk import Desk


@click.group()
def certificate() -> None:
    """签名证书：启用、查看、停用。启用之后签发的文书都带电子签名。"""


@certificate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_code", required=True, help="机关代码或名称")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="存放口令的文件；不给时在终端询问，不显示",
)
def install(file: Path, agency_code: str, passphrase_file: Path | None) -> None:
    """启用 PKCS#12 证书（.p12、.pfx）；口令只用这一次，不保存。"""
    if passphrase_file is None:
        passphrase = click.prompt("证书文件的口令", hide_input=True, default="", show_default=False)
    else:
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    with office() as desk:
        found = signing.install_certificate(
            as_administrator(desk),
            _agency_id(desk, agency_code),
            content=file.read_bytes(),
            passphrase=passphrase,
        )
    click.echo(f"已启用签名证书：{_described(found)}")


@certificate.command()
@click.option("--agency", "agency_code", required=True, help="机关代码或名称")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def show(agency_code: str, *, as_json: bool) -> None:
    """查看机关现在用的签名证书。"""
    with office() as desk:
        found = signing.get_certificate(desk.session, desk.actor, _agency_id(desk, agency_code))
    used = found.certificate
    if as_json:
        answer(
            None
            if used is None
            else {
                "subject": used.subject,
                "issuer": used.issuer,
                "serial": used.serial,
                "fingerprint": used.fingerprint,
                "not_before": used.not_before.isoformat(),
                "not_after": used.not_after.isoformat(),
            }
        )
        return
    click.echo(_described(used) if used else f"{found.agency_name}没有启用签名证书")


@certificate.command()
@click.option("--agency", "agency_code", required=True, help="机关代码或名称")
def remove(agency_code: str) -> None:
    """停用签名证书：私钥删去，已签的文书不变，以后签发的不再签名。"""
    with office() as desk:
        signing.remove_certificate(as_administrator(desk), _agency_id(desk, agency_code))
    click.echo("已停用签名证书")


def _agency_id(desk: Desk, code: str) -> int:
    agency = find_agency(desk.session, code)
    if agency is None:
        raise NotFound(f"没有代码或名称是“{code}”的机关")
    return agency.id


def _described(found: Certificate) -> str:
    last = beijing_date(found.not_after).isoformat()
    return f"{found.subject}，颁发者 {found.issuer}，序列号 {found.serial}，有效期至 {last}"
