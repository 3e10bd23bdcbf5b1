"""The workflows that `init` writes, run by act (nektos/act) on this machine: what it makes of inputs, conditions, outputs
of steps and jobs. Other people's actions are stand-ins: act has no way to GitHub here. Only with PERFGATE_FULL=1, where
`./dev test --full` could build act; mini_runner and the parser cover the rest of the time."""

import json
import os
import re
import shutil
import subprocess

import support

ACT = os.environ.get("PERFGATE_ACT", "")
TEMPLATES = support.SOURCE / "templates/workflows"

UPLOAD = """name: upload
inputs:
  name: {required: true}
  path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", FROM: "${{ inputs.path }}"}
      run: mkdir -p "$ARTIFACTS/$NAME" && cp -r "$FROM/." "$ARTIFACTS/$NAME/"
"""
DOWNLOAD = UPLOAD.replace("upload", "download").replace('mkdir -p "$ARTIFACTS/$NAME" && cp -r "$FROM/." "$ARTIFACTS/$NAME/"',
                                                        'mkdir -p "$FROM" && cp -r "$ARTIFACTS/$NAME/." "$FROM/"')
CHECKOUT = """name: checkout
inputs:
  ref: {default: main}
  fetch-depth: {default: '1'}
  persist-credentials: {default: 'true'}
runs:
  using: composite
  steps:
    - shell: bash
      env: {REF: "${{ inputs.ref }}"}
      run: |
        git init -q .
        git remote add origin "$REMOTE"
        git fetch -q origin '+refs/heads/*:refs/remotes/origin/*'
        git checkout -q --detach "$REF" 2>/dev/null || git checkout -q --detach "origin/$REF"
"""
NOTHING = "name: nothing\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: 'true'\n"


class Act(support.Case):
    def setUp(self):
        super().setUp()
        self.fake("factor = float(open('factor').read())\n"
                  "print(report(*[row(f'work/{i}', 1000.0 * factor) for i in (1, 2)]))")
        self.project("./harness.py", repetitions=6)
        self.write("factor", "1.0")
        self.repository()
        self.base = self.head()
        self.remote = self.dir / "remote.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(self.work), str(self.remote)], check=True)
        self.git("remote", "add", "origin", str(self.remote))
        own = self.dir / "perfgate"
        (own / ".github").mkdir(parents=True)
        for name in ("action.yml", ".github/action.sh", ".github/release-sha256.txt"):
            shutil.copy(support.SOURCE / name, own / name)
        self.actions = {"your-org/perfgate": own}
        for name, text in (("check-out", CHECKOUT), ("upload-artifact", UPLOAD), ("download-artifact", DOWNLOAD),
                           ("attest", NOTHING)):
            folder = self.dir / name
            folder.mkdir()
            (folder / "action.yml").write_text(text)
            self.actions[f"actions/{name}"] = folder
        self.artifacts = self.dir / "artifacts"

    def head(self):
        return subprocess.run(["git", "-C", str(self.work), "rev-parse", "HEAD"], capture_output=True, text=True,
                              check=True).stdout.strip()

    def act(self, event_name, workflow, event):
        text = (TEMPLATES / workflow).read_text()
        text = re.sub(r"build-from-source: true.*", f"binary: {support.BINARY}", text)
        text = text.replace("actions/checkout@", "actions/check-out@")  # act has a way of its own with that name
        path = self.dir / workflow
        path.write_text(text)
        (self.dir / "event.json").write_text(json.dumps(event))
        command = [ACT, event_name, "-W", str(path), "-e", str(self.dir / "event.json"), "--no-cache-server",
                   "-P", "ubuntu-24.04=-self-hosted", "--env", f"ARTIFACTS={self.artifacts}",
                   "--env", f"REMOTE={self.remote}", "--env", "GIT_AUTHOR_NAME=a", "--env", "GIT_AUTHOR_EMAIL=a@b",
                   "--env", "GIT_COMMITTER_NAME=a", "--env", "GIT_COMMITTER_EMAIL=a@b",
                   "--action-cache-path", str(self.dir / "cache"), "--concurrent-jobs", "1"]
        for uses in set(re.findall(r"uses: (\S+)", text)):
            command += ["--local-repository", f"{uses}={self.actions[uses.split('@')[0]]}"]
        done = subprocess.run(command, cwd=self.work, env=self.environment(DOCKER_HOST=""), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    # AC:workflows-act
    def test_a_pull_request_is_measured_and_its_bundle_handed_over(self):
        self.git("checkout", "-q", "-b", "change")
        self.write("factor", "1.5")
        self.git("commit", "-qam", "slower")
        self.git("push", "-q", "origin", "change")
        event = {"pull_request": {"number": 7, "head": {"sha": self.head(), "ref": "change"},
                                  "base": {"sha": self.base, "ref": "main"}}}
        code, log = self.act("pull_request", "perfgate.yml", event)
        self.assertNotEqual(code, 0, log)
        self.assertIn("[FAIL]", log)
        bundle = self.artifacts / "perfgate-bundle"
        self.assertTrue((bundle / "judgement.json").exists(), log)
        self.assertEqual(json.loads((bundle / "judgement.json").read_text())["verdict"], "fail")

    # AC:workflows-act
    def test_a_push_is_measured_kept_and_promoted(self):
        code, log = self.act("push", "perfgate-main.yml", {"ref": "refs/heads/main", "before": "0" * 40,
                                                           "after": self.base})
        self.assertEqual(code, 0, log)
        self.assertIn("is now the baseline of `main`", log)


if __name__ == "__main__":
    if not support.FULL or not os.access(ACT, os.X_OK):
        print("act is run by ./dev test --full, where there is a Go to build it with")
    else:
        support.main()
