# What the scripts of the action share. Sourced, never run.
# shellcheck shell=bash

say() { printf 'checkrail: %s\n' "$*" >&2; }

# An annotation without a place: annotate LEVEL TEXT. The text is escaped, so that nothing in it is a command.
annotate() {
  local text=${2//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::%s title=checkrail::%s\n' "$1" "${text//$'\n'/%0A}"
}

die() {
  annotate error "$1"
  exit "${2:-2}"
}

# A result of the step: output NAME VALUE. Values are ours and of one line.
output() { printf '%s=%s\n' "$1" "${2//[$'\r\n']/ }" >>"${GITHUB_OUTPUT:?}"; }

need() {
  command -v "$1" >/dev/null 2>&1 || die "$1 is needed on the runner and was not found"
}

# A field of the event: event .pull_request.number; empty where there is none.
event() {
  [ -f "${GITHUB_EVENT_PATH:-}" ] || return 0
  jq -r "$1 // empty" "$GITHUB_EVENT_PATH" | tr -d '\r'
}

# One request to GitHub's API: api METHOD PATH [FILE WITH JSON]. The answer goes to standard output, complaints to
# standard error; the status says whether it worked. The token is in the environment (CHECKRAIL_TOKEN) and is handed on
# through the environment or a pipe: never as an argument, which other processes could read, and never printed.
api() {
  local method=$1 path=$2 file=${3:-} url=${GITHUB_API_URL:-https://api.github.com}
  local client=${CHECKRAIL_API_CLIENT:-}
  if [ -z "$client" ]; then
    if command -v gh >/dev/null 2>&1; then client=gh; else client=curl; fi
  fi
  local accept='Accept: application/vnd.github+json'
  if [ "$client" = gh ]; then
    local host=${GITHUB_SERVER_URL:-https://github.com}
    GH_TOKEN=${CHECKRAIL_TOKEN:?} GH_ENTERPRISE_TOKEN=$CHECKRAIL_TOKEN GH_HOST=${host#*://} GH_PROMPT_DISABLED=1 \
      gh api --method "$method" -H "$accept" ${file:+--input "$file"} "${path#/}"
  else
    need curl
    curl --silent --show-error --fail-with-body --retry 3 --max-time 60 --request "$method" --header "$accept" \
      ${file:+--header 'Content-Type: application/json' --data-binary "@$file"} --config - "$url$path" \
      <<<"header = \"Authorization: Bearer ${CHECKRAIL_TOKEN:?}\""
  fi
}
