#!/usr/bin/env bash
# perfgate's own benchmarks, as `./dev bench` runs them: tests/bench/run.sh BUILD_DIR [ROUNDS]
# Where programs are compared they run in turns, and what counts is the ratio: times are the machine's.
set -euo pipefail
build=$(realpath "${1:?usage: run.sh BUILD_DIR [ROUNDS]}")
rounds=${2:-7}
here=$(dirname "$(realpath "$0")")
failed=0

echo "== 10 000 benchmarks of 30 samples; starting programs; watching a suite; the store at 10^3 and 10^6"
"$build/tests/bench/perfgate_bench" --benchmark_enable_random_interleaving=false
echo
echo "== whole processes"
python3 "$here/whole_process.py" "$build" "$rounds" || failed=1
echo
echo "== reports: 10 000 benchmarks, and 500 in 2 000 runs"
python3 "$here/reports.py" "$build" || failed=1
echo
echo "== 100 MB of Google Benchmark JSON"
python3 "$here/big_json.py" "$build" "$rounds" || failed=1

echo
echo "== PDF"
python3 "$here/paper.py" "$build" "$rounds" || failed=1

if [ -x "$here/../../build/otava/bin/python" ]; then  # detect_peer.py says how to get it
  echo
  echo "== change points, beside Otava"
  "$here/../../build/otava/bin/python" "$here/detect_peer.py" "$build" "$rounds" || failed=1
fi

[ $failed = 0 ] || echo "bench: a bound was not kept, see above" >&2
exit $failed
