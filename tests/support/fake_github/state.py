"""What the fake GitHub knows: pull requests, comments, check runs, statuses, refs, files."""

import datetime
import hashlib

BOT = "github-actions[bot]"
MAX_BODY = 65536  # characters; beyond it GitHub answers 422, which its description does not say


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(*parts):
    return hashlib.sha1("\0".join(map(str, parts)).encode()).hexdigest()


class Token:
    """Who asks, and what they may. A fork's token: permissions={}."""

    def __init__(self, permissions, login=BOT):
        self.permissions, self.login = permissions, login

    def may(self, permission, access):
        granted = self.permissions.get(permission, "none")
        return granted == "write" or granted == access


class Repository:
    def __init__(self, owner, name, number=1):
        self.owner, self.name, self.id = owner, name, number
        self.pulls = {}     # number -> dict of what a test may set, see add_pull
        self.comments = {}  # id -> {"id", "issue", "login", "body", "created_at", "updated_at"}
        self.checks = {}    # id -> dict
        self.statuses = []  # dicts, oldest first
        self.commits = {}   # sha -> [parents]
        self.refs = {}      # "refs/heads/main" -> sha
        self.files = {}     # (ref or "", path) -> bytes
        self.runs = {}      # id -> dict of what differs from the description's example
        self.artifacts = {} # id -> {"run", "name", "zip"}
        self.releases = {}  # tag -> [asset names]
        self.gone, self.locked, self.archived = set(), set(), False
        self.written = []   # (login, what, id): every write that was carried out
        self._next = {"comment": 1000, "check": 5000, "status": 1}

    def next_id(self, kind):
        self._next[kind] += 1
        return self._next[kind]

    def add_comment(self, issue, body, login=BOT):
        one = {"id": self.next_id("comment"), "issue": issue, "login": login, "body": body,
               "created_at": now(), "updated_at": now()}
        self.comments[one["id"]] = one
        return one

    def add_pull(self, number, head_sha, head_ref="change", base_ref="main", base_sha="b" * 40, head_repo=None,
                 head_repo_id=None, state="open", login="octocat", files=()):
        """`head_repo`: "owner/name" of a fork; `files`: the paths that it changes."""
        fork = head_repo or f"{self.owner}/{self.name}"
        self.pulls[number] = {
            "number": number, "head_sha": head_sha, "head_ref": head_ref, "base_ref": base_ref, "base_sha": base_sha,
            "head_repo": fork, "head_repo_id": head_repo_id or (self.id if head_repo is None else 99),
            "state": state, "login": login, "files": list(files)}
        self.commits.setdefault(head_sha, [base_sha])
        self.commits.setdefault(base_sha, [])
        return self.pulls[number]

    def is_ancestor(self, older, newer):
        seen, waiting = set(), [newer]
        while waiting:
            sha = waiting.pop()
            if sha == older:
                return True
            if sha not in seen:
                seen.add(sha)
                waiting += self.commits.get(sha, [])
        return False
