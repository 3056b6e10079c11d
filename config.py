"""Settings, read from the environment once, at start-up; the package itself reads none."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent
KEY_BYTES = 32


def load(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the settings of this installation; makes its home and its keys where missing.

    ``CASEWORK_HOME`` (default ``./var``) holds everything that is the installation's own: the
    database, the keys (mode 0600), the converted fonts. ``DATABASE_URL`` picks another database.
    """
    env = dict(os.environ if environ is None else environ)
    home = Path(env.get("CASEWORK_HOME") or ROOT / "var").resolve()
    home.mkdir(parents=True, exist_ok=True)
    url = env.get("DATABASE_URL") or f"sqlite:///{home / 'casework.db'}"
    is_sqlite = url.startswith("sqlite:")
    if not is_sqlite and not url.startswith(("postgresql:", "postgresql+psycopg:")):
        _refuse("DATABASE_URL 须以 sqlite: 或者 postgresql+psycopg: 开头，请更正")
    return {
        "CASEWORK_HOME": home,
        "SECRET_KEY": _key(home, "session").hex(),
        "DATA_KEY": _key(home, "data"),
        "AUDIT_KEY": _key(home, "audit"),
        "AUDIT_HASH": _choice(env, "CASEWORK_AUDIT_HASH", "sha256", "sm3"),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": {} if is_sqlite else _postgresql_options(),
        "REPLY_WORKING_DAYS": reply_working_days(env),
        "DEMO": env.get("CASEWORK_DEMO", "") == "1",
        "FONT_CACHE": Path(env.get("CASEWORK_FONT_CACHE") or home / "fonts"),
        "FONT_FOLDER": Path(env.get("CASEWORK_FONTS") or home / "fonts" / "office"),
        "MANUAL_FOLDER": ROOT / "docs" / "manual",
        "SYSTEM_NAME": "依申请公开办件系统",
        "CERTIFICATE_HEADER": "",
        **_notice_settings(env),
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": env.get("CASEWORK_HTTPS", "") == "1",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
    }


def reply_working_days(environ: dict[str, str] | None = None) -> int:
    """Return the office's own promise in working days; the user's 15 unless set otherwise."""
    env = dict(os.environ if environ is None else environ)
    return _number(env, "REPLY_WORKING_DAYS", 15, lowest=1, highest=20)


def is_installed(environ: dict[str, str] | None = None) -> bool:
    """Say whether there is a database to ask, without making a home for one."""
    env = dict(os.environ if environ is None else environ)
    home = Path(env.get("CASEWORK_HOME") or ROOT / "var")
    return bool(env.get("DATABASE_URL")) or (home / "casework.db").exists()


def _notice_settings(env: dict[str, str]) -> dict[str, str]:
    """Return how notices leave the house; without an address a way is closed."""
    smtp = env.get("CASEWORK_SMTP_URL", "").strip()
    if smtp and not smtp.startswith(("smtp://", "smtp+starttls://", "smtps://")):
        _refuse("CASEWORK_SMTP_URL 须以 smtp://、smtp+starttls:// 或者 smtps:// 开头，请更正")
    sender = env.get("CASEWORK_MAIL_SENDER", "").strip()
    if smtp and "@" not in sender:
        _refuse("设了 CASEWORK_SMTP_URL，还须用 CASEWORK_MAIL_SENDER 写明发件地址")
    robot = env.get("CASEWORK_ROBOT_URL", "").strip()
    if robot and not robot.startswith(("https://", "http://")):
        _refuse("CASEWORK_ROBOT_URL 须以 https:// 或者 http:// 开头，请更正")
    return {
        "SMTP_URL": smtp,
        "MAIL_SENDER": sender,
        "ROBOT_URL": robot,
        "ROBOT_STYLE": _choice(env, "CASEWORK_ROBOT_STYLE", "wecom", "dingtalk", "json"),
        "ROBOT_SECRET": env.get("CASEWORK_ROBOT_SECRET", "").strip(),
        "SITE_URL": env.get("CASEWORK_SITE_URL", "").strip().rstrip("/"),
    }


def _postgresql_options() -> dict[str, Any]:
    # prepare_threshold=None: PgBouncer breaks prepared statements, and generic plans can be slow.
    return {"pool_pre_ping": True, "connect_args": {"prepare_threshold": None}}


def _refuse(sentence: str) -> NoReturn:
    """Stop before anything is made of a setting that cannot be, in one sentence, with status 2."""
    print(sentence, file=sys.stderr)  # noqa: T201  there is no application yet to speak for us
    raise SystemExit(2)


def _number(env: dict[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit() or not lowest <= int(text) <= highest:
        _refuse(f"{name} 须是 {lowest} 到 {highest} 之间的整数，现在是“{text}”，请更正")
    return int(text)


def _choice(env: dict[str, str], name: str, *choices: str) -> str:
    """Return one of ``choices``, the first if nothing is said."""
    text = env.get(name, "").strip().lower() or choices[0]
    if text not in choices:
        msg = f"{name} 只能是 {'、'.join(choices)} 之一，现在是“{text}”"
        raise SystemExit(msg)
    return text


def _key(home: Path, name: str) -> bytes:
    """Return this installation's key, made on first use and readable by its owner only."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
    key = bytes.fromhex(path.read_text().strip())
    if len(key) != KEY_BYTES:
        _refuse(f"密钥文件 {path.name} 已损坏：应有 {KEY_BYTES} 个字节。请从备份恢复")
    return key
