#!/usr/bin/env bash
# Hands the SARIF file to code scanning. The token needs `security-events: write`, and the repository code scanning;
# where one is missing, the step says so and goes on: the findings are in the annotations and the summary too.
set -euo pipefail
# shellcheck source=scripts/ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need jq
need gzip
file=${SARIF:?the SARIF file}
work=$(mktemp -d "${RUNNER_TEMP:?}/checkrail.XXXXXX")

# Code scanning would open alerts for what a comment or the policy has silenced. And each category is a list of its own:
# reviews of several folders in one repository must not replace each other.
# shellcheck disable=SC2016 # jq's variables
jq -c --arg category "${INPUT_CATEGORY:-}" '
  .runs[].results |= map(select((.suppressions // []) | length == 0))
  | if $category != "" then .runs[].automationDetails.id = $category + "/" else . end' "$file" >"$work/upload.sarif"
gzip -c "$work/upload.sarif" | base64 | tr -d '\r\n' >"$work/encoded"
if [ "$(wc -c <"$work/encoded")" -gt 13981013 ]; then # 10 MiB, in base64
  annotate warning "The SARIF file has more than 10 MiB after compression, which code scanning refuses: not uploaded"
  exit 0
fi
# shellcheck disable=SC2016 # jq's variables
jq -n --rawfile sarif "$work/encoded" --arg sha "${GITHUB_SHA:?}" --arg ref "${GITHUB_REF:?}" \
  --arg checkout "file://${GITHUB_WORKSPACE:?}" \
  '{commit_sha: $sha, ref: $ref, sarif: $sarif, checkout_uri: $checkout, tool_name: "checkrail"}' >"$work/payload"

if api POST "/repos/${GITHUB_REPOSITORY:?}/code-scanning/sarifs" "$work/payload" >"$work/answer" 2>"$work/error"; then
  say "SARIF uploaded: $(jq -r '.id? // "accepted"' "$work/answer" 2>/dev/null || echo accepted)"
else
  annotate notice "SARIF was not uploaded: $(tail -n 1 "$work/error" | cut -c 1-300). The job needs \
\`permissions: security-events: write\`, and the repository code scanning."
fi
