#!/usr/bin/env bash
# What action.yml runs: finds the binary, checks it, and becomes it. Inputs come as PG_* variables (action.yml).
# The runner signals only this process, so perfgate takes its place at the end.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# A one-line message that the runner shows, and outputs for the steps that follow.
stop() { # MESSAGE [EXIT]
  local text=$1 code=${2:-2}
  text=${text//'%'/%25} text=${text//$'\r'/%0D} text=${text//$'\n'/%0A}
  echo "::error title=perfgate::$text" >&2
  [ -z "${GITHUB_OUTPUT:-}" ] || printf 'verdict=not-measured\nexit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
  exit "$code"
}

is_true() { # VALUE NAME
  case $1 in true) return 0 ;; false | '') return 1 ;; *) stop "input \`$2\` is neither true nor false" ;; esac
}

# ---- The binary ------------------------------------------------------------------------------------

ways="Give \`binary: PATH\` of a perfgate that you have built or keep, or \`build-from-source: true\`."

checked() { # FILE SHA256: whether it is what it should be
  [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]
}

from_release() {
  local arch line sum file version url cached copy protocol
  [ "${RUNNER_OS:-$(uname -s)}" = Linux ] || stop "perfgate runs on Linux; this runner is ${RUNNER_OS:-$(uname -s)}."
  case ${RUNNER_ARCH:-$(uname -m)} in
    X64 | x86_64) arch=x64 ;;
    ARM64 | aarch64) arch=arm64 ;;
    *) stop "there is no release of perfgate for ${RUNNER_ARCH:-$(uname -m)}. $ways" ;;
  esac
  line=$(grep -E "^[0-9a-f]{64}  perfgate-[0-9][0-9A-Za-z.+-]*-linux-$arch\.tar\.gz$" "$here/release-sha256.txt" || true)
  [ -n "$line" ] || stop "this commit of the action knows no release of perfgate for linux-$arch (.github/release-sha256.txt holds none). $ways"
  [ "$(wc -l <<<"$line")" = 1 ] || stop ".github/release-sha256.txt names several releases for linux-$arch: there must be one."
  sum=${line%% *} file=${line##* }
  version=${file#perfgate-} version=${version%"-linux-$arch.tar.gz"}

  work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/perfgate.XXXXXX")
  copy=$work/$file
  cached=${RUNNER_TOOL_CACHE:-$work/cache}/perfgate/$version/linux-$arch/$file
  # What is checked is a copy that nobody else writes to, also where it comes from the cache.
  if [ -f "$cached" ] && cp "$cached" "$copy" && checked "$copy" "$sum"; then
    echo "perfgate $version from the runner's tool cache, checked" >&2
  else
    [ ! -e "$cached" ] || echo "::warning title=perfgate::the copy in the tool cache is not what was released, and is not used" >&2
    url=${PG_RELEASE_URL:-}
    if [ -z "$url" ]; then
      [ -n "${PG_REPOSITORY:-}" ] || stop "where do releases lie? A local action (uses: ./) has no repository of its own: give \`release-url\`. $ways"
      url=${GITHUB_SERVER_URL:-https://github.com}/$PG_REPOSITORY/releases/download
    fi
    case $url in
      https://*) protocol='=https' ;;
      http://127.0.0.1:*) protocol='=http' ;;  # a release served on this machine
      *) stop "release-url must begin with https://" ;;
    esac
    curl --proto "$protocol" --tlsv1.2 --fail --silent --show-error --location --max-redirs 3 --retry 5 \
      --retry-connrefused --retry-max-time 180 --connect-timeout 10 --max-time 120 --max-filesize 200000000 \
      --output "$copy" -- "$url/v$version/$file" ||
      stop "perfgate $version could not be downloaded from $url (curl: exit $?). $ways" 9
    checked "$copy" "$sum" ||
      stop "what lies at $url/v$version/$file is not the perfgate that this action was released with: expected sha256 $sum, got $(sha256sum <"$copy" | cut -d' ' -f1). It is not run." 9
    # Best effort: the next job saves the download.
    { mkdir -p "$(dirname "$cached")" && cp "$copy" "$cached.$$" && mv -f "$cached.$$" "$cached"; } 2>/dev/null || true
  fi
  tar -xzf "$copy" -C "$work" --no-same-owner || stop "$file could not be unpacked." 9
  rm -f "$copy"
  binary=$work/${file%.tar.gz}/bin/perfgate
  [ -x "$binary" ] || stop "$file holds no bin/perfgate." 9
}

find_binary() {
  if [ -n "${PG_BINARY:-}" ]; then
    binary=$PG_BINARY
    case $binary in
      /*) ;;
      *) binary=${GITHUB_WORKSPACE:-$PWD}/$binary ;;
    esac
    [ -f "$binary" ] && [ -x "$binary" ] || stop "input \`binary\`: $PG_BINARY is not there, or not executable."
  elif is_true "${PG_BUILD:-}" build-from-source; then
    echo "::group::building perfgate from the action's source" >&2
    "$here/../dev" build perfgate >&2 || stop "perfgate could not be built from source: see the log above." 9
    echo "::endgroup::" >&2
    binary=$here/../build/release/perfgate
  else
    from_release
  fi
}

# That it is the right file does not say that this machine can run it: it may be older than what the file was built on, or
# of another kind. Without this the job would end in a word of the loader's.
starts() {
  local said
  said=$("$binary" --version 2>&1 >/dev/null) && return
  said=$(printf '%s' "$said" | head -n 1 | cut -c 1-300)
  stop "perfgate cannot be started on this machine (${said:-it says nothing}). A release needs Linux with glibc 2.36 or newer, as of Debian 12 or Ubuntu 24.04: take a newer \`runs-on\`, or have it built here by \`build-from-source: true\`, or give \`binary: PATH\` of one that was built for this machine." 9
}

# ---- The command -----------------------------------------------------------------------------------

command=()
option() { # NAME VALUE: where there is a value
  [ -z "$2" ] || command+=("$1" "$2")
}
lines_of() { # TEXT: each line that is not empty, into `lines`
  lines=()
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    [ -z "$line" ] || lines+=("$line")
  done <<<"$1"
}

# Where the change began: the merge base of what the event calls its base.
base_commit() {
  local from=${PG_EVENT_BASE:-}
  case $from in
    '' | *[!0]*) ;;
    *) from='' ;;  # a new branch: all zeros
  esac
  [ -n "$from" ] || stop "ab: with what is it compared? This event names no base commit: give \`base\`."
  git cat-file -e "$from^{commit}" 2>/dev/null ||
    stop "ab: the base commit $from is not in this clone. Check out with \`fetch-depth: 0\`."
  base=$(git merge-base "$from" "$PG_HEAD" 2>/dev/null) ||
    stop "ab: $from and $PG_HEAD have no common commit in this clone. Check out with \`fetch-depth: 0\`."
}

find_command() {
  local bundle
  case $PG_MODE in
    gate)
      command=(gate --out "$PG_OUT")
      option --repetitions "$PG_REPETITIONS"
      option --policy "$PG_POLICY"
      option --fail-on "$PG_FAIL_ON"
      ;;
    ab)
      base=$PG_BASE
      [ -n "$base" ] || base_commit
      command=(ab --out "$PG_OUT")
      option --budget "$PG_BUDGET"
      option --policy "$PG_POLICY"
      option --fail-on "$PG_FAIL_ON"
      ;;
    run)
      command=(run --no-store --out "$PG_OUT")
      option --repetitions "$PG_REPETITIONS"
      option --policy "$PG_POLICY"
      ;;
    join)
      lines_of "$PG_SHARDS"
      [ ${#lines[@]} -gt 0 ] || stop "join: \`shards\` names no part."
      shards=()
      for bundle in "${lines[@]}"; do shards+=(--shard "$bundle"); done
      command=(check --run "$PG_OUT/run.json" --out "$PG_OUT")
      option --policy "$PG_POLICY"
      option --fail-on "$PG_FAIL_ON"
      ;;
    promote)
      lines_of "$PG_BUNDLE"
      [ ${#lines[@]} = 1 ] || stop "promote: \`bundle\` names one folder."
      run=${lines[0]}/run.json
      [ -f "$run" ] || stop "promote: there is no $run: did the measuring job leave one?" 3
      turns=${lines[0]}/base/run.json against=()
      # What was measured again by turns was judged by that.
      [ ! -f "$turns" ] || run=${lines[0]}/head/run.json against=(--baseline "$turns")
      command=(baseline promote --run "$run" ${against:+--base "$turns"})
      is_true "$PG_TESTS_PASSED" tests-passed && command+=(--tests-passed)
      option --policy "$PG_POLICY"
      ;;
    publish)
      command=(publish)
      lines_of "$PG_BUNDLE"
      for bundle in "${lines[@]}"; do command+=(--bundle "$bundle"); done
      option --comment "$PG_COMMENT"
      is_true "$PG_REQUIRE" require-publication && command+=(--require)
      ;;
    tell) # where nothing was judged, the step before said why
      [ -f "$PG_OUT/judgement.json" ] || exit 0
      command=(publish --offline --quiet --bundle "$PG_OUT" --out "$PG_OUT-summary")
      ;;
    audit)
      command=(audit generate --missing --out "$PG_OUT")
      option --policy "$PG_POLICY"
      ;;
    *) stop "input \`mode\` is gate, ab, run, join, promote, publish or audit, not \`$PG_MODE\`" ;;
  esac
  case $PG_MODE in  # the configuration of an audit is another file
    audit) option --project "$PG_CONFIG" ;;
    *) option --config "${PG_CONFIG:-}" ;;
  esac
  option --store "${PG_STORE:-}"
  lines_of "${PG_ARGUMENTS:-}"
  command+=("${lines[@]}")
  [ "$PG_MODE" != ab ] || command+=(-- "$base" "$PG_HEAD")
}

# What comes before the command that perfgate ends as.
prepare() {
  local status=0 where=()
  [ -z "${PG_CONFIG:-}" ] || where+=(--config "$PG_CONFIG")
  case $PG_MODE in
    join)
      "$binary" import "${shards[@]}" "${where[@]}" --out "$PG_OUT" || status=$?
      [ "$status" = 0 ] || [ "$status" = 3 ] || exit "$status"
      ;;
    promote) # every run is kept, with its verdict, also one that is not promoted
      [ -z "$PG_STORE" ] || where+=(--store "$PG_STORE")
      "$binary" history add "$run" "${where[@]}"
      [ -z "$PG_POLICY" ] || where+=(--policy "$PG_POLICY")
      [ -z "$PG_STORE" ] || "$binary" check --run "$run" "${against[@]}" "${where[@]}" || status=$?
      case $status in 0 | 1 | 3 | 4 | 5) ;; *) exit "$status" ;; esac
      ;;
  esac
}

cd "${GITHUB_WORKSPACE:-$PWD}"
[ -d "$PG_DIRECTORY" ] || stop "input \`working-directory\`: there is no folder $PG_DIRECTORY"
cd "$PG_DIRECTORY"
find_command
case $PG_MODE in  # a judgement that lies here is not of this step
  gate | ab | run | join) rm -f -- "$PG_OUT/judgement.json" ;;
esac
find_binary
starts
prepare
# perfgate and the suites that it starts have no use for these.
unset "${!PG_@}"
exec "$binary" "${command[@]}"
