"""The operations: one function each, in a table at the end. They run under the server's lock."""

import base64
import copy

from .description import API, REPO
from .state import BOT, MAX_BODY, digest, now


class Refused(Exception):
    """An answer that is no success: {"message"} and what else GitHub says."""

    def __init__(self, code, message, headers=(), **more):
        super().__init__(message)
        self.status, self.headers = code, dict(headers)
        self.body = {"message": message, "documentation_url": "https://docs.github.com/rest"} | more


def invalid(resource, field, message, code="custom"):
    return Refused(422, "Validation Failed",
                   errors=[{"resource": resource, "code": code, "field": field, "message": message}])


class Answer:
    def __init__(self, status, body=None, headers=()):
        self.status, self.body, self.headers = status, body, dict(headers)


class Asked:
    """A request, and the means to answer it."""

    def __init__(self, github, repository, values, query, body, template, method):
        self.github, self.repository, self.values = github, repository, values
        self.query, self.body, self.template, self.method = dict(query), body, template, method
        self.token = None

    def example(self, status=None, method=None, template=None):
        status = status or {"POST": 201}.get(self.method, 200)
        return self.github.localised(self.github.description.example(
            method or self.method, template or self.template, status))

    def page(self, items):
        """One page of a list and its Link header."""
        size, number = int(self.query.get("per_page", 30)), int(self.query.get("page", 1))
        size = min(size, 100)
        last = max(1, -(-len(items) // size))
        links = []
        path = self.github.path_of(self.template, self.values)
        def link(relation, to):
            query = "&".join(f"{k}={v}" for k, v in {**self.query, "page": to}.items())
            links.append(f'<{self.github.url}{path}?{query}>; rel="{relation}"')
        if number < last:
            link("next", number + 1)
            link("last", last)
        if number > 1:
            link("first", 1)
            link("prev", number - 1)
        headers = {"Link": ", ".join(links)} if links else {}
        return items[(number - 1) * size:number * size], headers

    def one_of(self, kept, name):
        """What the path names: `kept` by its number."""
        one = kept.get(int(self.values[name]))
        if one is None:
            raise Refused(404, "Not Found")
        return one

    def need(self, permission, access="write"):
        if not self.token.may(permission, access):
            name = permission.replace("-", "_")
            raise Refused(403, "Resource not accessible by integration",
                          {"X-Accepted-GitHub-Permissions": f"{name}={access}"}, status="403")
        if self.repository.archived and access == "write":
            raise Refused(403, "Repository was archived so is read-only.")


# ---- Comments

def need_comment_right(asked):
    if asked.token.may("issues", "write"):
        return
    asked.need("pull-requests")


def comment_json(asked, one):
    example = asked.github.localised(asked.github.description.example(
        "GET", REPO + "/issues/comments/{comment_id}", 200))
    where = f"{asked.github.url}/repos/{asked.repository.owner}/{asked.repository.name}"
    bot = one["login"].endswith("[bot]")
    example["user"] |= {"login": one["login"], "id": 41898282 if bot else 1, "type": "Bot" if bot else "User"}
    return example | {
        "id": one["id"], "body": one["body"], "url": f"{where}/issues/comments/{one['id']}",
        "html_url": f"{asked.github.html_url}/{asked.repository.owner}/{asked.repository.name}/pull/{one['issue']}"
                    f"#issuecomment-{one['id']}",
        "issue_url": f"{where}/issues/{one['issue']}", "created_at": one["created_at"],
        "updated_at": one["updated_at"], "author_association": "CONTRIBUTOR" if bot else "NONE"}


def issue_of(asked):
    number = int(asked.values["issue_number"])
    if number in asked.repository.gone:
        raise Refused(410, "This issue was deleted")
    if number not in asked.repository.pulls:
        raise Refused(404, "Not Found")
    return number


def check_body(body):
    if not body.strip():
        raise invalid("IssueComment", "body", "body can't be blank", "missing_field")
    if len(body) > MAX_BODY:
        raise invalid("IssueComment", "body", f"body is too long (maximum is {MAX_BODY} characters)")


def list_comments(asked):
    number = issue_of(asked)
    found = [one for _, one in sorted(asked.repository.comments.items()) if one["issue"] == number]
    items, headers = asked.page(found)
    return Answer(200, [comment_json(asked, one) for one in items], headers)


def create_comment(asked):
    need_comment_right(asked)
    number = issue_of(asked)
    if number in asked.repository.locked:
        raise Refused(403, "Unable to create comment because issue is locked.")
    check_body(asked.body["body"])
    one = asked.repository.add_comment(number, asked.body["body"], asked.token.login)
    asked.repository.written.append((asked.token.login, "create comment", one["id"]))
    return Answer(201, comment_json(asked, one))


def comment_of(asked):
    return asked.one_of(asked.repository.comments, "comment_id")


def get_comment(asked):
    return Answer(200, comment_json(asked, comment_of(asked)))


def update_comment(asked):
    need_comment_right(asked)
    one = comment_of(asked)
    check_body(asked.body["body"])
    one["body"], one["updated_at"] = asked.body["body"], now()
    asked.repository.written.append((asked.token.login, "update comment", one["id"]))
    return Answer(200, comment_json(asked, one))


def delete_comment(asked):
    need_comment_right(asked)
    one = comment_of(asked)
    del asked.repository.comments[one["id"]]
    asked.repository.written.append((asked.token.login, "delete comment", one["id"]))
    return Answer(204)


# ---- Check runs and statuses

def check_json(asked, one):
    example = asked.github.localised(asked.github.description.example(
        "GET", REPO + "/check-runs/{check_run_id}", 200))
    output = {"title": None, "summary": None, "text": None, "annotations_count": 0,
              "annotations_url": f"{asked.github.url}/annotations"} | one.get("output", {})
    output["annotations_count"] = len(one["annotations"])
    output.pop("annotations", None)
    shown = {key: one.get(key) for key in ("id", "name", "head_sha", "external_id", "status", "conclusion",
                                           "started_at", "completed_at", "details_url")}
    where = f"{asked.github.html_url}/{asked.repository.owner}/{asked.repository.name}"
    return example | shown | {"output": output, "pull_requests": [], "html_url": f"{where}/runs/{one['id']}",
                              "external_id": one.get("external_id", "")}


def write_check(asked, one):
    output = dict(asked.body.get("output", {}))
    annotations = output.pop("annotations", [])
    if len(annotations) > 50:
        raise invalid("CheckRun", "annotations", "annotations exceeds a maximum quantity of 50")
    for part in ("summary", "text"):  # GitHub counts bytes here
        if len(output.get(part, "").encode()) > 65535:
            raise invalid("CheckRun", part, f"{part} exceeds a maximum bytesize of 65535")
    changed = one | {key: value for key, value in asked.body.items() if key != "output"}
    if "conclusion" in asked.body:
        changed["status"] = "completed"
    if changed.get("status") == "completed" and not changed.get("conclusion"):
        raise invalid("CheckRun", "conclusion", "conclusion is required where status is completed", "missing_field")
    if asked.body.get("conclusion") == "stale":
        raise invalid("CheckRun", "conclusion", "only GitHub sets it to stale")
    if changed.get("status") == "completed":
        changed.setdefault("completed_at", now())
    changed["output"] = one.get("output", {}) | output
    changed["annotations"] = one["annotations"] + annotations
    one.clear()
    one.update(changed)


def create_check(asked):
    asked.need("checks")
    one = {"id": asked.repository.next_id("check"), "status": "queued", "annotations": [], "started_at": now()}
    write_check(asked, one)
    asked.repository.checks[one["id"]] = one
    asked.repository.written.append((asked.token.login, "create check", one["id"]))
    return Answer(201, check_json(asked, one))


def check_of(asked):
    return asked.one_of(asked.repository.checks, "check_run_id")


def get_check(asked):
    return Answer(200, check_json(asked, check_of(asked)))


def update_check(asked):
    asked.need("checks")
    one = check_of(asked)
    write_check(asked, one)
    asked.repository.written.append((asked.token.login, "update check", one["id"]))
    return Answer(200, check_json(asked, one))


def list_checks(asked):
    name = asked.query.get("check_name")
    found = [one for one in asked.repository.checks.values()
             if one["head_sha"] == asked.values["ref"] and name in (None, one["name"])]
    items, headers = asked.page(found)
    return Answer(200, {"total_count": len(found), "check_runs": [check_json(asked, one) for one in items]}, headers)


def create_status(asked):
    asked.need("statuses")
    one = asked.body | {"id": asked.repository.next_id("status"), "sha": asked.values["sha"],
                        "login": asked.token.login}
    if len(one.get("description") or "") > 140:
        raise invalid("Status", "description", "description is too long (maximum is 140 characters)")
    one.setdefault("context", "default")
    asked.repository.statuses.append(one)
    asked.repository.written.append((asked.token.login, "create status", one["id"]))
    return Answer(201, status_json(asked, one))


def status_json(asked, one):
    shown = {key: one.get(key) for key in ("id", "state", "description", "target_url", "context")}
    return asked.example(201, "POST", REPO + "/statuses/{sha}") | shown


def list_statuses(asked):
    found = [one for one in reversed(asked.repository.statuses) if one["sha"] == asked.values["ref"]]
    items, headers = asked.page(found)
    return Answer(200, [status_json(asked, one) for one in items], headers)


def combined_status(asked):
    newest = {one["context"]: one for one in asked.repository.statuses if one["sha"] == asked.values["ref"]}
    states = {one["state"] for one in newest.values()}
    state = "failure" if states & {"failure", "error"} else "pending" if "pending" in states or not states else "success"
    example = asked.example()
    simple = example["statuses"][0]
    return Answer(200, example | {
        "state": state, "sha": asked.values["ref"], "total_count": len(newest),
        "statuses": [simple | {key: one.get(key) for key in ("id", "state", "description", "target_url", "context")}
                     for one in newest.values()]})


# ---- Pull requests

def pull_json(asked, one, template=REPO + "/pulls/{pull_number}"):
    example = asked.example(200, "GET", template)
    example = example[0] if isinstance(example, list) else example
    example["requested_teams"] = []
    here = asked.repository
    def side(example_side, ref, sha, full_name, identity):
        owner, name = full_name.split("/")
        shown = copy.deepcopy(example_side) | {"ref": ref, "sha": sha, "label": f"{owner}:{ref}"}
        shown["repo"] = shown["repo"] | {"id": identity, "name": name, "full_name": full_name,
                                         "fork": identity != here.id}
        shown["repo"]["owner"] = shown["repo"]["owner"] | {"login": owner}
        shown["user"] = shown["user"] | {"login": owner}
        return shown
    example["head"] = side(example["head"], one["head_ref"], one["head_sha"], one["head_repo"], one["head_repo_id"])
    example["base"] = side(example["base"], one["base_ref"], one["base_sha"], f"{here.owner}/{here.name}", here.id)
    example["user"] |= {"login": one["login"]}
    return example | {"number": one["number"], "state": one["state"],
                      "html_url": f"{asked.github.html_url}/{here.owner}/{here.name}/pull/{one['number']}"}


def pull_of(asked):
    return asked.one_of(asked.repository.pulls, "pull_number")


def get_pull(asked):
    return Answer(200, pull_json(asked, pull_of(asked)))


def list_pulls(asked):
    state, head, base = asked.query.get("state", "open"), asked.query.get("head"), asked.query.get("base")
    found = [one for _, one in sorted(asked.repository.pulls.items(), reverse=True)
             if state in ("all", one["state"]) and base in (None, one["base_ref"])
             and head in (None, f"{one['head_repo'].split('/')[0]}:{one['head_ref']}")]
    items, headers = asked.page(found)
    return Answer(200, [pull_json(asked, one, REPO + "/pulls") for one in items], headers)


def pulls_of_commit(asked):
    found = [one for _, one in sorted(asked.repository.pulls.items())
             if one["head_sha"] == asked.values["commit_sha"]]
    items, headers = asked.page(found)
    return Answer(200, [pull_json(asked, one, REPO + "/pulls") for one in items], headers)


def files_of_pull(asked):
    example = asked.example()[0]
    items, headers = asked.page(pull_of(asked)["files"])
    return Answer(200, [example | {"filename": path, "status": "modified"} for path in items], headers)


def reviews_of_pull(asked):
    pull_of(asked)
    return Answer(200, asked.example())


# ---- Commits, refs, files

def get_repository(asked):
    example = asked.example()
    for one in (example, example.get("source", {}), example.get("parent", {}), example.get("template_repository") or {}):
        one.setdefault("language", None)
    return Answer(200, example | {"id": asked.repository.id, "name": asked.repository.name,
                                  "full_name": f"{asked.repository.owner}/{asked.repository.name}"})


def get_commit(asked):
    sha = asked.repository.refs.get("refs/heads/" + asked.values["ref"], asked.values["ref"])
    if sha not in asked.repository.commits:
        raise Refused(404 if len(sha) != 40 else 422, f"No commit found for SHA: {sha}")
    example = asked.example()
    example["files"] = []
    parent = example["parents"][0]
    return Answer(200, example | {"sha": sha, "parents": [parent | {"sha": one} for one in asked.repository.commits[sha]]})


def ref_json(asked, name, sha):
    example = asked.example(200, "GET", REPO + "/git/ref/{ref}")
    where = f"{asked.github.url}/repos/{asked.repository.owner}/{asked.repository.name}/git/"
    return example | {"ref": name, "url": where + name, "object": example["object"] | {"sha": sha, "type": "commit"}}


def get_ref(asked):
    name = "refs/" + asked.values["ref"]
    if name not in asked.repository.refs:
        raise Refused(404, "Not Found")
    return Answer(200, ref_json(asked, name, asked.repository.refs[name]))


def create_ref(asked):
    asked.need("contents")
    name, sha = asked.body["ref"], asked.body["sha"]
    if name in asked.repository.refs:
        raise Refused(422, "Reference already exists")
    if sha not in asked.repository.commits:
        raise Refused(422, "Object does not exist")
    asked.repository.refs[name] = sha
    asked.repository.written.append((asked.token.login, "create ref", name))
    return Answer(201, ref_json(asked, name, sha))


def update_ref(asked):
    asked.need("contents")
    name, sha = "refs/" + asked.values["ref"], asked.body["sha"]
    if name not in asked.repository.refs:
        raise Refused(422, "Reference does not exist")
    if sha not in asked.repository.commits:
        raise Refused(422, "Object does not exist")
    if not asked.body.get("force") and not asked.repository.is_ancestor(asked.repository.refs[name], sha):
        raise Refused(422, "Update is not a fast forward")
    asked.repository.refs[name] = sha
    asked.repository.written.append((asked.token.login, "update ref", name))
    return Answer(200, ref_json(asked, name, sha))


def create_git_commit(asked):
    asked.need("contents")
    parents = asked.body.get("parents", [])
    if any(parent not in asked.repository.commits for parent in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    sha = digest(asked.body["message"], asked.body["tree"], *parents, len(asked.repository.commits))
    asked.repository.commits[sha] = parents
    example = asked.example()
    parent = example["parents"][0]
    return Answer(201, example | {"sha": sha, "message": asked.body["message"],
                                  "parents": [parent | {"sha": one} for one in parents]})


def file_of(asked, ref):
    path = asked.values["path"]
    for key in ((ref, path), ("", path)):
        if key in asked.repository.files:
            return key, asked.repository.files[key]
    return (ref, path), None


def get_contents(asked):
    _, content = file_of(asked, asked.query.get("ref", ""))
    if content is None:
        raise Refused(404, "Not Found")
    if "raw" in asked.accept:
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"})
    example = {"type": "file", "encoding": "base64", "size": len(content), "name": asked.values["path"].split("/")[-1],
               "path": asked.values["path"], "content": base64.encodebytes(content).decode(),
               "sha": digest("blob", content)}
    where = asked.github.url + "/contents"
    links = {"git_url": where, "html_url": where, "download_url": where, "url": where}
    return Answer(200, example | links | {"_links": {"git": where, "html": where, "self": where}})


def put_contents(asked):
    asked.need("contents")
    key, old = file_of(asked, asked.body.get("branch", ""))
    path = asked.values["path"]
    if old is None and asked.body.get("sha"):
        raise Refused(409, f"{path} does not match {asked.body['sha']}")
    if old is not None and not asked.body.get("sha"):
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if old is not None and asked.body["sha"] != digest("blob", old):
        raise Refused(409, f"{path} does not match {asked.body['sha']}")
    content = base64.b64decode(asked.body["content"])
    asked.repository.files[key] = content
    asked.repository.written.append((asked.token.login, "write file", path))
    status = 200 if old is not None else 201
    example = asked.example(status)
    example["content"] |= {"path": path, "name": path.split("/")[-1], "sha": digest("blob", content), "size": len(content)}
    return Answer(status, example)


# ---- Runs, artifacts, releases

def get_run(asked):
    identity = int(asked.values["run_id"])
    if identity not in asked.repository.runs:
        raise Refused(404, "Not Found")
    return Answer(200, asked.example() | {"id": identity} | asked.repository.runs[identity])


def list_artifacts(asked):
    example = asked.example()
    run = int(asked.values["run_id"])
    where = f"{asked.github.url}/repos/{asked.repository.owner}/{asked.repository.name}/actions/artifacts"
    found = [example["artifacts"][0] | {"id": identity, "name": one["name"], "size_in_bytes": len(one["zip"]),
                                        "expired": False, "archive_download_url": f"{where}/{identity}/zip"}
             for identity, one in asked.repository.artifacts.items() if one["run"] == run]
    items, headers = asked.page(found)
    return Answer(200, {"total_count": len(found), "artifacts": items}, headers)


def download_artifact(asked):
    asked.need("actions", "read")
    one = asked.one_of(asked.repository.artifacts, "artifact_id")
    asked.github.elsewhere.files[f"/blob/{asked.values['artifact_id']}"] = one["zip"]
    return Answer(302, headers={"Location": f"{asked.github.elsewhere.url}/blob/{asked.values['artifact_id']}"})


def get_release(asked):
    names = asked.repository.releases.get(asked.values["tag"])
    if names is None:
        raise Refused(404, "Not Found")
    example = asked.example()
    asset = example["assets"][0]
    return Answer(200, example | {"tag_name": asked.values["tag"], "assets": [asset | {"name": name} for name in names]})


def rate_limit(asked):
    example = asked.example()
    for one in [example["rate"], *example["resources"].values()]:
        one |= {"limit": 1000, "remaining": asked.github.rate_remaining}
    return Answer(200, example)


ROUTES = {
    ("GET", REPO): get_repository,
    ("GET", "/rate_limit"): rate_limit,
    ("GET", REPO + "/issues/{issue_number}/comments"): list_comments,
    ("POST", REPO + "/issues/{issue_number}/comments"): create_comment,
    ("GET", REPO + "/issues/comments/{comment_id}"): get_comment,
    ("PATCH", REPO + "/issues/comments/{comment_id}"): update_comment,
    ("DELETE", REPO + "/issues/comments/{comment_id}"): delete_comment,
    ("POST", REPO + "/check-runs"): create_check,
    ("GET", REPO + "/check-runs/{check_run_id}"): get_check,
    ("PATCH", REPO + "/check-runs/{check_run_id}"): update_check,
    ("GET", REPO + "/commits/{ref}/check-runs"): list_checks,
    ("POST", REPO + "/statuses/{sha}"): create_status,
    ("GET", REPO + "/commits/{ref}/status"): combined_status,
    ("GET", REPO + "/commits/{ref}/statuses"): list_statuses,
    ("GET", REPO + "/commits/{ref}"): get_commit,
    ("GET", REPO + "/commits/{commit_sha}/pulls"): pulls_of_commit,
    ("GET", REPO + "/pulls"): list_pulls,
    ("GET", REPO + "/pulls/{pull_number}"): get_pull,
    ("GET", REPO + "/pulls/{pull_number}/files"): files_of_pull,
    ("GET", REPO + "/pulls/{pull_number}/reviews"): reviews_of_pull,
    ("GET", REPO + "/git/ref/{ref}"): get_ref,
    ("POST", REPO + "/git/refs"): create_ref,
    ("PATCH", REPO + "/git/refs/{ref}"): update_ref,
    ("POST", REPO + "/git/commits"): create_git_commit,
    ("GET", REPO + "/contents/{path}"): get_contents,
    ("PUT", REPO + "/contents/{path}"): put_contents,
    ("GET", REPO + "/actions/runs/{run_id}"): get_run,
    ("GET", REPO + "/actions/runs/{run_id}/artifacts"): list_artifacts,
    ("GET", REPO + "/actions/artifacts/{artifact_id}/{archive_format}"): download_artifact,
    ("GET", REPO + "/releases/tags/{tag}"): get_release,
}
