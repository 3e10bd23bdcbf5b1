"""The server: reads a request, holds it against the description, asks the routes, lets faults happen."""

import http.server
import json
import threading
import time
import traceback
import urllib.parse

from . import faults
from .description import API, Description
from .routes import ROUTES, Asked, Refused
from .state import Repository, Token


class Request:
    """One that came, as it came."""

    def __init__(self, number, method, path, query, headers, body, at):
        self.number, self.method, self.path, self.query = number, method, path, query
        self.headers, self.body, self.at, self.fault = headers, body, at, None

    def __repr__(self):
        return f"{self.number}: {self.method} {self.path}{' !' + self.fault.kind if self.fault else ''}"


class FakeGitHub:
    """`delay`: seconds that each answer takes. `context`: an ssl.SSLContext, for https. `prefix`: "/api/v3" as on GHES.
    `control`: also take `/_fake/...`, for tests in other languages."""

    def __init__(self, owner="octo", name="perf", delay=0.0, context=None, prefix="", port=0, control=False):
        self.description = Description()
        self.repository = Repository(owner, name)
        self.repositories = {f"{owner}/{name}": self.repository}
        self.tokens, self.requests, self.violations, self.own_faults = {}, [], [], []
        self.delay, self.prefix, self.control = delay, prefix, control
        self.rate_remaining, self.rate_limit = 1000, 1000
        self.last_target, self.lock = "/", threading.RLock()
        self._plan = []
        self.elsewhere = Elsewhere()
        self._server = _serve(_Handler, self, port, context)
        scheme = "https" if context else "http"
        self.html_url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        self.url = self.html_url + prefix

    def stop(self):
        for server in (self._server, self.elsewhere.server):
            server.shutdown()
            server.server_close()

    # ---- what tests say and ask

    def token(self, permissions=None, login=None, text=None):
        """A token that is valid, with `permissions` like {"pull-requests": "write", "checks": "write"}."""
        text = text or f"ghs_{len(self.tokens):02}SentinelTokenOfATest0123456789abcd"
        more = {"login": login} if login else {}
        self.tokens[text] = Token(permissions if permissions is not None else
                                  {"pull-requests": "write", "checks": "write", "statuses": "write",
                                   "contents": "write", "actions": "read"}, **more)
        return text

    def plan(self, *planned):
        with self.lock:
            self._plan += planned

    def comments(self, issue):
        with self.lock:
            return [one for _, one in sorted(self.repository.comments.items()) if one["issue"] == issue]

    def add_pull(self, *arguments, **options):
        return self.repository.add_pull(*arguments, **options)

    # ---- what the handler and the routes need

    def localised(self, value):
        """An example of the description, with our address in place of GitHub's."""
        if isinstance(value, str):
            return value.replace(API, self.url)
        if isinstance(value, list):
            return [self.localised(item) for item in value]
        if isinstance(value, dict):
            return {key: self.localised(item) for key, item in value.items()}
        return value

    def path_of(self, template, values):
        for name, value in values.items():
            template = template.replace("{" + name + "}", urllib.parse.quote(value, safe="/"))
        return template

    def note(self, method, path, query, headers, body):
        with self.lock:
            request = Request(len(self.requests) + 1, method, path, query, headers, body, time.monotonic())
            self.requests.append(request)
            request.fault = next((one for one in self._plan if one.takes(request.number, method, path)), None)
            self.last_target = path + ("?" + urllib.parse.urlencode(query) if query else "")
            return request

    def answer(self, request):
        """(status, headers, JSON or bytes) for a request that nothing goes wrong with."""
        with self.lock:
            try:
                answer = self._answer(request)
                status, headers, body = answer.status, answer.headers, answer.body
            except Refused as refused:
                status, headers, body = refused.status, refused.headers, refused.body
            except Exception:  # a defect of the fake's own: tests expect none
                self.own_faults.append(f"{request}: {traceback.format_exc()}")
                status, headers, body = 500, {}, {"message": "the fake is broken"}
            return status, headers, body

    def _answer(self, request):
        headers, violate = request.headers, lambda what: self.violations.append(f"{request}: {what}")
        if not headers.get("User-Agent"):
            raise Refused(403, "Request forbidden by administrative rules. Please make sure your request has a "
                               "User-Agent header")
        accept = headers.get("Accept", "")
        if not accept.startswith(("application/vnd.github", "application/json")):
            violate(f"Accept: {accept!r}")
        if headers.get("X-GitHub-Api-Version") not in ("2022-11-28", "2026-03-10"):
            raise Refused(400, "The specified API version is not supported")
        token = None
        if "Authorization" in headers:
            kind, _, text = headers["Authorization"].partition(" ")
            token = self.tokens.get(text) if kind in ("Bearer", "token") else None
            if token is None:
                raise Refused(401, "Bad credentials")
        found = self.description.find(request.method, request.path)
        if found is None:
            known = self.description.methods(request.path)
            violate(f"no such operation (methods of this path: {known})")
            raise Refused(404, "Not Found")
        template, values = found
        repository = self.repositories.get(f"{values.get('owner')}/{values.get('repo')}")
        if repository is None and "owner" in values:
            raise Refused(404, "Not Found")
        body = None
        if request.body:
            if not headers.get("Content-Type", "").startswith("application/json"):
                violate(f"Content-Type: {headers.get('Content-Type')!r}")
            try:
                body = json.loads(request.body)
            except ValueError:
                violate("the body is no JSON")
                raise Refused(400, "Problems parsing JSON") from None
        troubles = self.description.request_troubles(request.method, template, values, request.query, body)
        per_page = dict(request.query).get("per_page")
        if per_page is not None and not 1 <= int(per_page or 0) <= 100:
            troubles.append(f"query per_page: {per_page} is not from 1 to 100")
        if troubles:
            for trouble in troubles:
                violate(trouble)
            raise Refused(422, "Invalid request.\n\n" + "\n".join(troubles))
        if token is None and request.method != "GET":
            raise Refused(401, "Requires authentication")
        asked = Asked(self, repository, values, request.query, body, template, request.method)
        asked.token, asked.accept = token or Token({}), accept
        answer = ROUTES[request.method, template](asked)
        listed, schema = self.description.answer_schema(request.method, template, answer.status)
        if not listed:
            self.own_faults.append(f"{request}: the description lists no {answer.status}")
        if schema and not isinstance(answer.body, bytes):
            self.own_faults += [f"{request}: {one}" for one in self.description.troubles(schema, answer.body, "answer")]
        return answer

    def rate_headers(self):
        with self.lock:
            self.rate_remaining = max(0, self.rate_remaining - 1)
            return {"X-RateLimit-Limit": self.rate_limit, "X-RateLimit-Remaining": self.rate_remaining,
                    "X-RateLimit-Reset": int(time.time()) + 3600, "X-GitHub-Media-Type": "github.v3; format=json"}


class Elsewhere:
    """Another server: what it hears should hold no token. Gives out `files` (blobs), else an empty list."""

    def __init__(self):
        self.requests, self.files = [], {}
        self.server = _serve(_ElsewhereHandler, self, 0, None)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def _serve(handler, owner, port, context):
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request, client_address):
            """A client that is gone is no news."""

    server = Server(("127.0.0.1", port), type("Handler", (handler,), {"owner": owner}))
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


class _Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner = None

    def log_message(self, *_):
        pass

    def handle_any(self):
        raise NotImplementedError

    def do_GET(self):
        self.handle_any()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def compose(self, status, headers, body):
        reason = self.responses.get(http.HTTPStatus(status) if status in self.responses else status, ("Status",))[0]
        lines = [f"HTTP/1.1 {status} {reason}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if status != 204:
            lines.append(f"Content-Length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body if status not in (204, 304) else b"")


class _ElsewhereHandler(_Quiet):
    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.owner.requests.append((self.command, self.path, dict(self.headers), body))
        self.connection.sendall(self.compose(200, {"Content-Type": "application/json"},
                                             self.owner.files.get(self.path, b"[]")))


class _Handler(_Quiet):
    def handle_any(self):
        github = self.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(self.path)
        if github.control and url.path.startswith("/_fake/"):
            return self.control(url.path.removeprefix("/_fake/"), body)
        path = url.path.removeprefix(github.prefix)
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        request = github.note(self.command, path, query, self.headers, body)
        if github.delay:
            time.sleep(github.delay)
        fault = request.fault
        if fault is None or fault.stage == "after":
            status, headers, answer = github.answer(request)
        else:
            status, headers, answer = 200, {}, []  # none of it arrives whole
        if fault is not None and fault.kind in faults.ANSWERS:
            status, headers, answer = faults.ANSWERS[fault.kind](github, fault.value)
        content = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
        sent = {"Content-Type": "application/json; charset=utf-8"} | github.rate_headers() | headers
        whole = self.compose(status, sent, content)
        if fault is not None and fault.kind in faults.WIRE:
            faults.WIRE[fault.kind](self, whole, fault.value)
            return
        self.connection.sendall(whole)

    def control(self, what, body):
        """For tests in other languages: POST plan, token, pull, comment (their arguments as JSON); GET state."""
        github, given = self.owner, json.loads(body or b"{}")
        if what == "plan":
            github.plan(faults.Fault(**given))
            answer = {}
        elif what == "token":
            answer = {"token": github.token(**given)}
        elif what == "pull":
            answer = github.add_pull(**given)
        elif what == "comment":
            answer = github.repository.add_comment(**given)
        else:
            answer = {"comments": list(github.repository.comments.values()),
                      "checks": list(github.repository.checks.values()), "statuses": github.repository.statuses,
                      "requests": [[one.method, one.path] for one in github.requests],
                      "elsewhere": [[one[0], one[1], one[2]] for one in github.elsewhere.requests],
                      "violations": github.violations, "own_faults": github.own_faults}
        self.connection.sendall(self.compose(200, {"Content-Type": "application/json"}, json.dumps(answer).encode()))
