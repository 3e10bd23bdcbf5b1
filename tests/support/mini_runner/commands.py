"""Workflow commands in what a step prints, on stdout and stderr alike (ActionCommand, ActionCommandManager).

`::name key=value,...::data` is one where it begins the line, white space aside; the older `##[name key=value;...]data`
wherever it stands in a line. Only names that are registered count.
"""

MOST_OF_A_KIND = 10
LONGEST_MESSAGE = 4096
ANNOTATIONS = ("error", "warning", "notice")
REGISTERED = ANNOTATIONS + ("debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher", "echo",
                            "save-state", "set-output", "set-env", "add-path", "stop-commands",
                            "internal-set-repo-path")


def _unescape(text, table):
    for token, replacement in table:
        text = text.replace(replacement, token)
    return text


OLD = ((";", "%3B"), ("\r", "%0D"), ("\n", "%0A"), ("]", "%5D"), ("%", "%25"))
DATA = (("\r", "%0D"), ("\n", "%0A"), ("%", "%25"))
PROPERTY = (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25"))


def _properties(text, separator, table):
    found = {}
    for part in text.split(separator):
        pair = [piece for piece in part.split("=", 1) if piece]
        if len(pair) == 2:
            found[pair[0].lower()] = _unescape(pair[1], table)
    return found


def parse(line, registered):
    """(name, properties, data), or None."""
    trimmed = line.lstrip()
    if trimmed.startswith("::"):
        end = trimmed.find("::", 2)
        if end >= 0:
            name, _, rest = trimmed[2:end].partition(" ")
            if name.lower() in registered:
                return name.lower(), _properties(rest.strip(), ",", PROPERTY), _unescape(trimmed[end + 2:], DATA)
    at = line.find("##[")
    if at >= 0:
        end = line.find("]", at)
        if end >= 0:
            name, _, rest = line[at + 3:end].partition(" ")
            if name.lower() in registered:
                return name.lower(), _properties(rest, ";", OLD), _unescape(line[end + 1:], OLD)
    return None


class Commands:
    """What the commands of one outer step did: all inner steps of a composite share the caps."""

    def __init__(self):
        self.registered = set(REGISTERED)
        self.stopped = None        # the token that lets commands through again
        self.annotations = []      # {"level", "message", **properties}: what GitHub would keep
        self.dropped = 0           # beyond ten of a kind
        self.masks, self.matchers, self.set_outputs, self.log = [], [], {}, []
        self.refused = []          # set-env and add-path: switched off
        self.failed = False

    def masked(self, text):
        for mask in self.masks:
            text = text.replace(mask, "***")
        return text

    def line(self, line):
        self.log.append(self.masked(line))
        command = parse(line, self.registered)
        if command is None:
            return
        name, properties, data = command
        if self.stopped is not None:
            if name == self.stopped:
                self.registered.discard(self.stopped)
                self.stopped = None
            return
        if name == "stop-commands":
            if not data or data.lower() in self.registered or data.lower() == "pause-logging":
                self.error("Invalid stop token")
                self.failed = True
                return
            self.stopped = data.lower()
            self.registered.add(self.stopped)
        elif name in ANNOTATIONS:
            self.annotate(name, data, properties)
        elif name == "add-mask":
            if data.strip():
                self.masks.append(data)
        elif name in ("add-matcher", "remove-matcher"):
            self.matchers.append(data)
        elif name in ("set-output", "save-state"):
            self.set_outputs[properties.get("name", "")] = data
        elif name in ("set-env", "add-path"):
            self.refused.append(name)
            self.error(f"The `{name}` command is disabled.")
            self.failed = True

    def error(self, message):
        self.annotate("error", message, {})

    def annotate(self, level, message, properties):
        if sum(a["level"] == level for a in self.annotations) >= MOST_OF_A_KIND:
            self.dropped += 1
            return
        self.annotations.append({"level": level, "message": self.masked(message)[:LONGEST_MESSAGE], **properties})
