#!/usr/bin/env bash
# Brings the PostgreSQL servers that `make test` runs on, through the built checkrail: what the system's packages
# have is taken, the rest is fetched by the machine's npm into checkrail's cache, outside of the source tree.
#
#   scripts/servers.sh 15,18      these major versions; `all` is 13 to 18
#
# Where a server cannot be had, the tests that want it skip themselves, out loud; where CI or
# CHECKRAIL_REQUIRE_SERVER is set, that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ]; then
  echo "usage: scripts/servers.sh 15,18|all" >&2
  exit 2
fi
binary=${CARGO_TARGET_DIR:-target}/debug/checkrail

if [ -n "${PG_BINDIR:-}" ]; then
  echo "servers: only that of PG_BINDIR=$PG_BINDIR"
elif ! "$binary" shadow install --pg "$1"; then
  if [ -n "${CI:-}${CHECKRAIL_REQUIRE_SERVER:-}" ]; then
    exit 1
  fi
  echo "servers: not all of PostgreSQL $1 could be had; tests on those will be skipped" >&2
fi
