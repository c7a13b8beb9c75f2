#!/usr/bin/env bash
# The checks of `make lint` whose tools a machine may lack; each one says so when it is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

run() {
  printf '+ %s\n' "$*"
  "$@"
}

if ! cargo deny --version >/dev/null 2>&1; then
  echo "skipped: cargo deny (licences, sources, advisories of dependencies); cargo install cargo-deny --locked adds it"
else
  run cargo deny --log-level error check bans licenses sources
  # The advisories come over the network, and a machine without one should still be able to lint.
  if cargo deny --log-level off fetch db >/dev/null 2>&1; then
    run cargo deny --log-level error check advisories
  else
    echo "skipped: cargo deny check advisories; the advisory database cannot be fetched"
  fi
fi

if command -v shellcheck >/dev/null 2>&1; then
  run shellcheck --external-sources scripts/*.sh scripts/ci/*.sh .ci/run
else
  echo "skipped: shellcheck (shell scripts); install the package of that name to run it"
fi

if command -v actionlint >/dev/null 2>&1; then
  run actionlint
else
  echo "skipped: actionlint (workflows of GitHub Actions); https://github.com/rhysd/actionlint has it"
fi
