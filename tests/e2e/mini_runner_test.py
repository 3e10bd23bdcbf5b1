"""The mini-runner itself, held to what GitHub's runner does: cases from its source and its own tests."""

import os
import pathlib
import signal
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from mini_runner import Commands, FileCommandError, Runner, expressions, key_values, yaml  # noqa: E402


def lines(*texts):
    commands = Commands()
    for text in texts:
        commands.line(text)
    return commands


class CommandFiles(unittest.TestCase):
    # AC:mini-runner-files
    def test_the_first_sign_of_a_line_decides_its_form(self):
        self.assertEqual(key_values("a=b\n"), {"a": "b"})
        self.assertEqual(key_values("a=b"), {"a": "b"})
        self.assertEqual(key_values("a=b<<c\n"), {"a": "b<<c"})
        self.assertEqual(key_values("a=\n\nb==\n"), {"a": "", "b": "="})
        self.assertEqual(key_values("a<<b=c\nx\nb=c\n"), {"a": "x"})
        self.assertEqual(key_values("a<<E\nE\n"), {"a": ""})
        self.assertEqual(key_values("a<<E\n\n\nE\n"), {"a": "\n"})
        self.assertEqual(key_values("a<<E\nx\r\ny=z\nE\nb=1\n"), {"a": "x\r\ny=z", "b": "1"})
        self.assertEqual(key_values("a<<E\nx\nE"), {"a": "x"})
        self.assertEqual(key_values("a=1\na=2\n"), {"a": "2"})
        self.assertEqual(key_values(""), {})

    # AC:mini-runner-files
    def test_what_fails_a_step(self):
        for text, why in (("a<<E\nx\n", "Matching delimiter not found 'E'"), ("a<<E", "Matching delimiter not found"),
                          ("a<<E\nx", "EOF marker missing new line"), ("a<<\nx\n", "must not be empty"),
                          ("<<E\nx\nE\n", "must not be empty"), ("nothing\n", "Invalid format 'nothing'"),
                          ("a<<E\nEE\n E\n", "Matching delimiter not found")):
            with self.assertRaisesRegex(FileCommandError, why):
                key_values(text)


class WorkflowCommands(unittest.TestCase):
    # AC:mini-runner-commands
    def test_colons_count_at_the_beginning_and_brackets_anywhere(self):
        self.assertEqual([a["message"] for a in lines("  ::error::a", "x ::error::b", "x ##[error]c", "\t::error::d",
                                                      "::nothing::e", "##[nothing]f", "::error e", "##[error f",
                                                      "::ERROR::g").annotations], ["a", "c", "d", "g"])

    # AC:mini-runner-commands
    def test_properties_and_data_are_unescaped_in_their_own_way(self):
        self.assertEqual(lines("::error file=a%3Ab%2Cc,line=1,title=%25::x%0Ay%2C%25").annotations,
                         [{"level": "error", "message": "x\ny%2C%", "file": "a:b,c", "line": "1", "title": "%"}])
        self.assertEqual(lines("##[warning file=a%3Bb;line=2]x%5D%0Ay").annotations,
                         [{"level": "warning", "message": "x]\ny", "file": "a;b", "line": "2"}])

    # AC:mini-runner-commands
    def test_ten_of_a_kind_are_kept_and_messages_are_cut(self):
        commands = lines(*[f"::error::{i}" for i in range(12)], *[f"::notice::{i}" for i in range(11)],
                         "::warning::" + "x" * 5000)
        self.assertEqual(len(commands.annotations), 21)
        self.assertEqual(commands.dropped, 3)
        self.assertEqual(len(commands.annotations[-1]["message"]), 4096)

    # AC:mini-runner-commands
    def test_commands_are_stopped_and_go_on_by_their_token_only(self):
        commands = lines("::stop-commands::T0ken", "::error::a", "::other::", "::t0ken::", "::error::b")
        self.assertEqual([a["message"] for a in commands.annotations], ["b"])
        for token in ("", "error", "pause-logging"):
            self.assertTrue(lines(f"::stop-commands::{token}").failed)

    # AC:mini-runner-commands
    def test_masks_hide_and_the_dangerous_ones_are_off(self):
        commands = lines("::add-mask::1", "level 11", "::set-env name=A::b", "##[add-matcher]x.json",
                         "::set-output name=a::b")
        self.assertEqual(commands.log[1], "level ******")
        self.assertEqual((commands.refused, commands.matchers, commands.set_outputs, commands.failed),
                         (["set-env"], ["x.json"], {"a": "b"}, True))


class Expressions(unittest.TestCase):
    def test_the_part_that_is_known(self):
        contexts = {"inputs": {"mode": "Gate", "empty": "", "n": "3"}, "steps": {"a-b": {"outputs": {"x": "1"}}}}
        for text, value in (("inputs.mode == 'gate'", True), ("inputs.mode != 'ab' && 'x' || 'y'", "x"),
                            ("inputs.empty || 'd'", "d"), ("steps.a-b.outputs.x", "1"), ("steps['a-b'].outputs.y", None),
                            ("!inputs.empty", True), ("inputs.n > 2", True), ("contains('ab', 'B')", True),
                            ("format('{0}-{1} {{}}', 'a', 2)", "a-2 {}"), ("1 == '1'", True), ("null == ''", True),
                            ("'it''s'", "it's"), ("fromJSON('[1,2]')[1]", 2), ("startsWith(inputs.mode, 'ga')", True)):
            self.assertEqual(expressions.evaluate(text, contexts), value, text)
        self.assertEqual(expressions.expand("a ${{ inputs.n }} b", contexts), "a 3 b")
        self.assertTrue(expressions.condition("inputs.n == 3", contexts))
        self.assertFalse(expressions.condition("inputs.n == 3", contexts, "failure"))
        self.assertTrue(expressions.condition("always()", contexts, "failure"))
        for text in ("secrets.x", "hashFiles('a')", "a b", "(1", "'"):
            with self.assertRaises(expressions.Refused):
                expressions.evaluate(text, contexts)


class Yaml(unittest.TestCase):
    def test_the_part_that_is_known(self):
        self.assertEqual(yaml.load("""# comment
name: a b  # said
on: {push: {branches: [main, 'x']}}
list:
- 1
- key: v
  other: "a: \\"b\\""
  deep:
    - true
    -
      x: ~
text: |
  one

    two
folded: >-
  a
  b
plain: a
  goes on
empty:
url: https://x/y
"""), {"name": "a b", "on": {"push": {"branches": ["main", "x"]}},
            "list": [1, {"key": "v", "other": 'a: "b"', "deep": [True, {"x": None}]}], "text": "one\n\n  two\n",
            "folded": "a b", "plain": "a goes on", "empty": None, "url": "https://x/y"})
        for text in ("a: &x 1", "a: 1\na: 2", "a: b: c", "\ta: 1", "a: [1,\n 2]", "a: 'x"):
            with self.assertRaises(yaml.Refused, msg=text):
                yaml.load(text)


class Steps(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mini-runner-"))
        self.addCleanup(lambda: __import__("shutil").rmtree(self.dir, ignore_errors=True))

    def run_steps(self, steps, more="", given=None, scale=0.05, cancel_after=None, **options):
        (self.dir / "action.yml").write_text(
            f"name: t\ninputs:\n  who:\n    default: ${{{{ github.actor }}}}\n{more}runs:\n  using: composite\n  steps:\n"
            + "".join("  " + line + "\n" for line in steps.strip("\n").split("\n")))
        self.runner = Runner(self.dir, {"PATH": os.environ["PATH"]}, scale=scale, **options)
        if cancel_after is not None:
            threading.Timer(cancel_after, self.runner.cancel.set).start()
        ended = self.runner.run(self.dir, given)
        self.addCleanup(self.runner.finish)
        return ended

    # AC:mini-runner-steps
    def test_outputs_are_computed_although_a_step_failed(self):
        ended = self.run_steps("""
- id: a
  shell: bash
  run: |
    echo "x=1" >> "$GITHUB_OUTPUT"
    echo "# sum" >> "$GITHUB_STEP_SUMMARY"
    echo "::error::from stderr" >&2
    exit 3
- shell: bash
  run: echo never
- shell: bash
  if: always()
  run: echo "status ${{ steps.a.outcome }}"
""", more="outputs:\n  x:\n    value: ${{ steps.a.outputs.x }}\n")
        self.assertEqual((ended.result, ended.outputs, ended.codes), ("failure", {"x": "1"}, [3, 0]))
        self.assertEqual(ended.summaries, ["# sum\n"])
        self.assertIn("from stderr", ended.of("error"))
        self.assertIn("status failure", ended.log)
        self.assertNotIn("never", ended.log)

    # AC:mini-runner-steps
    def test_a_broken_output_file_fails_and_a_large_summary_is_dropped_whole(self):
        ended = self.run_steps("""
- shell: bash
  run: |
    printf 'a<<E\\nx\\n' >> "$GITHUB_OUTPUT"
""")
        self.assertEqual((ended.result, ended.codes), ("failure", [0]))
        self.assertTrue(any("Matching delimiter" in message for message in ended.of("error")))
        ended = self.run_steps("""
- shell: bash
  run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
""")
        self.assertEqual((ended.result, ended.summaries), ("success", []))
        self.assertIn("$GITHUB_STEP_SUMMARY upload aborted", ended.of("error")[0])

    # AC:mini-runner-steps
    def test_inputs_have_defaults_and_unknown_ones_are_warned_of(self):
        ended = self.run_steps("""
- shell: bash
  env:
    WHO: ${{ inputs.who }}
  run: echo "who $WHO here $GITHUB_ACTION_PATH"
""", given={"unknown": "x"})
        self.assertIn(f"who octocat here {self.dir}", ended.log)
        self.assertEqual(ended.of("warning"), ["Unexpected input(s) 'unknown'"])

    # AC:mini-runner-signals
    def test_a_cancelled_step_gets_int_then_term_then_kill_and_only_itself(self):
        script = "import signal, time\nfor n in (2, 15): signal.signal(n, lambda s, f: print('got', s, flush=True))\n" \
                 "print('ready', flush=True)\nwhile True: time.sleep(0.01)\n"
        (self.dir / "deaf.py").write_text(script)
        ended = self.run_steps(f"""
- shell: bash
  run: exec {sys.executable} deaf.py
""", cancel_after=1.0)
        self.assertEqual((ended.result, ended.codes), ("cancelled", [-signal.SIGKILL]))
        self.assertEqual([line for line in ended.log.split("\n") if line.startswith("got")], ["got 2", "got 15"])

    # AC:mini-runner-signals
    def test_bash_without_exec_leaves_its_child_behind(self):
        (self.dir / "sleeper.py").write_text("import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
        began = time.monotonic()
        ended = self.run_steps(f"""
- shell: bash
  run: |
    {sys.executable} sleeper.py
    echo after
""", cancel_after=1.0)
        self.assertEqual(ended.result, "cancelled")
        self.assertLess(time.monotonic() - began, 10)
        self.assertGreaterEqual(self.runner.finish(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
