#!/usr/bin/env bash
# run.sh BUILD JOBS: clang-tidy-19 over src, with the flags of BUILD/compile_commands.json.
#
# Most of the time goes into headers, so the sources of a folder are looked at as one, and each command by itself. Where
# they cannot be joined (two have a local name in common) each is looked at by itself.
# What passed, in this checkout or another, is not looked at again until a source of it, a header that it includes, the
# rules, the flags or clang-tidy change.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$1/lint
jobs=$2
passed=${XDG_CACHE_HOME:-${HOME:-$PWD/build}/.cache}/perfgate-lint
mkdir -p "$work" "$passed"
find "$passed" -type f -mtime +30 -delete
cp .clang-tidy "$work/.clang-tidy"

python3 - "$1" "$work" <<'PYTHON'
# Writes $work/NAME.cpp, which includes the sources of a batch, their flags, and $work/batches: a line each.
import collections, json, os, pathlib, re, shlex, sys

build, work = sys.argv[1:]
root = os.getcwd()
folders = collections.defaultdict(dict)
for entry in json.load(open(f"{build}/compile_commands.json")):
    path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), root)
    if not path.startswith("src/") or not os.path.exists(path):
        continue
    arguments = shlex.split(entry["command"])
    start = next(i for i, word in enumerate(arguments) if "clang++" in word)
    flags = [word for word in arguments[start + 1:] if word.startswith(("-D", "-I", "-std", "-W", "/"))
             or word == "-isystem"]
    folders[os.path.dirname(path)][path] = [word for word in flags if word != entry["file"]]

batches = []
for folder, sources in sorted(folders.items()):
    # Of a folder's sources one may have a definition more (version.cpp): the longest flags hold for all.
    flags = max(sources.values(), key=len)
    # Every command has an `add` and a `run` of its own.
    alone = [source for source in sorted(sources)
             if folder.startswith("src/cli") and re.search(r"^(void add|Result<Exit> run)\(", open(source).read(), re.M)]
    together = sorted(set(sources) - set(alone))
    groups = ([together] if together else []) + [[source] for source in alone]
    for group in groups:
        name = (group[0].removesuffix(".cpp") if len(group) == 1 else folder).replace("/", "_")
        pathlib.Path(work, name + ".cpp").write_text("".join(f'#include "{root}/{source}"\n' for source in group))
        pathlib.Path(work, name + ".flags").write_text("\n".join(flags) + "\n")
        batches.append([name] + group)
pathlib.Path(work, "batches").write_text("".join(" ".join(batch) + "\n" for batch in batches))
PYTHON

look_at() { # NAME SOURCE...: the batch passes, or its findings are shown
  local work=$1 passed=$2 name=$3 key source
  local -a flags included
  shift 3
  mapfile -t flags <"$work/$name.flags"
  # Of the make rule the files of ours: `NAME.o: FILE \` and so on.
  mapfile -t included < <(clang++-19 -MM "${flags[@]}" "$work/$name.cpp" | tr -s ' \\' '\n' | grep "^$PWD/src/" | sort -u)
  key=$({ cat "${included[@]}" .clang-tidy; sed "s#$PWD#.#g" "$work/$name.flags" "$work/$name.cpp"
    clang-tidy-19 --version; } | sha256sum | cut -c1-64)
  if [ -e "$passed/$key" ]; then return; fi
  if [ $# -gt 1 ] && ! clang++-19 -fsyntax-only -w "${flags[@]}" "$work/$name.cpp" 2>/dev/null; then
    for source in "$@"; do
      clang-tidy-19 --quiet --warnings-as-errors='*' "$source" -- "${flags[@]}" -w 2>/dev/null || return 1
    done
  else
    clang-tidy-19 --quiet --warnings-as-errors='*' "$work/$name.cpp" -- "${flags[@]}" -w 2>"$work/$name.log" || {
      # A finding is on stdout already; what stopped clang-tidy itself is in the log.
      echo "clang-tidy: $name (see $work/$name.log)"
      return 1
    }
  fi
  touch "$passed/$key"
}
export -f look_at
# Each batch to its end, whatever the others found.
xargs -P "$jobs" -L 1 bash -c 'look_at "$@"' look_at "$work" "$passed" <"$work/batches"
