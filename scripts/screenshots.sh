#!/usr/bin/env bash
# Takes the pictures of docs/images from the example shop, with a Chromium that is there.
#
#   scripts/screenshots.sh [CHECKRAIL]     the program to use; without it, one is built
#
# pngquant, where it is there, makes them smaller. Exit status: 0 taken, 1 something is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

browser=${CHECKRAIL_BROWSER:-}
for name in chromium chromium-browser google-chrome; do
  [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
if [ -z "$browser" ]; then
  echo "screenshots: no Chromium: install it or set CHECKRAIL_BROWSER" >&2
  exit 1
fi

program=${1:-}
if [ -z "$program" ]; then
  cargo build --quiet
  program=target/debug/checkrail
fi
program=$(realpath "$program")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A short folder's name is on the page.
mkdir "$folder/shop"
cp -r migrations-examples/postgresql/shop/migrations "$folder/shop/"
touch "$folder/shop/.git"
(cd "$folder/shop" && "$program" --color never review migrations --layout sqlx --quiet --format html="$folder/whole.html" >/dev/null) || [ $? = 1 ]

# Parts of the page are left out of the picture by a style sheet, which the policy of the page would forbid.
page() { # page NAME CSS
  sed -e '/http-equiv="Content-Security-Policy"/d' \
    -e "s|</head>|<style>nav,main>section{display:none}.frame{display:block}main{padding-top:1.2rem}$2</style></head>|" \
    -e "s|\(<details class=\"migration[^\"]*\" id=\"m$last\"\)|\1 open=\"open\"|" "$folder/whole.html" >"$folder/$1.html"
}
shoot() { # shoot NAME WIDTH HEIGHT
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
    --user-data-dir="$folder/profile" --virtual-time-budget=2000 --window-size="$2,$3" \
    --screenshot="$folder/$1.png" "file://$folder/$1.html" >/dev/null 2>&1
  if command -v pngquant >/dev/null; then
    pngquant --force --quality 70-98 --output "$folder/$1.png" "$folder/$1.png"
  fi
  mkdir -p docs/images
  cp "$folder/$1.png" "docs/images/$1.png"
  echo "docs/images/$1.png: $(wc -c <"docs/images/$1.png") bytes"
}

# The migration that builds an index: its locks over time, its SQL with what was found.
last=$(grep -o 'id="m[0-9]*"' "$folder/whole.html" | tail -n 5 | head -n 1 | tr -dc 0-9)
page report "#migrations{display:block}#migrations>h2,#migrations>*:not(#m$last){display:none}"
shoot report 1180 1150

# The schema.
page diagram '#diagram{display:block}#tables,div.tables{display:none}header.top{display:none}'
shoot diagram 1180 1010
