#!/usr/bin/env bash
# Prints what the changelog says of a version: scripts/release-notes.sh 0.1.0
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# = 1 ] || { echo "usage: scripts/release-notes.sh VERSION" >&2 && exit 2; }
notes=$(awk -v title="## [$1]" 'index($0, "## [") == 1 { inside = index($0, title) == 1; next } inside' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  echo "CHANGELOG.md has no section [$1]" >&2
  exit 1
fi
printf '%s\n' "$notes"
