"""What can go wrong between a client and GitHub, each by name, for one request or several."""

import functools
import gzip
import json
import re
import socket
import struct
import time
import zlib


class Fault:
    """Goes wrong at request number `request` (counted from 1), or at those that `method` and `path` (an expression)
    match; `times` times. `stage`: "before" GitHub has done what was asked, or "after" it. `value`: see KINDS."""

    def __init__(self, kind, request=None, method=None, path=None, times=1, stage="before", value=None):
        if kind not in KINDS:
            raise ValueError(f"no fault {kind}: {sorted(KINDS)}")
        self.kind, self.request, self.method, self.path = kind, request, method, path
        self.left, self.stage, self.value = times, stage, value

    def takes(self, number, method, path):
        if self.left <= 0 or (self.method and self.method != method):
            return False
        if self.request is not None and number < self.request:
            return False
        if self.path and not re.search(self.path, path):
            return False
        self.left -= 1
        return True


# ---- Answers: (status, headers, body)

def page(status):
    html = b"<html><head><title>Unicorn!</title></head><body>no server is available</body></html>"
    return lambda github, value: (status, {"Content-Type": "text/html"}, html)


def says(status, message, headers=None, **more):
    body = json.dumps({"message": message, "documentation_url": "https://docs.github.com"} | more).encode()
    return lambda github, value: (status, headers(value) if headers else {}, body)


def body(content, kind="application/json; charset=utf-8", status=200):
    return lambda github, value: (status, {"Content-Type": kind}, content)


def redirect(status, where):
    return lambda github, value: (status, {"Location": where(github, value)}, b"")


def retry_after(value):
    return {"Retry-After": str(value)}


def spent(value):
    """`value`: seconds from now until the limit is lifted."""
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + int(value or 0))}


def link(where):
    def answer(github, value):
        return 200, {"Link": f'<{where(github, value)}>; rel="next"', "Content-Type": "application/json"}, b"[]"
    return answer


@functools.lru_cache
def zeros(mebibytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b"\0" * (1 << 20)
    return b"".join(packer.compress(piece) for _ in range(mebibytes)) + packer.flush()


def gzip_bomb(github, value):
    """`value` MiB of zeros (256), which arrive as a thousandth."""
    return 200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, zeros(value or 256)


def many_zips(github, value):
    return 200, {"Content-Type": "application/json", "Content-Encoding": ", ".join(["gzip"] * 20)}, b"[]"


def broken_gzip(github, value):
    packed = gzip.compress(b"[" + b" " * 100000 + b"]")
    return 200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, packed[:12] + b"\xff" * 40


ANSWERS = {
    "500": says(500, "Server Error"),
    "502-html": page(502),
    "503": says(503, "Service Unavailable"),
    "503-retry-after": says(503, "Service Unavailable", retry_after),
    "504": page(504),
    "408": says(408, "Request Timeout"),
    "520": page(520),
    "200-html": page(200),
    "200-empty": body(b""),
    "200-bad-json": body(b'[{"id": 1, "body": "cut he'),
    "200-two-values": body(b"[] []"),
    "200-twice-a-key": body(b'{"id": 1, "id": 2}'),
    "200-deep-json": body(b"[" * 100000),
    "200-not-utf8": body(b'["\xff\xfe"]'),
    "200-wrong-shape": body(b'"a text"'),
    "200-null": body(b"null"),
    "204": body(b"", status=204),
    "304": body(b"", status=304),
    "400": says(400, "Problems parsing JSON"),
    "401": says(401, "Bad credentials"),
    "401-echo": lambda github, value: (401, {}, json.dumps(
        {"message": "Bad credentials: " + str(github.requests[-1].headers.get("Authorization"))}).encode()),
    "403-permission": says(403, "Resource not accessible by integration"),
    "403-sso": says(403, "Resource protected by organization SAML enforcement.",
                    lambda value: {"X-GitHub-SSO": "required; url=https://github.com/orgs/o/sso"}),
    "403-other": says(403, "Must have admin rights to Repository."),
    "403-limit": says(403, "API rate limit exceeded", spent),
    "403-secondary": says(403, "You have exceeded a secondary rate limit. Please wait a few minutes."),
    "403-retry-after": says(403, "You have exceeded a secondary rate limit.", retry_after),
    "404": says(404, "Not Found"),
    "409": says(409, "Conflict"),
    "410": says(410, "This issue was deleted"),
    "422": says(422, "Validation Failed", errors=[{"resource": "IssueComment", "code": "custom", "field": "body",
                                                  "message": "is wrong"}]),
    "429": says(429, "Too Many Requests"),
    "429-retry-after": says(429, "Too Many Requests", retry_after),
    "429-limit": says(429, "API rate limit exceeded", spent),
    "redirect-loop": redirect(302, lambda github, value: github.url + github.last_target),
    "redirect-far": redirect(307, lambda github, value: github.elsewhere.url + "/stolen"),
    "redirect-http": redirect(302, lambda github, value: "http://github.invalid/stolen"),
    "redirect-file": redirect(302, lambda github, value: "file:///etc/passwd"),
    "redirect-user": redirect(302, lambda github, value: "https://a:b@github.invalid/"),
    "redirect-nowhere": lambda github, value: (302, {}, b""),
    "redirect-nonsense": redirect(301, lambda github, value: "http://[::"),
    "link-far": link(lambda github, value: github.elsewhere.url + "/stolen"),
    "link-loop": link(lambda github, value: github.url + github.last_target),
    "link-user": link(lambda github, value: github.url.replace("http://", "http://a:b@") + "/x"),
    "link-nonsense": link(lambda github, value: "http://[::"),
    "gzip-bomb": gzip_bomb,
    "many-zips": many_zips,
    "broken-gzip": broken_gzip,
    "big-body": body(b"[" + b" " * (11 << 20) + b"]"),
}


# ---- What happens to the connection. `answer`: the bytes that GitHub would have sent

def reset(handler, answer, value):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def close(handler, answer, value):
    handler.close_connection = True
    try:
        handler.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def sending(part, then):
    """Sends what `part` makes of the answer, then goes on with `then`."""
    def fault(handler, answer, value):
        try:
            handler.connection.sendall(part(answer))
            then(handler, answer, value)
        except OSError:
            handler.close_connection = True
    return fault


def stall(handler, answer, value):
    """Says nothing more for `value` seconds (60), or until the client has had enough."""
    handler.connection.settimeout(value or 60)
    try:
        handler.connection.recv(1)
    except OSError:
        pass
    close(handler, answer, value)


def drip(handler, answer, value):
    """A byte a second."""
    for i in range(min(len(answer), int(value or 120))):
        handler.connection.sendall(answer[i:i + 1])
        time.sleep(1)
    close(handler, answer, value)


def head_of(answer):
    return answer[:answer.index(b"\r\n\r\n") + 4]


def halfway(answer):
    return answer[:len(head_of(answer)) + (len(answer) - len(head_of(answer))) // 2]


def with_length(answer, length):
    return re.sub(rb"(?i)content-length: \d+", b"Content-Length: %d" % length, answer)


def body_of(answer):
    return answer[len(head_of(answer)):]


def chunked(pieces):
    def part(answer):
        head = re.sub(rb"(?i)content-length: \d+", b"Transfer-Encoding: chunked", head_of(answer))
        return head + pieces(body_of(answer))
    return part


def endless_headers(handler, answer, value):
    handler.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(100000):
        handler.connection.sendall(b"X-More-%d: %s\r\n" % (i, b"x" * 1000))


WIRE = {
    "reset": reset,
    "close": close,
    "reset-in-head": sending(lambda answer: head_of(answer)[:20], reset),
    "close-in-head": sending(lambda answer: head_of(answer)[:40], close),
    "reset-in-body": sending(halfway, reset),
    "close-in-body": sending(halfway, close),
    "long-length": sending(lambda answer: with_length(answer, len(answer) + 1000), close),
    "short-length": sending(lambda answer: with_length(answer, max(1, len(body_of(answer)) // 2)), close),
    "length-twice": sending(lambda answer: answer.replace(b"\r\n", b"\r\nContent-Length: 1\r\n", 1), close),
    "cut-chunk": sending(chunked(lambda body: b"%x\r\n" % len(body) + body[:len(body) // 2]), close),
    "no-last-chunk": sending(chunked(lambda body: b"%x\r\n" % len(body) + body + b"\r\n"), close),
    "bad-chunk": sending(chunked(lambda body: b"zz\r\n" + body), close),
    "stall": stall,
    "stall-in-head": sending(lambda answer: head_of(answer)[:20], stall),
    "stall-in-body": sending(halfway, stall),
    "drip": sending(lambda answer: b"", drip),
    "no-http": sending(lambda answer: b"SSH-2.0-OpenSSH_9.2\r\n\r\n" + body_of(answer), close),
    "http-0.9": sending(body_of, close),
    "status-nonsense": sending(lambda answer: b"HTTP/1.1 abc OK\r\n\r\n[]", close),
    "many-100s": sending(lambda answer: b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + answer, close),
    "endless-headers": sending(lambda answer: b"", endless_headers),
    "head-nul": sending(lambda answer: answer.replace(b"\r\n", b"\r\nX-Bad: a\0b\r\n", 1), close),
}

KINDS = {**ANSWERS, **WIRE}
