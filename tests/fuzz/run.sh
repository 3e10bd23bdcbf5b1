#!/usr/bin/env bash
# run.sh BUILD SECONDS [NAME...]: runs every fuzz target of the build directory (or those named), two at
# a time, SECONDS each. What is found on the way is kept in BUILD/tests/fuzz/corpus and is where the next run
# starts. A finding fails; its input lies where the last line says.
set -euo pipefail
build=$(realpath "$1")/tests/fuzz
seconds=$2
shift 2
names=("$@")
if [ ${#names[@]} = 0 ]; then
  for seeds in "$build"/*_fuzz.seeds; do names+=("$(basename "$seeds" _fuzz.seeds)"); done
fi

run_one() { # NAME
  local build=$1 seconds=$2 name=$3 log=$1/$3.log
  local -a seeds
  mkdir -p "$build/corpus/$name" "$build/found"
  mapfile -t seeds <"$build/${name}_fuzz.seeds"
  if "$build/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
      -print_final_stats=1 -artifact_prefix="$build/found/$name-" "$build/corpus/$name" "${seeds[@]}" \
      >"$log" 2>&1 </dev/null; then
    printf '%-18s %10s inputs, nothing found\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    tail -n 60 "$log"
    printf '%-18s FAILED: see %s and %s\n' "$name" "$log" "$build/found"
    return 1
  fi
}
export -f run_one
export UBSAN_OPTIONS=print_stacktrace=1
printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -c 'run_one "$@"' run_one "$build" "$seconds" {}
