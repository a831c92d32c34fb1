"""A program that listens at an address of this machine, remembers what it was told and answers as
it is asked to: 202 unless `answer` says otherwise; `to` is where a redirect leads."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


class Listener(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answer, self.to = 202, ""

    def address(self, path: str) -> str:
        return f"http://localhost:{self.server_port}{path}"


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((told, body))
        self.send_response(self.server.answer)
        if self.server.to:
            self.send_header("Location", self.server.to)
        self.end_headers()
        self.wfile.write(b'{"id": "sms-7"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener(settings):
    settings.PRIVATE_HOSTS = ["localhost"]
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
