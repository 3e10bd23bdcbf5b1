"""Runs the steps of a composite action, one after the other, as a job on a machine of its own would."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import uuid

from . import expressions, files, yaml
from .commands import Commands

STEP_KEYS = {"name", "id", "if", "run", "env", "continue-on-error", "working-directory", "shell", "uses", "with"}
TO_TERM, TO_KILL, TO_DRAIN = 7.5, 2.5, 5.0  # seconds: SIGINT, SIGTERM, SIGKILL, and for descendants that hold stdout


class Ended:
    """How an outer step ended, and what GitHub would have of it."""

    def __init__(self):
        self.result = "success"  # or failure, cancelled
        self.outputs, self.environment, self.path = {}, {}, []
        self.summaries = []      # one an inner step, as uploaded
        self.codes = []          # exit codes of the inner steps that ran
        self.commands = Commands()
        self.leaked = []         # masks and matchers that stay for the rest of the job
        self.seconds = 0.0

    @property
    def annotations(self):
        return self.commands.annotations

    @property
    def log(self):
        return "\n".join(self.commands.log)

    def of(self, level):
        return [a["message"] for a in self.annotations if a["level"] == level]


class Runner:
    """A job. `environment` is all that its processes get beside what the runner itself sets; `scale` makes its patience
    on cancellation shorter."""

    def __init__(self, workspace, environment, github=None, event=None, scale=1.0, secrets=(), matrix=None):
        self.workspace = pathlib.Path(workspace)
        self.scale, self.secrets = scale, list(secrets)
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix="runner-"))
        for name in ("_temp", "_tool", "_commands"):
            (self.temp / name).mkdir()
        self.environment = dict(environment)
        self.github = {"workspace": str(self.workspace), "repository": "octo/repo", "event_name": "push",
                       "server_url": "https://github.com", "api_url": "https://api.github.com", "token": "",
                       "action_repository": "", "action_ref": "", "run_id": "1", "run_number": "1",
                       "run_attempt": "1", "workflow": "perf", "job": "perf", "actor": "octocat",
                       "ref": "refs/heads/main", "ref_name": "main", "sha": "0" * 40} | (github or {})
        self.github["event"] = event or {}
        self.event = event
        self.matrix = matrix or {}
        self.tracking = f"github_{uuid.uuid4()}"
        self.cancel = threading.Event()

    # ---- contexts

    def contexts(self, inputs, steps, env):
        machine = {"os": "Linux", "arch": {"x86_64": "X64", "aarch64": "ARM64"}.get(os.uname().machine, "X86"),
                   "temp": str(self.temp / "_temp"), "tool_cache": str(self.temp / "_tool")}
        return {"github": self.github, "inputs": inputs, "steps": steps, "env": env, "runner": machine,
                "job": {"status": "success"}, "matrix": self.matrix, "strategy": {}}

    def variables(self, action_path):
        """What the runner sets for every process of a step."""
        own = {f"GITHUB_{name.upper()}": str(value) for name, value in self.github.items()
               if name not in ("event", "token", "action_repository", "action_ref")}
        machine = {"RUNNER_OS": "Linux", "RUNNER_ARCH": self.contexts({}, {}, {})["runner"]["arch"],
                   "RUNNER_TEMP": str(self.temp / "_temp"), "RUNNER_TOOL_CACHE": str(self.temp / "_tool"),
                   "RUNNER_TRACKING_ID": self.tracking, "GITHUB_ACTIONS": "true", "CI": "true",
                   "GITHUB_ACTION_PATH": str(action_path),
                   # Script steps inside a composite are of no repository (ActionRunner sets it to nothing).
                   "GITHUB_ACTION_REPOSITORY": "", "GITHUB_ACTION_REF": ""}
        if self.event is not None:
            path = self.temp / "_temp" / "event.json"
            path.write_text(json.dumps(self.event))
            own["GITHUB_EVENT_PATH"] = str(path)
        return own | machine

    # ---- an action

    def run(self, action_path, given=None, env=None):
        """`uses: PATH` with the inputs given. `env` is the step's own."""
        began = time.monotonic()
        action_path = pathlib.Path(action_path)
        action = yaml.load((action_path / "action.yml").read_text())
        if action["runs"]["using"] != "composite":
            raise expressions.Refused("only composite actions")
        ended, steps, step_env = Ended(), {}, dict(env or {})
        ended.commands.masks += self.secrets
        inputs = self.inputs(action, given or {}, ended)
        for number, step in enumerate(action["runs"]["steps"]):
            if unknown := set(step) - STEP_KEYS:
                raise expressions.Refused(f"keys of a composite step: {sorted(unknown)}")
            if "uses" in step:
                raise expressions.Refused("actions inside of actions")
            env_now = dict(ended.environment) | step_env
            contexts = self.contexts(inputs, steps, env_now)
            if not expressions.condition(step.get("if"), contexts, ended.result):
                steps[step.get("id", f"__{number}")] = {"outputs": {}, "outcome": "skipped", "conclusion": "skipped"}
                continue
            for name, value in (step.get("env") or {}).items():
                env_now[name] = expressions.to_text(expressions.expand(value, contexts, ended.result))
            contexts["env"] = env_now
            outcome, outputs = self.step(step, env_now, contexts, action_path, ended)
            conclusion = outcome
            if outcome == "failure" and expressions.truth(expressions.expand(step.get("continue-on-error"), contexts)):
                conclusion = "success"
            steps[step.get("id", f"__{number}")] = {"outputs": outputs, "outcome": outcome, "conclusion": conclusion}
            if conclusion in ("failure", "cancelled") and ended.result != "cancelled":
                ended.result = conclusion
        contexts = self.contexts(inputs, steps, {})
        for name, output in (action.get("outputs") or {}).items():
            ended.outputs[name] = expressions.to_text(expressions.expand(output["value"], contexts))
        ended.leaked = ended.commands.masks[len(self.secrets):] + ended.commands.matchers
        ended.seconds = time.monotonic() - began
        return ended

    def inputs(self, action, given, ended):
        declared, contexts = action.get("inputs") or {}, self.contexts({}, {}, {})
        for name in given:
            if name not in declared:
                ended.commands.annotate("warning", f"Unexpected input(s) '{name}'", {})
        values = {}
        for name, row in declared.items():
            value = given.get(name)
            if value is None:
                value = expressions.expand((row or {}).get("default"), contexts)
            values[name] = expressions.to_text(value)
        return values

    # ---- a script

    def step(self, step, env, contexts, action_path, ended):
        if step.get("shell") != "bash":
            raise expressions.Refused(f"shell {step.get('shell')!r}")
        script = self.temp / "_temp" / f"{uuid.uuid4()}.sh"
        script.write_text(expressions.to_text(expressions.expand(step["run"], contexts, ended.result)))
        names = ("env", "output", "path", "state", "step_summary")
        paths = {name: self.temp / "_commands" / f"{name}_{uuid.uuid4()}" for name in names}
        for path in paths.values():
            path.write_text("")
        variables = self.environment | self.variables(action_path) | {
            f"GITHUB_{name.upper()}": str(path) for name, path in paths.items()} | env
        if ended.path:
            variables["PATH"] = ":".join(reversed(ended.path)) + ":" + variables.get("PATH", "")
        cwd = self.workspace / expressions.to_text(expressions.expand(step.get("working-directory") or "", contexts))
        code, cancelled = self.process(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
                                       cwd, variables, ended.commands)
        ended.codes.append(code)
        outcome, outputs = "cancelled" if cancelled else "success" if code == 0 else "failure", {}
        if code != 0:
            ended.commands.error(f"Process completed with exit code {code}.")
        try:
            outputs = files.key_values(paths["output"].read_text())
            for name, value in files.key_values(paths["env"].read_text()).items():
                if name.upper() in files.BLOCKED:
                    ended.commands.error(f"Can't store {name} output parameter using '$GITHUB_ENV' command.")
                else:
                    ended.environment[name] = value
            ended.path += [line for line in paths["path"].read_text().split("\n") if line]
        except files.FileCommandError as error:
            ended.commands.error("Unable to process file command 'output' successfully.")
            ended.commands.error(str(error))
            outcome = "failure" if outcome == "success" else outcome
        summary = paths["step_summary"].read_bytes()
        if len(summary) > files.SUMMARY_LIMIT:
            ended.commands.error(f"$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of "
                                 f"{files.SUMMARY_LIMIT // 1024}k, got {len(summary) // 1024}k.")
        elif summary:
            ended.summaries.append(ended.commands.masked(summary.decode(errors="replace")))
        if ended.commands.failed and outcome == "success":
            outcome = "failure"
        return outcome, outputs

    def process(self, argv, cwd, variables, commands):
        process = subprocess.Popen(argv, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
        lock = threading.Lock()

        def read(stream):
            for line in stream:
                text = line.decode(errors="replace")
                with lock:
                    for part in text.rstrip("\r\n").split("\r"):
                        commands.line(part)

        readers = [threading.Thread(target=read, args=(s,), daemon=True) for s in (process.stdout, process.stderr)]
        for reader in readers:
            reader.start()
        cancelled = False
        while process.poll() is None:
            if self.cancel.is_set():
                cancelled = True
                self.end(process)
                break
            time.sleep(0.005)
        process.wait()
        until = time.monotonic() + TO_DRAIN * self.scale
        for reader, stream in zip(readers, (process.stdout, process.stderr)):
            reader.join(max(0.0, until - time.monotonic()))
            if not reader.is_alive():  # else a descendant holds the pipe: the runner goes on too
                stream.close()
        return process.returncode, cancelled

    def end(self, process):
        """SIGINT, patience, SIGTERM, patience, SIGKILL: to that one process, never to its children."""
        for number, patience in ((signal.SIGINT, TO_TERM), (signal.SIGTERM, TO_KILL), (signal.SIGKILL, 60)):
            process.send_signal(number)
            try:
                process.wait(patience * self.scale if number != signal.SIGKILL else patience)
                return
            except subprocess.TimeoutExpired:
                continue

    def finish(self):
        """The end of the job: what still carries its tracking id is killed. Returns their number."""
        killed = 0
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self.tracking.encode() in (entry / "environ").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
                    killed += 1
            except OSError:
                continue
        return killed
