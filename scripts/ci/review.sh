#!/usr/bin/env bash
# Reviews migrations in a job of GitHub Actions: what the change adds, seen from where it branched off. Prints the
# review and annotations, writes the page of the step, and leaves SARIF, JSON and the comment in files (outputs).
# Findings do not fail this step: the last step of the action ends with `exit-code`, when all is told.
set -euo pipefail
# shellcheck source=scripts/ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need git
need jq
checkrail=${CHECKRAIL:?the program}
out=$(mktemp -d "${RUNNER_TEMP:?}/checkrail.XXXXXX")
cd "${INPUT_WORKING_DIRECTORY:-.}"

is_commit() { [[ $1 =~ ^[0-9a-f]{40,64}$ ]] && [[ ! $1 =~ ^0+$ ]]; }

# The commit that the change starts from; empty where the event is no change, so that everything is reviewed.
base_of_event() {
  local base=
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target)
      base=$(event .pull_request.base.sha)
      is_commit "$base" || base=${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}
      ;;
    merge_group) base=$(event .merge_group.base_sha) ;;
    push)
      base=$(event .before)
      if ! is_commit "$base"; then
        # A new branch: what it has that the default branch does not.
        base=$(event .repository.default_branch)
        if [ -z "$base" ] || [ "$base" = "${GITHUB_REF_NAME:-}" ]; then base=; else base=origin/$base; fi
      fi
      ;;
  esac
  printf '%s' "$base"
}

has_common_ancestor() { git merge-base "$1" HEAD >/dev/null 2>&1; }

# Fetches history until the change and its base meet. A checkout has one commit unless told otherwise.
fetch_history() {
  local base=$1 wanted=$1 depth head
  has_common_ancestor "$base" && return
  case $base in origin/*) wanted=+refs/heads/${base#origin/}:refs/remotes/$base ;; esac
  head=$(git rev-parse HEAD)
  if [ "$(git rev-parse --is-shallow-repository)" = false ]; then
    git fetch --quiet --no-tags origin "$wanted" || true
  else
    for depth in --deepen=1 --deepen=50 --deepen=500 --unshallow; do
      # Not every server hands out the merge commit that is checked out.
      git fetch --quiet --no-tags "$depth" origin "$wanted" "$head" 2>/dev/null \
        || git fetch --quiet --no-tags "$depth" origin "$wanted" || true
      if has_common_ancestor "$base"; then break; fi
    done
  fi
  has_common_ancestor "$base"
}

args=(review)
# One path a line; paths may hold blanks.
while IFS= read -r path; do
  path=${path%$'\r'}
  if [ -n "$path" ]; then args+=("$path"); fi
done <<<"${INPUT_MIGRATIONS:-}"

since=${INPUT_SINCE:-}
if [ -z "$since" ]; then since=$(base_of_event); fi
case $since in
  '' | all) say "the whole history is under review" ;;
  *)
    if ! fetch_history "$since"; then
      die "the history since $since is not here: give \`fetch-depth: 0\` to actions/checkout"
    fi
    args+=(--since "$since")
    say "under review: what changed since $since"
    ;;
esac
option() { if [ -n "$2" ]; then args+=("$1" "$2"); fi; }
option --schema "${INPUT_SCHEMA:-}"
option --policy "${INPUT_POLICY:-}"
option --fail-on "${INPUT_FAIL_ON:-}"
option --server-version "${INPUT_SERVER_VERSION:-}"
# Separated by blanks and line breaks, without quotes: nothing here is read by the shell.
while read -ra words; do args+=(${words[@]+"${words[@]}"}); done <<<"${INPUT_ARGS:-}"

args+=(--color always --format terminal --format "github=$out/annotations" --format "json=$out/review.json")
args+=(--format "sarif=$out/checkrail.sarif" --format "markdown=$out/comment.md")
if [ "${INPUT_SUMMARY:-true}" = true ]; then args+=(--format github-summary); fi

# What is quoted from migrations could look like a command to the runner.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
code=0
"$checkrail" "${args[@]}" || code=$?
printf '::%s::\n' "$token"

if [ "${INPUT_ANNOTATIONS:-true}" = true ] && [ -f "$out/annotations" ]; then cat "$out/annotations"; fi
output exit-code "$code"
if [ ! -f "$out/review.json" ]; then
  die "the review ended with code $code before it had a result; its message is above" "$code"
fi
output json "$out/review.json"
output sarif "$out/checkrail.sarif"
output comment "$out/comment.md"
for field in verdict summary.errors summary.warnings summary.advice summary.migrations; do
  output "${field#summary.}" "$(jq -r ".$field" "$out/review.json" | tr -d '\r')"
done
