"""The two ways out of the house: a mail server and a work group's robot, both set by the machine.

Addresses of servers come from the settings alone, never from a person or a record, so nobody can
make the machine call somewhere else (ASVS 5.0 1.3.6). A robot's address is a secret: it is not
repeated in any sentence.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote, urlsplit

from casework.domain import time_source
from casework.domain.notices import NoticeChannel
from casework.services.notices import NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from casework.services.notices import Message, Sender

_PATIENCE = 20.0
"""Seconds a server may take to answer."""

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSender:
    """Sends through one SMTP server.

    ``url`` is ``smtp://host``, ``smtp+starttls://name:password@host:587`` or
    ``smtps://name:password@host``; ``sender`` the address the mail comes from.
    """

    url: str
    sender: str

    def send(self, message: Message) -> None:
        """Send one mail; NotSentError if the server is away or does not take it."""
        parts = urlsplit(self.url)
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"] = Address("依申请公开办件系统", addr_spec=self.sender)
        mail["To"] = Address(addr_spec=message.to)
        mail["Message-ID"] = f"<{message.identifier}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Date"] = time_source.now()
        mail.set_content(message.text)
        try:
            with self._connect(parts.scheme, parts.hostname or "", parts.port) as server:
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            msg = "邮件服务器不收这个收件地址，请本人核对提醒设置里的电子邮件地址"
            raise NotSentError(msg) from error
        except smtplib.SMTPAuthenticationError as error:
            msg = "邮件服务器不认设置里的用户名或者密码，请核对 CASEWORK_SMTP_URL"
            raise NotSentError(msg) from error
        except (OSError, smtplib.SMTPException) as error:
            msg = f"邮件没有发出：连不上邮件服务器，或者它没有接收（{type(error).__name__}）"
            raise NotSentError(msg) from error

    def _connect(self, scheme: str, host: str, port: int | None) -> smtplib.SMTP:
        port = port or _PORTS[scheme]
        if scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=context)
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
        if scheme == "smtp+starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


class RobotStyle(StrEnum):
    """Whose robot it is: 企业微信 or 政务微信, 钉钉, or any receiver of plain JSON."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotSender:
    """Posts JSON to a work group's robot; ``secret`` signs for 钉钉, "" where it is not used."""

    url: str
    style: RobotStyle
    secret: str = ""

    def send(self, message: Message) -> None:
        """Post one message; NotSentError unless the robot says that it took it."""
        body = _BODIES[self.style](message)
        request = urllib.request.Request(  # noqa: S310  https or http, checked with the settings
            self._address(),
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  as above
                said = answer.read(65_536)
        except OSError as error:  # URLError is one, and HTTPError holds the answer open
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            msg = f"群消息没有发出：连不上机器人，或者它没有接收（{type(error).__name__}）"
            raise NotSentError(msg) from error
        if self.style is not RobotStyle.JSON and _error_code(said) != 0:
            msg = "群消息没有发出：机器人回复说没有接收，请核对机器人的地址和安全设置"
            raise NotSentError(msg)

    def _address(self) -> str:
        if self.style is not RobotStyle.DINGTALK or not self.secret:
            return self.url
        # 钉钉开放平台“自定义机器人安全设置”: HMAC-SHA256 over the milliseconds and the secret.
        moment = str(int(time_source.now().timestamp() * 1000))
        text = f"{moment}\n{self.secret}".encode()
        mark = base64.b64encode(hmac.digest(self.secret.encode(), text, hashlib.sha256)).decode()
        joint = "&" if "?" in self.url else "?"
        return f"{self.url}{joint}timestamp={moment}&sign={quote_plus(mark)}"


def _wecom(message: Message) -> dict[str, Any]:
    text: dict[str, Any] = {"content": _content(message)}
    if message.to:
        text["mentioned_list"] = [message.to]
    return {"msgtype": "text", "text": text}


def _dingtalk(message: Message) -> dict[str, Any]:
    mention = {"atUserIds": [message.to]} if message.to else {}
    return {"msgtype": "text", "text": {"content": _content(message)}, "at": mention}


def _plain(message: Message) -> dict[str, Any]:
    return {
        "id": message.identifier,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
    }


def _content(message: Message) -> str:
    if message.text.startswith(message.subject):
        return message.text
    return f"{message.subject}\n\n{message.text}"


_BODIES: dict[RobotStyle, Callable[[Message], dict[str, Any]]] = {
    RobotStyle.WECOM: _wecom,
    RobotStyle.DINGTALK: _dingtalk,
    RobotStyle.JSON: _plain,
}


def _error_code(said: bytes) -> int | None:
    try:
        code = json.loads(said).get("errcode")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None


def senders_of(config: Mapping[str, Any]) -> dict[NoticeChannel, Sender]:
    """Return the ways that the installation's settings open; none without settings."""
    senders: dict[NoticeChannel, Sender] = {}
    if config["SMTP_URL"]:
        senders[NoticeChannel.MAIL] = MailSender(
            url=config["SMTP_URL"], sender=config["MAIL_SENDER"]
        )
    if config["ROBOT_URL"]:
        senders[NoticeChannel.CHAT] = RobotSender(
            url=config["ROBOT_URL"],
            style=RobotStyle(config["ROBOT_STYLE"]),
            secret=config["ROBOT_SECRET"],
        )
    return senders
