"""``casework notices``: tell people by mail or in the work group; a timer runs it."""

from __future__ import annotations

import secrets

import click
from flask import current_app

from casework.cli.context import answer, office, refuse
from casework.domain.notices import NoticeChannel
from casework.services.notice_senders import senders_of
from casework.services.notices import Message, NotSentError, make_notices, send_notices


@click.group()
def notices() -> None:
    """提醒：每日摘要和即时消息。"""


@notices.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def send(ctx: click.Context, *, as_json: bool) -> None:
    """写出并发送现在该发的提醒。每 10 分钟由定时器执行一次；没有发出的下次再发。"""
    with office() as desk:
        senders = senders_of(current_app.config)
        if not senders:
            refuse(
                "还没有设邮件服务器或者群机器人，请先设 CASEWORK_SMTP_URL 或者 CASEWORK_ROBOT_URL"
            )
        made = make_notices(desk, address=current_app.config["SITE_URL"])
        done = send_notices(desk, senders)
    if as_json:
        answer(
            {
                "made": made,
                "sent": done.sent,
                "waiting": done.waiting,
                "troubles": list(done.troubles),
            }
        )
    else:
        click.echo(f"新写 {made} 条，发出 {done.sent} 封，还有 {done.waiting} 条待发")
        for trouble in done.troubles:
            click.echo(trouble, err=True)
    if done.troubles:
        ctx.exit(1)


@notices.command()
@click.option("--mail", "to", required=True, help="收到试发邮件的地址")
def test(to: str) -> None:
    """试发一封邮件，看设置对不对。"""
    with office():
        sender = senders_of(current_app.config).get(NoticeChannel.MAIL)
    if sender is None:
        refuse("还没有设邮件服务器，请先设 CASEWORK_SMTP_URL")
    try:
        sender.send(
            Message(
                to=to,
                subject="试发：依申请公开办件系统",
                text="收到这封邮件，说明提醒可以发出。",
                identifier=f"test-{secrets.token_hex(8)}",
            )
        )
    except NotSentError as error:
        refuse(str(error))
    click.echo(f"已发往 {to}，请查收")
