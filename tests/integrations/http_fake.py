"""An HTTP server on 127.0.0.1 that answers as told, one answer a request, and remembers what it was asked."""

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Asked:
    method: str
    path: str
    headers: dict
    body: bytes
    connection: tuple


@dataclass
class Server:
    url: str = ""
    asked: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    def will(self, status=200, content=None, **headers):
        """Queue an answer; ``content`` is a JSON value, bytes, or a function of the request; None hangs up."""
        self.answers.append((status, content, headers))

    def will_write(self, pieces):
        """Queue an answer byte by byte: ``pieces`` go to the socket as they come, head and all, and then it is closed."""
        self.answers.append((None, pieces, {}))


@contextmanager
def http_server():
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self):
            length = int(self.headers.get("content-length", 0))
            asked = Asked(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
                self.client_address,
            )
            server.asked.append(asked)
            status, content, headers = server.answers.pop(0)
            if status is None:
                self.close_connection = True
                with suppress(ConnectionError):
                    for piece in content:
                        self.wfile.write(piece)
                return
            if callable(content):
                content = content(asked)
            if content is None:
                self.close_connection = True
                return
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in (
                {"content-type": "application/json", "content-length": str(len(body))} | headers
            ).items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
