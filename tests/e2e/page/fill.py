"""Fills the page's template as the binary does: escapes the data, hashes script and style, puts both in.

    python3 fill.py DATA.json PAGE.html
"""

import base64
import hashlib
import html
import json
import pathlib
import re
import sys

TEMPLATE = pathlib.Path(__file__).resolve().parents[3] / "templates/performance_report.html"

# No byte of the data can end its element, begin a comment, or end a line of script. All of these stand only inside
# JSON strings, where the escape means the same character.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def data_block(data):
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: ESCAPES[found[0]], text)


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(template):
    scripts = re.findall(r'<script type="module">(.*?)</script>', template, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", template, re.DOTALL)
    assert len(scripts) == 1 and len(styles) == 1, "one script and one style"
    return (f"default-src 'none'; script-src {digest(scripts[0])}; style-src {digest(styles[0])}; img-src data:; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'")


def fill(data, template=None):
    template = template or TEMPLATE.read_text()
    title = data.get("title", "Performance report")
    parts = {"csp": policy(template), "title": html.escape(title), "data": data_block(data),
             "summary": html.escape(data.get("verdict", {}).get("summary", title))}
    # One pass: what was put in is never looked at again, so that no name can name a place.
    page, count = re.subn(r"\{\{(csp|title|summary|data)\}\}", lambda found: parts[found[1]], template)
    assert count == len(parts), "each place once"
    return page


if __name__ == "__main__":
    pathlib.Path(sys.argv[2]).write_text(fill(json.loads(pathlib.Path(sys.argv[1]).read_text())))
