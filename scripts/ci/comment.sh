#!/usr/bin/env bash
# Writes the comment of a pull request, in the place of the one that an earlier run wrote. The token needs
# `pull-requests: write`; where it has not (pull requests from forks), the review stands in the page of the step alone.
set -euo pipefail
# shellcheck source=scripts/ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need jq
file=${COMMENT:?the file with the comment}
number=$(event '.pull_request.number')
if [[ ! $number =~ ^[0-9]+$ ]]; then
  say "no pull request, no comment"
  exit 0
fi
key=${INPUT_COMMENT_KEY:-}
[[ $key =~ ^[A-Za-z0-9_.-]*$ ]] || die "the input \`comment-key\` may hold letters, digits, and _ . - only: $key"
marker="<!-- checkrail${key:+ $key} -->"
work=$(mktemp -d "${RUNNER_TEMP:?}/checkrail.XXXXXX")
{
  printf '%s\n' "$marker"
  tail -n +2 "$file"
} >"$work/body"
jq -n --rawfile body "$work/body" '{body: $body}' >"$work/payload"

refused() {
  annotate notice "The comment could not be written: $(tail -n 1 "$work/error" | cut -c 1-300). The job needs \
\`permissions: pull-requests: write\`, which pull requests from forks do not get; the summary of the step has the review."
  exit 0
}

comments=repos/${GITHUB_REPOSITORY:?}/issues
# Whose comments may be replaced: those of bots, and those of the token's own user where it has one.
me=$(api GET /user 2>/dev/null | jq -r '.login? // empty' 2>/dev/null) || me=
id=
for page in 1 2 3 4 5 6 7 8 9 10; do
  api GET "/$comments/$number/comments?per_page=100&page=$page" >"$work/page" 2>"$work/error" || refused
  # shellcheck disable=SC2016 # jq's variables
  id=$(jq -r --arg marker "$marker" --arg me "$me" \
    'map(select((.body // "" | startswith($marker)) and (.user.type == "Bot" or .user.login == $me))) | .[0].id // empty' \
    "$work/page" | tr -d '\r')
  if [ -n "$id" ] || [ "$(jq length "$work/page" | tr -d '\r')" -lt 100 ]; then break; fi
done

if [ -n "$id" ]; then
  api PATCH "/$comments/comments/$id" "$work/payload" >/dev/null 2>"$work/error" || refused
  say "comment $id is up to date"
elif [ "${MIGRATIONS:-1}" = 0 ]; then
  say "no migration is under review, and there is no comment yet: none is written"
else
  api POST "/$comments/$number/comments" "$work/payload" >/dev/null 2>"$work/error" || refused
  say "comment written"
fi
