"""Data blocks for the page (docs/report-data.md), made up: small, typical, large, hostile.

    python3 pages.py FOLDER     writes each as a page
"""

import array
import base64
import math
import pathlib
import random
import statistics
import sys

import fill

DAY = 86400
START = 1_767_225_600  # 2026-01-01


def floats(values):
    block = array.array("f", values)
    if sys.byteorder == "big":
        block.byteswap()
    return base64.b64encode(block.tobytes()).decode()


def figure(value):
    """Seven significant digits: what a float32 holds, and three more than the page shows."""
    return float(f"{value:.7g}") if isinstance(value, float) else value


def summary(values):
    ordered = sorted(values)
    n = len(ordered)
    rank = max(0, math.floor(n / 2 - 0.98 * math.sqrt(n)))
    quantile = lambda q: ordered[min(n - 1, int(q * n))]
    made = {"n": n, "launches": n, "median": statistics.median(ordered), "low": ordered[rank], "high": ordered[n - 1 - rank],
            "mean": statistics.fmean(ordered), "deviation": statistics.stdev(ordered) if n > 1 else 0,
            "minimum": ordered[0], "maximum": ordered[-1], "p95": quantile(0.95), "p99": quantile(0.99)}
    return {key: figure(value) for key, value in made.items()}


def runs(count, rng):
    subjects = ["Cache the decoded header between rows", "Merge branch 'arena'", "Use one allocation per page",
                "Update the compiler to 14.2", "Read the dictionary lazily", "Count rows before they are decoded"]
    return {"time": [START + int(i * DAY * 0.7) for i in range(count)],
            "commit": [f"{rng.getrandbits(160):040x}" for _ in range(count)],
            "subject": [rng.choice(subjects) for _ in range(count)]}


METRICS = [{"name": "time", "unit": "s", "better": "lower"}, {"name": "throughput", "unit": "B/s", "better": "higher"},
           {"name": "memory", "unit": "B", "better": "lower"}]


def entry(rng, number, name, level, verdict, change, **more):
    """One row, whose samples, interval and history agree with its change."""
    noise = more.pop("noise", 0.006)
    metric = more.get("metric", 0)
    n = more.pop("samples", 20)
    points = more.pop("points", 0)
    base = [level * (1 + rng.gauss(0, noise)) for _ in range(n)]
    head = [level * (1 + change) * (1 + rng.gauss(0, noise)) for _ in range(n)]
    if n > 10:
        head[rng.randrange(n)] *= 1 + 6 * noise
    width = 2.4 * noise / math.sqrt(n)
    unit = {0: "slower" if change > 0 else "faster", 1: "better" if change > 0 else "worse", 2: "more" if change > 0 else "less"}
    row = {"id": f"{name}.{METRICS[metric]['name']}".replace("/", "."), "suite": 0, "name": name, "metric": metric, "verdict": verdict,
           "reason": {"fail": "regressed", "warn": "slower_within_fail", "improved": "improved", "inconclusive": "uncertain"}.get(verdict, "within_budget"),
           "why": f"{name} {METRICS[metric]['name']}: {100 * change:+.2f} % ({100 * (change - width):+.2f} % to {100 * (change + width):+.2f} %): "
                  + {"fail": f"{unit[metric]} by more than 3 %", "warn": f"{unit[metric]}, and by less than 3 %", "pass": "within the budget of 3 %",
                     "improved": f"{unit[metric]}, shown", "inconclusive": f"up to {100 * (change + width):.2f} % worse cannot be excluded, and the budget is 3 %"}[verdict],
           "base": summary(base), "head": summary(head), "change": figure(change), "low": figure(change - width), "high": figure(change + width),
           "confidence": 0.95, "p": 0.00016 if verdict == "fail" else 0.21, "detectable": figure(3.3 * width), "design": "interleaved, 20 rounds",
           "method": "shift-bounds/1", "budget": {"warn": 0.01, "fail": 0.03}, "samples": {"base": floats(base), "head": floats(head)}}
    if points:
        jump = points * 3 // 5 + rng.randrange(points // 10)
        step = rng.choice([-0.12, -0.07, 0.06, 0.11])
        values = [level * (1 if i >= jump else 1 / (1 + step)) * (1 + rng.gauss(0, noise * 1.5)) for i in range(points)]
        if rng.random() < 0.3:
            values[rng.randrange(points)] *= 1.3
        values[-1] = statistics.median(head)
        row["history"] = {"start": 0, "values": floats(values),
                          "levels": [[0, jump - 1, level / (1 + step)], [jump, points - 1, level]],
                          "marks": [{"kind": "change", "run": jump, "change": step, "text": "shown with posterior 0.998"}]}
    row.update(more)
    return row


SHAPES = ["dict_create", "dict_lookup", "list_append", "string_join", "json_encode", "json_decode", "sort_int", "sort_text",
          "regex_match", "hash_sha256", "utf8_decode", "page_read", "page_write", "row_scan", "row_filter", "group_by",
          "join_hash", "join_merge", "bloom_probe", "varint_decode"]


def judgement(rng, count=40, points=200, titles=None):
    rows = []
    verdicts = (["fail"] * 3 + ["warn"] * 2 + ["improved"] * 3 + ["inconclusive"] * 2)
    for i in range(count):
        verdict = verdicts[i] if i < len(verdicts) else "pass"
        change = {"fail": rng.uniform(0.05, 0.24), "warn": rng.uniform(0.012, 0.025), "improved": -rng.uniform(0.05, 0.3),
                  "inconclusive": 0.022, "pass": rng.gauss(0, 0.002)}[verdict]
        metric = 1 if i % 13 == 4 else 2 if i % 11 == 7 else 0
        if metric == 1:
            change = -change
        section = i % 4
        name = f"{'ABCD'[section]}_{i:02d}__{SHAPES[i % len(SHAPES)]}" if i % 5 else f"codec/{SHAPES[i % len(SHAPES)]}/{2 ** (6 + i % 7)}"
        level = {0: 10 ** rng.uniform(-8, -2), 1: rng.uniform(1e8, 5e9), 2: rng.uniform(1e6, 1e9)}[metric]
        rows.append(entry(rng, i, name, level, verdict, change, metric=metric, suite=i % 2, points=points,
                          noise=0.03 if verdict == "inconclusive" else 0.006, **({"section": section} if i % 5 else {})))
    return rows


def document(rows, rng, points, **more):
    named = [row for row in rows if not row.get("headline")]
    counts = {"expected": len(named), "measured": sum("head" in row for row in named), "compared": sum("change" in row for row in named), "added": 1}
    failing = sum(row["verdict"] == "fail" for row in rows)
    return {"schema": "perfgate.page/1", "kind": "judgement", "title": "codec: performance of feature/arena",
            "tool": "perfgate 0.2.0", "method": "shift-bounds/1", "policy": "thresholds.toml", "made": START + points * DAY * 0.7,
            "head": {"run_id": "9f31c2", "commit": {"sha": "a3f19c27d4e05b86a3f19c27d4e05b86a3f19c27", "branch": "feature/arena", "subject": "Use one arena per page", "dirty": False}, "time": START + 140 * DAY},
            "base": {"run_id": "77aa01", "commit": {"sha": "0123456789abcdef0123456789abcdef01234567", "branch": "main", "subject": "Merge branch 'arena'"}, "time": START + 139 * DAY, "state": "the store's baseline"},
            "suites": ["codec", "engine"], "metrics": METRICS,
            "sections": [{"id": "A", "title": "Containers and text"}, {"id": "B", "title": "Encoding"}, {"id": "C", "title": "Scans"}, {"id": "D", "title": "Joins"}],
            "entries": rows, "runs": runs(points, rng) if points else None,
            "verdict": {"verdict": "fail", "exit_code": 1, "words": f"Slower: {failing} of {len(named)} benchmarks got worse by more than the policy allows.",
                        "summary": "Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s [FAIL]",
                        "advice": ["Look at the first rows below: they are sorted worst first.",
                                   "To see whether it repeats, run the same command again: `perfgate gate --repetitions 20`.",
                                   "Where the cost is intended, `perfgate baseline accept` writes a waiver with reason, owner and expiry."],
                        "coverage": f"{counts['measured']} of {counts['expected']} benchmarks measured; this run could see a change of 1.6 % in each",
                        "counts": counts, "could_see": 0.016, "drift": "since v1.4: +7.80 % of 10 % (codec/row_scan time, the worst)"}} | more


def small():
    rng = random.Random(1)
    rows = [entry(rng, 0, "sort/1024", 1.2e-6, "pass", 0.001, suite=0)]
    data = document(rows, rng, 0)
    data["verdict"] |= {"verdict": "pass", "exit_code": 0, "words": "No change beyond the budget: 1 of 1 benchmark is shown to be within 3 %.", "advice": [],
                        "counts": {"expected": 1, "measured": 1, "compared": 1, "added": 0}, "coverage": "1 of 1 benchmarks measured", "summary": "Performance Report: 1 benchmark [PASS]", "drift": ""}
    data["title"] = "sort: performance of main"
    return data


def typical():
    rng = random.Random(2)
    points = 200
    rows = judgement(rng, 40, points)
    headline = entry(rng, 90, "", 4.22 * 2 ** 30, "pass", -0.004, metric=1, points=points, headline="DISPLAY", unit="GiB/s", decimals=2)
    second = entry(rng, 91, "", 571 * 2 ** 20, "warn", -0.021, metric=1, points=points, headline="COMP-3", unit="MiB/s", decimals=0)
    for row, name in ((headline, "DISPLAY"), (second, "COMP-3")):
        row |= {"id": "headline." + name.lower().replace("-", ""), "why": row["why"].replace(" throughput", name, 1)}
    rows += [headline, second]
    missing = {"id": "codec.decode.time", "suite": 0, "name": "codec/decode", "metric": 0, "verdict": "not_measured", "reason": "missing", "code": "CBKB112",
               "why": "codec/decode: the baseline holds it, and this run does not; if it was renamed, say so under [gate.aliases], if it was removed, promote a run without it"}
    other = {"id": "engine.simd.time", "suite": 1, "name": "engine/simd_scan", "metric": 0, "verdict": "not_comparable", "reason": "other_host",
             "why": "engine/simd_scan: the baseline comes from another host class, and this benchmark depends on AVX-512", "head": summary([1e-6, 1.01e-6, 1.02e-6])}
    new = {"id": "engine.new.time", "suite": 1, "name": "engine/arena_alloc", "metric": 0, "verdict": "pass", "reason": "new_benchmark", "why": "new: the baseline does not hold it", "head": summary([2e-7, 2.02e-7, 2.05e-7])}
    rows += [missing, other, new]
    rows[0] |= {"doubts": ["Neighbouring samples resemble each other: the interval was widened.", "One build a side: code layout alone may move it; --builds 3 measures that."],
                "findings": [{"verdict": "fail", "reason": "drifted", "anchor": "v1.4", "why": "+7.80 % worse, and the drift budget is 5 %"}]}
    rows[1] |= {"more": None}
    rows[8] |= {"more": 24, "doubts": ["The noise of 3 % is larger than the budget leaves room for."]}
    # The third is accepted by a waiver.
    rows[2] |= {"verdict": "pass", "reason": "accepted", "waiver": "W-7"}
    rows[2]["history"]["marks"].append({"kind": "waiver", "run": 180, "label": "W-7", "text": "accepted up to 30 %"})
    display, comp3 = rows.index(headline), rows.index(second)
    second["history"]["marks"].append({"kind": "incident", "run": 150, "label": "target", "text": "target missed since here"})
    end = START + points * DAY * 0.7
    second["history"]["forecast"] = {"time": [end + i * 10 * DAY for i in range(7)], "value": [571e6 * 1.048 - i * 4e6 for i in range(7)],
                                     "low": [571e6 * 1.048 - i * 7e6 - 3e6 for i in range(7)], "high": [571e6 * 1.048 - i * 2e6 + 3e6 for i in range(7)],
                                     "text": "At this slope the target of 500 MiB/s is reached around 2026-09-12 (between 2026-07-20 and 2027-02-03)."}
    data = document(rows, rng, points)
    shown = {"DISPLAY": f"{headline['head']['median'] / 2**30:.2f} GiB/s", "COMP-3": f"{second['head']['median'] / 2**20:.0f} MiB/s"}
    data["verdict"]["summary"] = "Performance Report: " + ", ".join(f"{k}: {v}" for k, v in shown.items()) + " [FAIL]"
    data |= {
        "marks": [{"kind": "release", "run": 40, "label": "v1.3"}, {"kind": "release", "run": 118, "label": "v1.4"}, {"kind": "baseline", "run": 60, "label": "promoted by release-bot"},
                  {"kind": "baseline", "run": 121, "label": "promoted by mona", "text": "v1.4 is out"}, {"kind": "release", "run": 190, "label": "v1.5-rc1"}],
        "findings": [{"verdict": "warn", "suite": 1, "why": "The whole suite moved by +0.9 %: what its members have in common is taken out before they are judged.", "reason": "common_shift"}],
        "limits": [{"entry": comp3, "of": "COMP-3", "kind": "target", "written": "600 MiB/s", "limit": 600 * 2 ** 20, "value": second["head"]["median"], "shortfall": 600 * 2 ** 20 - second["head"]["median"], "margin": second["head"]["median"] / (600 * 2 ** 20), "verdict": "warn", "reason": "target_missed", "since": START + 105 * DAY, "origin": "thresholds.toml:10", "unit": "MiB/s"},
                   {"entry": display, "of": "DISPLAY", "kind": "floor", "written": "80 MiB/s", "limit": 80 * 2 ** 20, "value": headline["head"]["median"], "margin": 53.8, "verdict": "pass", "reason": "limit_met", "origin": "thresholds.toml:4", "unit": "GiB/s"},
                   {"entry": comp3, "of": "COMP-3", "kind": "floor", "written": "40 MiB/s", "limit": 40 * 2 ** 20, "value": second["head"]["median"], "margin": 13.98, "verdict": "pass", "reason": "limit_met", "origin": "thresholds.toml:5", "unit": "MiB/s"},
                   {"entry": 0, "kind": "ceiling", "written": f"{rows[0]['head']['median'] * 0.98e6:.4g} µs", "limit": rows[0]["head"]["median"] * 0.98, "value": rows[0]["head"]["median"], "shortfall": rows[0]["head"]["median"] * 0.02, "margin": 0.98, "verdict": "fail", "reason": "limit_violated", "since": START + 139 * DAY, "origin": "thresholds.toml:22"}],
        "waivers": [{"id": "W-7", "accepts": [2], "max_change": 0.3, "expires": START + 200 * DAY, "owner": "mona", "reason": "Correct handling of surrogates costs a pass", "ticket": "PERF-118", "origin": "waivers.toml:12"}],
        "hosts": {"head": {"cpu_model": "AMD EPYC 7763 64-Core Processor", "cores": 4, "arch": "x86_64", "os_image": "ubuntu-24.04", "kernel": "6.8.0-1021", "compiler": "g++ 13.2.0", "governor": "performance"},
                  "base": {"cpu_model": "AMD EPYC 7763 64-Core Processor", "cores": 4, "arch": "x86_64", "os_image": "ubuntu-24.04", "kernel": "6.8.0-1018", "compiler": "g++ 13.2.0", "governor": "performance"},
                  "differences": ["kernel: \"6.8.0-1021\" here, \"6.8.0-1018\" there"]},
        "notes": [{"severity": "warning", "of": "codec/sort_int", "text": "The host was busy: something waited 0.4 s for a processor."}, {"severity": "info", "text": "3 of 820 samples are outliers; all are kept."}],
        "matrices": [{"title": "Frontends by backends", "value": "time", "rows_by": "frontend", "columns_by": "backend", "base_unit": "s", "better": "lower",
                      "rows": ["sql", "dataframe", "stream", "rest"], "columns": ["memory", "disk", "s3", "postgres"],
                      "cells": [[10 ** rng.uniform(-6, -2.5) if (r, c) != (2, 3) else None for c in range(4)] for r in range(4)], "note": "Median of 20 launches; compression fixed to zstd."},
                     {"title": "Change", "value": "change of time", "rows_by": "frontend", "columns_by": "backend", "base_unit": "s", "better": "lower",
                      "rows": ["sql", "dataframe", "stream", "rest"], "columns": ["memory", "disk", "s3", "postgres"],
                      "cells": [[10 ** rng.uniform(-6, -2.5) if (r, c) != (2, 3) else None for c in range(4)] for r in range(4)],
                      "changes": [[0.001, 0.12, -0.004, 0.002], [-0.21, 0.003, 0.0, 0.011], [0.002, 0.004, -0.01, None], [0.034, -0.002, 0.001, 0.0]],
                      "verdicts": [["pass", "fail", "pass", "pass"], ["improved", "pass", "pass", "warn"], ["pass"] * 4, ["fail", "pass", "pass", "pass"]]}],
        "reproduce": ["perfgate check --run run.json --baseline base.json --policy thresholds.toml", "perfgate ab --base main --head feature/arena --rounds 20"],
        "commit_url": "https://github.com/example/codec/commit/",
    }
    return data


def large(count=500, points=2000):
    rng = random.Random(3)
    rows = []
    noise = [rng.gauss(0, 0.01) for _ in range(points)]
    for i in range(count):
        verdict = "fail" if i < 5 else "improved" if i < 9 else "pass"
        row = entry(rng, i, f"{'ABCD'[i % 4]}_{i:03d}__{SHAPES[i % 20]}", 1e-6 * (1 + i), verdict, 0.08 if i < 5 else -0.1 if i < 9 else 0.001, section=i % 4)
        level = 1e-6 * (1 + i)
        shift = rng.randrange(points)
        row["history"] = {"start": 0, "values": floats([level * (1 + noise[(k + shift) % points] + (0.1 if k > 1200 else 0)) for k in range(points)]),
                          "levels": [[0, 1200, level], [1201, points - 1, level * 1.1]], "marks": [{"kind": "change", "run": 1201, "change": 0.1}]}
        rows.append(row)
    return document(rows, rng, points, sections=[{"id": s, "title": f"Section {s}"} for s in "ABCD"])


def many(count=10_000):
    """Ten thousand rows with samples, and no history."""
    rng = random.Random(4)
    model = [entry(rng, i, f"n{i}", 1e-6, "pass", rng.gauss(0, 0.003), samples=20) for i in range(200)]
    rows = [dict(model[i % 200], id=f"r{i}", name=f"codec/{SHAPES[i % 20]}/{i}", suite=i % 2, verdict="fail" if i % 1000 == 3 else "pass") for i in range(count)]
    return document(rows, rng, 0)


def payloads():
    """Attacks as names. Each that runs leaves a mark in window.hit, opens a dialog, or asks the network."""
    run = "window.hit=1"
    result = []
    closers = ["", "\">", "'>", "</script>", "</style>", "</title>", "</textarea>", "-->", "]]>", "</svg>", "</template>", "</noscript>", "*/", "`", "</a>"]
    bodies = [f"<script>{run}</script>", f"<img src=x onerror={run}>", f"<svg onload={run}>", f"<svg><animate onbegin={run} attributeName=x dur=1s>",
              f"<details open ontoggle={run}>", f"<iframe srcdoc=\"<script>parent.hit=1</script>\">", f"<math><mtext><style><img src=x onerror={run}></style></mtext></math>",
              f"<body onload={run}>", f"<input autofocus onfocus={run}>", f"<video><source onerror={run}></video>", f"<a href=\"javascript:{run}\">x</a>",
              "<link rel=stylesheet href=http://127.0.0.1:9/x.css>", "<meta http-equiv=refresh content=\"0;url=http://127.0.0.1:9/\">",
              "<base href=http://127.0.0.1:9/>", "<object data=http://127.0.0.1:9/x></object>", "<form action=http://127.0.0.1:9/><button>x</button></form>",
              "<img src=http://127.0.0.1:9/x.png>", f"<style>@import 'http://127.0.0.1:9/x.css';*{{display:none!important}}</style>"]
    result += [closer + body for closer in closers for body in bodies]
    result += ["<!--", "<!--<script>", "</script", "</SCRIPT >", "<!--<script></script>", "--!>", "<![CDATA[", "&lt;script&gt;window.hit=1&lt;/script&gt;", "&#60;img src=x onerror=window.hit=1&#62;",
               "{{csp}}", "{{data}}", "{{title}}{{summary}}", "${window.hit=1}", "#{window.hit=1}", "<%= window.hit=1 %>", "{{constructor.constructor('window.hit=1')()}}",
               "\";window.hit=1;//", "';window.hit=1;//", "\\\";window.hit=1;//", "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e", "\u2028window.hit=1\u2029", "\r\nwindow.hit=1",
               "__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "then", "javascript:window.hit=1", "data:text/html,<script>parent.hit=1</script>",
               "$&$`$'$1", "\\g<0>", "%3Cscript%3Ewindow.hit=1%3C/script%3E", "url(http://127.0.0.1:9/x)", "expression(window.hit=1)", "x:expression(window.hit=1)", "background:url(javascript:window.hit=1)",
               "\u202egnp.exe\u202c", "\u2066\u2067\u2068x\u2069", "\u200b\u200c\u200d", "a\u0300" * 60, "Z\u0336\u034f\u0489" * 40, "\ufeffbom", "\ufffd", "\U0001f4a9" * 50, "\u5f02\u5e38" * 40,
               "x" * 4000, "word " * 400, "=1+1|cmd", "+1", "@mention", "#b=x", "../../etc/passwd", "file:///etc/passwd", "<", ">", "&", "\"", "'", "`", "\\", "\t", " ", ""]
    return result


def hostile():
    rng = random.Random(5)
    names = payloads()
    rows = []
    for i, text in enumerate(names):
        row = entry(rng, i, f"n{i}", 1e-6, ["pass", "fail", "improved", "warn"][i % 4], 0.01 * (i % 4), samples=5)
        row |= {"id": text or f"empty{i}", "name": text, "why": text, "doubts": [text], "findings": [{"verdict": "warn", "why": text, "anchor": text, "code": text}],
                "design": text, "method": text, "code": text, "reason": text, "suite": i, "metric": i % 3, "section": i, "waiver": text}
        if i % 7 == 0:
            row |= {"headline": text, "unit": text}
        if i % 11 == 0:
            row |= {"verdict": text}
        row["history"] = {"start": 0, "values": floats([1e-6 * (1 + 0.01 * k) for k in range(8)]), "levels": [[0, 7, 1e-6]],
                          "marks": [{"kind": "change", "run": 3, "change": 0.1, "label": text, "text": text}, {"kind": "release", "run": 5, "label": text}, {"kind": text, "run": 1}],
                          "forecast": {"time": [START, START + DAY], "value": [1e-6, 1e-6], "low": [1e-6, 0.9e-6], "high": [1e-6, 1.1e-6], "text": text}}
        rows.append(row)
    at = lambda k: names[k % len(names)]
    data = document(rows, rng, 8)
    data |= {"title": at(0) + at(45) + "\"'<&", "suites": names, "metrics": METRICS, "sections": [{"id": n, "title": n} for n in names], "titles": [at(3), at(7)],
             "runs": {"time": [START + k * DAY for k in range(8)], "commit": [at(30 * k) for k in range(8)], "subject": [at(17 * k + 1) for k in range(8)]},
             "head": {"run_id": at(9), "commit": {"sha": at(2), "branch": at(11), "subject": at(18)}, "state": at(5)}, "base": {"run_id": at(4), "commit": {"sha": at(6), "branch": at(20), "subject": at(40)}, "state": at(31)},
             "tool": at(12), "method": at(13), "policy": at(14), "commit_url": "javascript:window.hit=1//", "omitted": names[:20], "reproduce": names,
             "notes": [{"severity": n, "of": n, "text": n, "code": n} for n in names], "findings": [{"verdict": n, "suite": k, "why": n, "code": n} for k, n in enumerate(names)],
             "limits": [{"entry": k, "of": n, "kind": n, "written": n, "limit": 1.01e-6, "value": 1e-6, "margin": 1.0, "verdict": n, "reason": n, "origin": n, "unit": n} for k, n in enumerate(names)],
             "waivers": [{"id": n, "accepts": [k], "max_change": 0.1, "expires": START, "owner": n, "reason": n, "ticket": n, "origin": n} for k, n in enumerate(names)],
             "hosts": {"head": {n: n for n in names}, "base": {n: n for n in names[:40]}, "differences": names},
             "tables": [{"title": at(k), "caption": at(k + 1), "columns": [{"title": at(k + 2)}, {"title": at(k + 3), "number": True}], "rows": [[n, n] for n in names[:30]]} for k in range(2)],
             "facts": [{"label": n, "value": n, "note": n} for n in names[:6]],
             "matrices": [{"title": at(1), "value": at(2), "rows_by": at(3), "columns_by": at(4), "base_unit": at(5), "unit": at(5), "better": at(6), "note": at(7), "rows": names[:6], "columns": names[6:12],
                           "cells": [[1.0 + r * c for c in range(6)] for r in range(6)], "changes": [[0.1 * c for c in range(6)] for r in range(6)], "verdicts": [[names[r + c] for c in range(6)] for r in range(6)]}]}
    data["verdict"] |= {"words": at(0), "summary": at(3), "advice": [at(2), at(21), at(47)], "coverage": at(37), "drift": at(50)}
    return data


PAGES = {"small": small, "typical": typical, "large": large, "many": many, "hostile": hostile}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or PAGES:
        path = folder / f"{name}.html"
        path.write_text(fill.fill(PAGES[name]()))
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
