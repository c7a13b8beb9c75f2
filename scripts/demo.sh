#!/usr/bin/env bash
# Reviews the newest migrations of the shipped example shop and says how to read the outcome.
# Uses the debug build unless CHECKRAIL names another binary.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${CHECKRAIL:-${CARGO_TARGET_DIR:-target}/debug/checkrail}
migrations="migrations-examples/postgresql/shop/migrations"

if [ ! -x "$binary" ]; then
  echo "demo: $binary does not exist: run cargo build first" >&2
  exit 1
fi
if [ ! -d "$migrations" ]; then
  echo "demo: $migrations does not exist: run this from a complete checkout" >&2
  exit 1
fi

printf '$ checkrail review %s --last 3\n\n' "$migrations"
status=0
"$binary" review "$migrations" --last 3 || status=$?

printf '\nExit status %s: ' "$status"
case $status in
  0) echo "the last three migrations of the example pass the default policy." ;;
  1)
    cat <<END
the review found errors, so a pipeline would stop here.

The older migrations were replayed on a model of the schema, which is how the review knows what is new, what
already holds data and what depends on what. Next steps with the same folder:
  $binary review $migrations --last 3 --format markdown      the same for a pull request, with schema diff and rollback
  $binary review $migrations --last 3 --rollback-dir /tmp/down   write the way back
  $binary explain RULE                                       what a rule flags, and why it hurts
END
    ;;
  *)
    echo "the review could not be done, see the message above."
    exit "$status"
    ;;
esac
