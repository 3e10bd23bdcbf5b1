"""The part of YAML that actions and workflows are written in: block mappings and sequences, plain and quoted scalars,
block scalars, flow sequences and mappings of scalars. Anchors, tags, several documents and the rest are refused.

Scalars are given as the runner sees them: strings, but for null, booleans and numbers of YAML 1.2's core schema.
"""

import re


class Refused(Exception):
    pass


def load(text):
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise Refused(f"line {number}: a tab in the indentation")
        lines.append((number, line))
    reader = _Reader(lines)
    value = reader.block(0)
    reader.skip_empty()
    if reader.at < len(lines):
        raise Refused(f"line {lines[reader.at][0]}: not understood: {lines[reader.at][1]!r}")
    return value


def scalar(text):
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'\[\]{},&*!|>%@`][^#]*?)\s*:(?=\s|$)""")


class _Reader:
    def __init__(self, lines):
        self.lines, self.at = lines, 0

    def skip_empty(self):
        while self.at < len(self.lines) and not self.lines[self.at][1].split("#", 1)[0].strip():
            stripped = self.lines[self.at][1].strip()
            if stripped and not stripped.startswith("#"):
                break
            self.at += 1

    def peek(self):
        """Indentation and content of the next line that says something."""
        self.skip_empty()
        if self.at >= len(self.lines):
            return -1, ""
        line = self.lines[self.at][1]
        return len(line) - len(line.lstrip(" ")), line.strip()

    def number(self):
        return self.lines[min(self.at, len(self.lines) - 1)][0]

    def block(self, least):
        indent, content = self.peek()
        if indent < least:
            return None
        if content.startswith("- ") or content == "-":
            return self.sequence(indent)
        if KEY.match(content):
            return self.mapping(indent)
        self.at += 1
        return self.value(content, indent)

    def mapping(self, indent):
        result = {}
        while True:
            here, content = self.peek()
            if here != indent or content.startswith("- "):
                if here > indent:
                    raise Refused(f"line {self.number()}: indented too far")
                return result
            found = KEY.match(content)
            if not found:
                raise Refused(f"line {self.number()}: no key: {content!r}")
            key = self.unquote(found.group(1))
            if key in result:
                raise Refused(f"line {self.number()}: {key!r} twice")
            rest = content[found.end():].strip()
            self.at += 1
            result[key] = self.after_key(rest, indent)

    def after_key(self, rest, indent):
        if rest and not rest.startswith("#"):
            return self.value(rest, indent)
        here, content = self.peek()
        if here == indent and (content.startswith("- ") or content == "-"):
            return self.sequence(indent)
        return self.block(indent + 1)

    def sequence(self, indent):
        result = []
        while True:
            here, content = self.peek()
            if here != indent or not (content.startswith("- ") or content == "-"):
                if here > indent:
                    raise Refused(f"line {self.number()}: indented too far")
                return result
            number, line = self.lines[self.at]
            inner = content[1:].lstrip(" ")
            if not inner or inner.startswith("#"):
                self.at += 1
                result.append(self.block(indent + 1))
            elif KEY.match(inner):
                # The mapping begins on this line: its indentation is that of its first key.
                self.lines[self.at] = (number, line.replace("-", " ", 1))
                result.append(self.mapping(len(line) - len(inner) if not line.endswith(" ") else line.index(inner)))
            else:
                self.at += 1
                result.append(self.value(inner, indent))

    def value(self, text, indent):
        if text[0] in "&*!%@`":
            raise Refused(f"line {self.number()}: {text[0]!r} is not known here")
        if text[0] in "|>":
            return self.block_scalar(text, indent)
        if text[0] in "\"'":
            value, rest = self.quoted(text)
            if rest.strip() and not rest.strip().startswith("#"):
                raise Refused(f"line {self.number()}: after the quotes: {rest!r}")
            return value
        if text[0] in "[{":
            value, rest = self.flow(text)
            if rest.strip() and not rest.strip().startswith("#"):
                raise Refused(f"line {self.number()}: after the brackets: {rest!r}")
            return value
        text = re.split(r"\s#", text, maxsplit=1)[0].strip()
        if re.search(r":(\s|$)", text):
            raise Refused(f"line {self.number()}: a colon in a plain scalar: {text!r}")
        parts = [text]
        while True:  # a plain scalar that goes on
            here, content = self.peek()
            if here <= indent or content.startswith("- ") or KEY.match(content):
                break
            parts.append(re.split(r"\s#", content, maxsplit=1)[0].strip())
            self.at += 1
        return scalar(" ".join(parts))

    def block_scalar(self, text, indent):
        head = text.split("#")[0].strip()
        if head not in ("|", "|-", "|+", ">", ">-"):
            raise Refused(f"line {self.number()}: {head!r} is not known here")
        lines, depth = [], None
        while self.at < len(self.lines):
            line = self.lines[self.at][1]
            if line.strip():
                here = len(line) - len(line.lstrip(" "))
                depth = here if depth is None else depth
                if here <= indent or here < depth:
                    break
            lines.append(line[depth or 0:] if line.strip() else "")
            self.at += 1
        while lines and not lines[-1] and head[-1] != "+":
            lines.pop()
        if head[0] == "|":
            joined = "\n".join(lines)
        else:
            joined = re.sub(r"(?<!\n)\n(?!\n)", " ", "\n".join(lines)).replace("\n\n", "\n")
        return joined + ("" if head.endswith("-") or not lines else "\n")

    def unquote(self, text):
        return self.quoted(text)[0] if text[0] in "\"'" else text

    def quoted(self, text):
        if text[0] == "'":
            found = re.match(r"'((?:[^']|'')*)'", text)
            if not found:
                raise Refused(f"line {self.number()}: quotes that do not end")
            return found.group(1).replace("''", "'"), text[found.end():]
        found = re.match(r'"((?:[^"\\]|\\.)*)"', text)
        if not found:
            raise Refused(f"line {self.number()}: quotes that do not end")
        escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "r": "\r", "0": "\0"}
        return re.sub(r"\\(.)", lambda m: escapes[m.group(1)], found.group(1)), text[found.end():]

    def flow(self, text):
        closing = {"[": "]", "{": "}"}[text[0]]
        is_map, rest = text[0] == "{", text[1:].lstrip()
        result = {} if is_map else []
        while not rest.startswith(closing):
            if not rest:
                raise Refused(f"line {self.number()}: brackets over several lines are not known here")
            if is_map:
                found = re.match(r"""("[^"]*"|'[^']*'|[^\s:,{}\[\]]+)\s*:\s*""", rest)
                if not found:
                    raise Refused(f"line {self.number()}: no key: {rest!r}")
                key, rest = self.unquote(found.group(1)), rest[found.end():]
            if rest[0] in "\"'":
                value, rest = self.quoted(rest)
            elif rest[0] in "[{":
                value, rest = self.flow(rest)
            else:
                found = re.match(r"(?:\$\{\{.*?\}\}|[^,\[\]{}])*", rest)
                value, rest = scalar(found.group(0).strip()), rest[found.end():]
            if is_map:
                result[key] = value
            else:
                result.append(value)
            rest = rest.lstrip()
            if rest.startswith(","):
                rest = rest[1:].lstrip()
        return result, rest[1:]
