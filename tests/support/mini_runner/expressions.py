"""GitHub's expressions, the part that actions use: literals, contexts, `.` and `[]`, `! == != < <= > >= && ||`,
success failure always cancelled contains startsWith endsWith format join toJSON fromJSON."""

import json
import re


class Refused(Exception):
    pass


TOKEN = re.compile(r"""\s*(?:
    (?P<number>-?(?:0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?))
  | (?P<text>'(?:[^']|'')*')
  | (?P<operator>==|!=|<=|>=|&&|\|\||[!<>().,\[\]])
  | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
)""", re.X)


def evaluate(text, contexts, status="success"):
    """One expression, without `${{ }}`."""
    return _Parser(text, contexts, status).whole()


def expand(text, contexts, status="success"):
    """A text with `${{ }}` in it. One that is nothing but an expression keeps that value's type."""
    if not isinstance(text, str):
        return text
    whole = re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", text, re.S)
    if whole:
        return evaluate(whole.group(1), contexts, status)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: to_text(evaluate(m.group(1), contexts, status)), text, flags=re.S)


def condition(text, contexts, status="success"):
    """An `if:`. Where it asks for no status itself, it is as if `success() &&` stood before it."""
    if text is None:
        text = "success()"
    if isinstance(text, bool):
        text = "true" if text else "false"
    inner = re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text), flags=re.S)
    if not re.search(r"\b(success|failure|always|cancelled)\s*\(", inner):
        inner = f"success() && ({inner})"
    return truth(evaluate(inner, contexts, status))


def to_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        return "Object" if isinstance(value, dict) else "Array"
    return str(value)


def truth(value):
    return value not in (None, False, 0, "") or isinstance(value, (dict, list))


def _number(value):
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value.strip() or 0)
        except ValueError:
            return float("nan")
    return float("nan")


def _equal(a, b):
    if isinstance(a, str) and isinstance(b, str):
        return a.lower() == b.lower()
    if type(a) is type(b):
        return a == b
    return _number(a) == _number(b)


class _Parser:
    def __init__(self, text, contexts, status):
        self.contexts, self.status, self.tokens, at = contexts, status, [], 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            if not found:
                raise Refused(f"not understood: {text[at:]!r} of {text!r}")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self.text = text

    def whole(self):
        value = self.disjunction()
        if self.tokens:
            raise Refused(f"not understood: {self.tokens[0][1]!r} in {self.text!r}")
        return value

    def take(self, *operators):
        if self.tokens and self.tokens[0][0] == "operator" and self.tokens[0][1] in operators:
            return self.tokens.pop(0)[1]
        return None

    def need(self, operator):
        if not self.take(operator):
            raise Refused(f"{operator!r} is missing in {self.text!r}")

    def disjunction(self):
        value = self.conjunction()
        while self.take("||"):
            other = self.conjunction()
            value = value if truth(value) else other
        return value

    def conjunction(self):
        value = self.equality()
        while self.take("&&"):
            other = self.equality()
            value = other if truth(value) else value
        return value

    def equality(self):
        value = self.comparison()
        while operator := self.take("==", "!="):
            value = _equal(value, self.comparison()) == (operator == "==")
        return value

    def comparison(self):
        value = self.unary()
        while operator := self.take("<", "<=", ">", ">="):
            a, b = _number(value), _number(self.unary())
            value = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
        return value

    def unary(self):
        if self.take("!"):
            return not truth(self.unary())
        return self.postfix()

    def postfix(self):
        value = self.primary()
        while operator := self.take(".", "["):
            if operator == ".":
                kind, key = self.tokens.pop(0)
                if kind != "name":
                    raise Refused(f"after a dot: {key!r}")
            else:
                key = self.disjunction()
                self.need("]")
            value = self.member(value, key)
        return value

    @staticmethod
    def member(value, key):
        if isinstance(value, dict):
            if key in value:
                return value[key]
            return next((v for k, v in value.items() if isinstance(key, str) and k.lower() == key.lower()), None)
        if isinstance(value, list):
            at = _number(key)
            return value[int(at)] if 0 <= at < len(value) else None
        return None

    def primary(self):
        if self.take("("):
            value = self.disjunction()
            self.need(")")
            return value
        if not self.tokens:
            raise Refused(f"ends too early: {self.text!r}")
        kind, token = self.tokens.pop(0)
        if kind == "number":
            return float(int(token, 16)) if token.lower().startswith("0x") else float(token)
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if kind != "name":
            raise Refused(f"not understood: {token!r} in {self.text!r}")
        if self.take("("):
            arguments = []
            while not self.take(")"):
                arguments.append(self.disjunction())
                self.take(",")
            return self.call(token, arguments)
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        if token not in self.contexts:
            raise Refused(f"no context {token!r}")
        return self.contexts[token]

    def call(self, name, arguments):
        lower = name.lower()
        if lower in ("success", "failure", "cancelled"):
            return self.status == {"cancelled": "cancelled"}.get(lower, lower)
        if lower == "always":
            return True
        if lower == "contains":
            where, what = arguments
            if isinstance(where, list):
                return any(_equal(item, what) for item in where)
            return to_text(what).lower() in to_text(where).lower()
        if lower in ("startswith", "endswith"):
            a, b = (to_text(v).lower() for v in arguments)
            return a.startswith(b) if lower == "startswith" else a.endswith(b)
        if lower == "format":
            return re.sub(r"\{\{|\}\}|\{([0-9]+)\}", lambda m: to_text(arguments[int(m.group(1)) + 1])
                          if m.group(1) else m.group(0)[0], to_text(arguments[0]))
        if lower == "join":
            items = arguments[0] if isinstance(arguments[0], list) else [arguments[0]]
            return (to_text(arguments[1]) if len(arguments) > 1 else ",").join(to_text(i) for i in items)
        if lower == "tojson":
            return json.dumps(arguments[0], indent=2)
        if lower == "fromjson":
            return json.loads(to_text(arguments[0]))
        raise Refused(f"no function {name!r}")
