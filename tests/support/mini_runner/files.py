"""The files by which a step sets outputs, variables and PATH (FileCommandManager)."""


class FileCommandError(Exception):
    """The step fails."""


def key_values(text):
    """`name=value` or `name<<delimiter`, lines, delimiter: whichever sign comes first in the line decides."""
    found, at = {}, 0

    def line():
        nonlocal at
        if at >= len(text):
            return None, None
        end = text.find("\n", at)
        begin, at = at, len(text) if end < 0 else end + 1
        return text[begin:] if end < 0 else text[begin:end], None if end < 0 else "\n"

    while True:
        head, _ = line()
        if head is None:
            return found
        if not head:
            continue
        equals, heredoc = head.find("="), head.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = head.split("=", 1)
        elif heredoc >= 0:
            name, delimiter = head.split("<<", 1)
            if not name or not delimiter:
                raise FileCommandError(f"Invalid format '{head}'. Name must not be empty and delimiter must not be empty")
            begin = end = at
            here, newline = line()
            while here != delimiter:
                if here is None:
                    raise FileCommandError(f"Invalid value. Matching delimiter not found '{delimiter}'")
                if newline is None:
                    raise FileCommandError("Invalid value. EOF marker missing new line.")
                end = at - 1
                here, newline = line()
            value = text[begin:end] if end > begin else ""
        else:
            raise FileCommandError(f"Invalid format '{head}'")
        found[name] = value


BLOCKED = ("NODE_OPTIONS",)
SUMMARY_LIMIT = 1024 * 1024
