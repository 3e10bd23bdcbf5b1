#!/bin/sh
# Builds perfgate_suite. Usage: build.sh BUILD_DIRECTORY
#
# Where cmake has configured BUILD_DIRECTORY, by cmake; else, as in the work trees of `perfgate ab`, by the
# compiler alone. PERFGATE_BUILD=N links the object files in another order for every N, so that functions lie
# elsewhere: a micro-benchmark may move by more than 1 % for no other reason.
set -eu
directory=$1
cd "$(dirname "$0")"
here=$PWD
program=tests/bench/suite/perfgate_suite
build=${PERFGATE_BUILD:-}

if [ -z "$build" ] && [ -f "$directory/CMakeCache.txt" ]; then
  exec cmake --build "$directory" --target perfgate_suite -- --quiet
fi

mkdir -p "$directory/$(dirname "$program")"
cd "$directory/$(dirname "$program")"
unit=s
pkg-config --max-version=1.7.99 benchmark 2>/dev/null && unit=
sources="decoder layout records workloads suite"
for source in $sources; do
  ${CXX:-c++} -std=c++23 -O3 -DNDEBUG -ffile-prefix-map="$here"=. "-DMIN_TIME_UNIT=\"$unit\"" -c "$here/$source.cpp" \
    -o "$source.o"
done
# The build's number picks one of the orders: each object in turn goes to a place that the number says.
number=${build:-0}
objects=
count=0
for source in $sources; do
  count=$((count + 1))
  place=$((number % count))
  number=$((number / count))
  ordered=
  at=0
  for object in $objects; do
    [ "$at" = "$place" ] && ordered="$ordered $source.o"
    ordered="$ordered $object"
    at=$((at + 1))
  done
  [ "$place" -ge "$at" ] && ordered="$ordered $source.o"
  objects=$ordered
done
exec ${CXX:-c++} -O3 $objects -lbenchmark -lfmt -lpthread -o perfgate_suite
