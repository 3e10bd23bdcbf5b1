"""Executes a composite action as GitHub's runner does: steps, expressions, command files, `::` and `##[` commands,
caps on annotations and summaries, signals on cancellation. Python's standard library only.

Written from the source of actions/runner (FileCommandManager, ActionCommand, ActionCommandManager, ExecutionContext,
CompositeActionHandler, ProcessInvoker); `tests/e2e/mini_runner_test.py` holds the cases. What it does not know it
refuses: an expression, a YAML construct or a key that is not implemented is an error, never a guess.
"""

from .commands import Commands
from .files import FileCommandError, key_values
from .runner import Ended, Runner

__all__ = ["Commands", "Ended", "FileCommandError", "Runner", "key_values"]
