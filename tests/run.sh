#!/usr/bin/env bash
# Runs the tests of a build directory: tests/run.sh BUILD [NAME...]; a NAME selects by substring.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
shift
pattern=$(IFS='|'; echo "$*")
exec ctest --test-dir "$build" --output-on-failure -j "$(nproc)" ${pattern:+-R "$pattern"}
