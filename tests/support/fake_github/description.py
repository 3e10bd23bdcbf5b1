"""GitHub's own OpenAPI description, cut to the operations that the fake serves.

`./dev test` puts the whole (13 MB, npm's @octokit/openapi) below build/; the cut is kept beside it, because reading
the whole takes a quarter of a second a test. Requests and answers are held against it, and answers begin as its examples.
"""

import copy
import json
import os
import pathlib
import re
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
WHOLE = pathlib.Path(os.environ.get("PERFGATE_OPENAPI", ROOT / "build/openapi/api.github.com.json"))
API = "https://api.github.com"

REPO = "/repos/{owner}/{repo}"
OPERATIONS = [
    ("GET", REPO),
    ("GET", "/rate_limit"),
    ("GET", REPO + "/issues/{issue_number}/comments"),
    ("POST", REPO + "/issues/{issue_number}/comments"),
    ("GET", REPO + "/issues/comments/{comment_id}"),
    ("PATCH", REPO + "/issues/comments/{comment_id}"),
    ("DELETE", REPO + "/issues/comments/{comment_id}"),
    ("POST", REPO + "/check-runs"),
    ("GET", REPO + "/check-runs/{check_run_id}"),
    ("PATCH", REPO + "/check-runs/{check_run_id}"),
    ("GET", REPO + "/commits/{ref}/check-runs"),
    ("POST", REPO + "/statuses/{sha}"),
    ("GET", REPO + "/commits/{ref}/status"),
    ("GET", REPO + "/commits/{ref}/statuses"),
    ("GET", REPO + "/commits/{ref}"),
    ("GET", REPO + "/commits/{commit_sha}/pulls"),
    ("GET", REPO + "/pulls"),
    ("GET", REPO + "/pulls/{pull_number}"),
    ("GET", REPO + "/pulls/{pull_number}/files"),
    ("GET", REPO + "/pulls/{pull_number}/reviews"),
    ("GET", REPO + "/git/ref/{ref}"),
    ("POST", REPO + "/git/refs"),
    ("PATCH", REPO + "/git/refs/{ref}"),
    ("POST", REPO + "/git/commits"),
    ("GET", REPO + "/contents/{path}"),
    ("PUT", REPO + "/contents/{path}"),
    ("GET", REPO + "/actions/runs/{run_id}"),
    ("GET", REPO + "/actions/runs/{run_id}/artifacts"),
    ("GET", REPO + "/actions/artifacts/{artifact_id}/{archive_format}"),
    ("GET", REPO + "/releases/tags/{tag}"),
]


class Description:
    """The operations and what they refer to."""

    def __init__(self):
        self.document = _cut()
        self.routes = [(method, path, _pattern(path)) for method, path in OPERATIONS]

    # ---- looking up

    def find(self, method, path):
        """(template, values) of the operation that a path belongs to; None where there is none."""
        for known, template, pattern in self.routes:
            match = pattern.fullmatch(path)
            if known == method and match:
                return template, {name: urllib.parse.unquote(value) for name, value in match.groupdict().items()}
        return None

    def methods(self, path):
        return [method for method, _, pattern in self.routes if pattern.fullmatch(path)]

    def operation(self, method, template):
        return self.document["paths"][template][method.lower()]

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"][2:].split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def answer_schema(self, method, template, status):
        """(listed, schema): whether the operation lists the status, and the schema of its JSON."""
        answer = self.operation(method, template)["responses"].get(str(status))
        if answer is None:
            return False, None
        return True, self.resolve(answer).get("content", {}).get("application/json", {}).get("schema")

    def example(self, method, template, status):
        """What the description shows as an answer; a list is shown by its first element."""
        answer = self.resolve(self.operation(method, template)["responses"][str(status)])
        examples = answer["content"]["application/json"].get("examples", {})
        for one in examples.values():
            return copy.deepcopy(self.resolve(one)["value"])
        raise LookupError(f"{method} {template} {status}: the description shows no example")

    # ---- checking

    def request_troubles(self, method, template, values, query, body):
        """What is wrong with a request. `query`: pairs; `body`: JSON, or None where there is none."""
        operation, troubles = self.operation(method, template), []
        parameters = [self.resolve(parameter) for parameter in operation.get("parameters", [])]
        known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
        for name, value in query:
            if name not in known:
                troubles.append(f"query {name}: unknown")
                continue
            schema = self.resolve(known[name]["schema"])
            troubles += self.troubles(schema, _typed(value, schema.get("type")), f"query {name}")
        given = {name for name, _ in query}
        troubles += [f"query {name}: missing" for name, one in known.items() if one.get("required") and name not in given]
        for parameter in parameters:
            if parameter["in"] == "path":
                schema = self.resolve(parameter["schema"])
                value = _typed(values[parameter["name"]], schema.get("type"))
                troubles += self.troubles(schema, value, "path " + parameter["name"])
        content = self.resolve(operation.get("requestBody", {})).get("content", {})
        if not content:
            return troubles + (["body: there must be none"] if body is not None else [])
        schema = content["application/json"]["schema"]
        if body is None:
            return troubles + (["body: missing"] if operation["requestBody"].get("required") else [])
        troubles += self.troubles(schema, body, "body")
        properties = self.resolve(schema).get("properties")
        if properties and isinstance(body, dict):
            troubles += [f"body: {key}: unknown" for key in body if key not in properties]
        return troubles

    def troubles(self, schema, value, place):
        """In what a value is not what a schema (OpenAPI 3.0's dialect) says."""
        schema = self.resolve(schema)
        if value is None and schema.get("nullable"):
            return []
        found = []
        kind = schema.get("type")
        if kind and not _is_a(value, kind):
            return [f"{place}: {_short(value)} is no {kind}"]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{place}: {_short(value)} is none of {schema['enum']}")
        if isinstance(value, str):
            if len(value) > schema.get("maxLength", len(value)):
                found.append(f"{place}: longer than {schema['maxLength']}")
            if len(value) < schema.get("minLength", 0):
                found.append(f"{place}: shorter than {schema['minLength']}")
            if "pattern" in schema and not re.search(schema["pattern"], value):
                found.append(f"{place}: does not match {schema['pattern']}")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                found.append(f"{place}: {value} is out of range")
        if isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                found.append(f"{place}: {len(value)} items")
            for i, item in enumerate(value):
                found += self.troubles(schema.get("items", {}), item, f"{place}/{i}")
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            found += [f"{place}: {key}: missing" for key in schema.get("required", []) if key not in value]
            more = schema.get("additionalProperties", True)
            for key, item in value.items():
                if key in properties:
                    found += self.troubles(properties[key], item, f"{place}/{key}")
                elif more is False:
                    found.append(f"{place}: {key}: unknown")
                elif isinstance(more, dict):
                    found += self.troubles(more, item, f"{place}/{key}")
        for one in schema.get("allOf", []):
            found += self.troubles(one, value, place)
        # Where the description says `oneOf`, often several fit.
        for word in ("anyOf", "oneOf"):
            if word in schema:
                each = [self.troubles(one, value, place) for one in schema[word]]
                if all(each):
                    found += min(each, key=len)
        return found


def _pattern(template):
    """A path's template as an expression; refs and file paths may hold slashes."""
    parts = re.split(r"\{(\w+)\}", template)
    text = ""
    for i, part in enumerate(parts):
        if i % 2 == 0:
            text += re.escape(part)
        else:
            text += f"(?P<{part}>.+)" if part in ("path",) or (part == "ref" and "/git/" in template) else f"(?P<{part}>[^/]+)"
    return re.compile(text)


def _typed(value, kind):
    if kind == "integer":
        return int(value) if re.fullmatch(r"-?\d{1,18}", value) else value
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _is_a(value, kind):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {"object": isinstance(value, dict), "array": isinstance(value, list), "string": isinstance(value, str),
            "boolean": isinstance(value, bool), "number": number,
            "integer": number and float(value).is_integer()}[kind]


def _short(value):
    text = json.dumps(value)
    return text if len(text) < 60 else text[:57] + "..."


def _cut():
    """The document with the operations above alone, from the file beside the whole where that is newer."""
    if not WHOLE.exists():
        raise FileNotFoundError(f"{WHOLE} is not there: ./dev test fetches GitHub's description into build/")
    short = WHOLE.with_name("cut.json")
    ours = max(WHOLE.stat().st_mtime, pathlib.Path(__file__).stat().st_mtime)
    if short.exists() and short.stat().st_mtime > ours:
        return json.loads(short.read_text())
    whole = json.loads(WHOLE.read_text())
    cut = {"paths": {}, "components": {}}
    waiting = []

    def collect(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                waiting.append(node["$ref"])
            for item in node.values():
                collect(item)
        elif isinstance(node, list):
            for item in node:
                collect(item)

    for method, path in OPERATIONS:
        cut["paths"].setdefault(path, {})[method.lower()] = whole["paths"][path][method.lower()]
    collect(cut["paths"])
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in cut["components"].setdefault(kind, {}):
            cut["components"][kind][name] = whole["components"][kind][name]
            collect(cut["components"][kind][name])
    with tempfile.NamedTemporaryFile("w", dir=short.parent, delete=False) as file:
        json.dump(cut, file)
    os.replace(file.name, short)
    return cut
