"""What every command needs: an application, a session, an actor; and errors as one sentence."""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from casework.domain import time_source
from casework.domain.errors import DomainError
from casework.domain.permissions import Actor, Role
from casework.domain.working_days import shipped_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from flask import Flask

    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.desk import Desk

BAD_INPUT = 2

_USAGE = {
    "NoSuchOption": "没有选项“{name}”，用 --help 看有哪些选项",
    "NoSuchCommand": "没有命令“{name}”，用 --help 看有哪些命令",
    "MissingParameter": "还缺{name}，用 --help 看用法",
    "BadParameter": "{name} 的值不对，用 --help 看用法",
    "BadOptionUsage": "选项“{name}”用法不对，用 --help 看用法",
}


_FILE_TROUBLE = {
    FileNotFoundError: "找不到这个文件或者文件夹，请核对路径",
    PermissionError: "没有读写它的权限，请换一个位置或者请管理员授权",
    IsADirectoryError: "这是一个文件夹，请给出文件名",
    NotADirectoryError: "路径中间有一段不是文件夹，请核对路径",
}


class OfficeGroup(click.Group):
    """A group whose commands end as interfaces promise: one Chinese sentence, never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, turning what went wrong into a sentence on standard error and exit status 2."""
        kwargs["standalone_mode"] = False
        try:
            status = super().main(*args, **kwargs)
        except DomainError as error:
            refuse(error.message)
        except click.exceptions.Exit as leave:
            sys.exit(leave.exit_code)
        except click.Abort:
            refuse("已中断，没有做完的部分不会生效")
        except click.ClickException as error:
            refuse(_usage_sentence(error))
        except BrokenPipeError:
            sys.exit(0)
        except OSError as error:
            reason = _FILE_TROUBLE.get(type(error), error.strerror or type(error).__name__)
            refuse(f"“{error.filename or '文件'}”：{reason}")
        except Exception as error:
            if "CASEWORK_TRACEBACK" in os.environ:
                raise
            refuse(
                f"程序出错（{type(error).__name__}），已做的部分没有保存。请在命令前加 "
                "CASEWORK_TRACEBACK=1 再执行一次，把显示的内容发给维护人员"
            )
        sys.exit(status if isinstance(status, int) else 0)


def _usage_sentence(error: click.ClickException) -> str:
    name = getattr(error, "option_name", None) or getattr(error, "command_name", None)
    parameter = getattr(error, "param", None)
    if name is None and parameter is not None:
        name = (
            parameter.opts[0]
            if isinstance(parameter, click.Option)
            else parameter.make_metavar(
                click.get_current_context(silent=True) or click.Context(click.Command("casework"))
            )
        )
    for kind in type(error).__mro__:
        if kind.__name__ in _USAGE:
            return _USAGE[kind.__name__].format(name=name or "参数")
    return f"用法不对（{error.format_message()}），用 --help 看用法"


def refuse(sentence: str) -> NoReturn:
    """Say why not, in one sentence on standard error, and leave with status 2."""
    click.echo(sentence, err=True)
    sys.exit(BAD_INPUT)


def answer(value: Any) -> None:
    """Print one JSON value on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def make_app() -> Flask:
    """Make the application as the deployment configures it (``config.py`` beside the package)."""
    app: Flask = _deployment("wsgi").app
    return app


def make_ready_app() -> Flask:
    """Make the application over a database of the right structure; a new one is set up at once.

    Raises DomainError if the tables are of another version or the database cannot be reached.
    """
    app = make_app()
    with app.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415

        from casework.extensions import db  # noqa: PLC0415
        from casework.queries.schema import schema_revision  # noqa: PLC0415

        found = schema_revision(db.session())
        db.session.remove()
        versions = Path(app.extensions["migrate"].directory) / "versions"
        head = current_head(versions)
        if found is None:
            upgrade()
            click.echo("首次使用，已建立数据库", err=True)
        elif found != head:
            raise DomainError(
                f"数据库结构是 {found}，本版本需要 {head}。请先备份，再执行 casework db upgrade"
            )
    return app


def current_head(versions: Path) -> str:
    """Return the revision this program's migrations lead to.

    ``.current-head`` names the newest file whole, so that two branches which both add a migration
    clash in it whatever numbers they took.
    """
    name = (versions / ".current-head").read_text(encoding="utf-8").strip()
    return name.partition("_")[0]


def installed_calendar() -> WorkingDayCalendar:
    """Return the calendar of this installation; without one, the notices that ship with us."""
    if not _deployment("config").is_installed():
        return shipped_calendar()
    with make_app().app_context():
        from casework.extensions import db  # noqa: PLC0415
        from casework.queries.calendar import find_calendar  # noqa: PLC0415

        calendar = find_calendar(db.session())
        db.session.remove()
    return calendar or shipped_calendar()


def office_days() -> int:
    """Return the office's own limit in working days (``REPLY_WORKING_DAYS``)."""
    days: int = _deployment("config").reply_working_days()
    return days


def _deployment(module: str) -> ModuleType:
    """Import a module that stands beside the package and knows it, never the other way round."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    return importlib.import_module(module)


@contextmanager
def office(login: str | None = None) -> Iterator[Desk]:
    """Open the office's records for one command.

    The command line is the machine's operator's: without ``--as`` it acts as 系统 for the whole
    tree; with a log-in name it acts as that person, with that person's permissions.
    """
    app = make_ready_app()
    with app.app_context():
        from casework.extensions import db  # noqa: PLC0415
        from casework.queries.calendar import current_calendar  # noqa: PLC0415
        from casework.services.accounts import actor_of  # noqa: PLC0415
        from casework.services.desk import Desk  # noqa: PLC0415

        session = db.session()
        actor = actor_of(session, login) if login else operator()
        yield Desk(
            session=session,
            actor=actor,
            now=time_source.now(),
            calendar=current_calendar(session),
            stationery=app.extensions["casework_stationery"],
            office_days=app.config["REPLY_WORKING_DAYS"],
        )
        db.session.remove()


def operator() -> Actor:
    """Return the actor for the machine's operator: no account, the whole tree."""
    roles = frozenset({Role.CLERK, Role.STATISTICIAN})
    return Actor(user_id=None, name="系统", agency_id=None, agency_path="/", roles=roles)


def attachment_folder() -> Path:
    """Return where this installation keeps attachments."""
    return Path(make_app().config["CASEWORK_HOME"]) / "attachments"
