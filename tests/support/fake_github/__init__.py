"""A GitHub for tests: a stateful fake of the REST API on 127.0.0.1.

    github = FakeGitHub()                        # serves as soon as it is made; github.stop() ends it
    token = github.token(permissions={"pull-requests": "write"})
    pull = github.add_pull(number=7, head_sha="1" * 40)
    github.plan(Fault("reset", request=2, stage="after"))
    ... run something with GITHUB_API_URL=github.url and GITHUB_TOKEN=token ...
    github.comments(7); github.requests; github.violations

Every request is held against GitHub's own OpenAPI description (see description.py) and every answer too: what does not
fit stands in `violations` and `own_faults`, which a test expects to be empty. As a process: `python3 -m fake_github`.
"""

from .faults import KINDS, Fault
from .server import FakeGitHub
from .state import BOT

__all__ = ["BOT", "Fault", "FakeGitHub", "KINDS"]
