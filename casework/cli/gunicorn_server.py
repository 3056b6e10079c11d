"""gunicorn inside our own command, so that ``casework serve`` needs no second configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from flask import Flask


class _Office(BaseApplication):  # type: ignore[misc]
    """The application with its options; gunicorn calls ``load`` in each worker."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self._app


def run_gunicorn(app: Flask, *, host: str, port: int) -> None:
    """Serve ``app`` with two workers of four threads; access logs carry no query strings."""
    _Office(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": 2,
            "worker_class": "gthread",
            "threads": 4,
            "preload_app": False,
            "accesslog": None,
            "loglevel": "warning",
            "graceful_timeout": 30,
            "control_socket_disable": True,
        },
    ).run()
