"""An address nobody can listen on is refused in one sentence, before the server is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import config

if TYPE_CHECKING:
    from pathlib import Path


def serve(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from casework.cli import main; main()", "serve", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=config.ROOT,
        env=os.environ | {"CASEWORK_HOME": str(home), "DATABASE_URL": ""},
    )


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = serve(tmp_path, "--port", str(port))
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"端口 {port} 已有别的程序在用，请换一个（--port 8001），或者先停掉那个程序"
    )


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("203.0.113.7", "本机没有地址 203.0.113.7，请核对 --host"),
        ("1::2::3", "不认识地址“1::2::3”，请核对 --host"),
    ],
)
def test_an_address_that_is_not_ours_is_named(tmp_path: Path, host: str, sentence: str) -> None:
    done = serve(tmp_path, "--host", host, "--port", "8123")
    assert (done.returncode, done.stderr.strip()) == (2, sentence)
