"""``casework <group> <verb>``: the terminal's way to the same acts and queries as the web.

Exit status: 0 done; 1 the answer is "no"; 2 bad input or use, with one Chinese sentence on
standard error and never a traceback.
"""

from __future__ import annotations

import importlib

import click

from casework import __version__
from casework.cli.context import OfficeGroup

# Loaded when asked for: ``casework clock`` needs neither the database nor the fonts.
_COMMANDS = {
    "annual": "casework.cli.annual",
    "archive": "casework.cli.archive",
    "audit": "casework.cli.audit",
    "backup": "casework.cli.backup",
    "calendar": "casework.cli.calendar",
    "certificate": "casework.cli.certificate",
    "clock": "casework.cli.clock",
    "db": "casework.cli.database",
    "demo": "casework.cli.demo",
    "due": "casework.cli.due",
    "ledger": "casework.cli.ledger",
    "letter": "casework.cli.letter",
    "notices": "casework.cli.notices",
    "restore": "casework.cli.backup",
    "serve": "casework.cli.serve",
    "users": "casework.cli.users",
    "verify": "casework.cli.verify",
}


class _LazyGroup(OfficeGroup):
    """Finds a command in its own module, on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(importlib.import_module(module), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  our own table says so
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="casework")
def main() -> None:
    """依申请公开办件系统：命令行。"""
