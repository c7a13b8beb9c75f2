#!/usr/bin/env bash
# Packs a release: program, licences, documentation, completions and manual pages in one archive.
#
#   scripts/package.sh PROGRAM TAG TARGET FOLDER
#
# makes FOLDER/checkrail-TAG-TARGET.tar.gz and says its name. PROGRAM must run on this machine; where it does not (it was
# built for another), a second one, PACKAGE_WITH, makes completions and pages.
set -euo pipefail

[ $# = 4 ] || { echo "usage: scripts/package.sh PROGRAM TAG TARGET FOLDER" >&2 && exit 2; }
program=$1 tag=$2 target=$3 folder=$4
top=$(cd "$(dirname "$0")/.." && pwd)
name=checkrail-$tag-$target
with=${PACKAGE_WITH:-$program}

mkdir -p "$folder"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name/completions"
cp "$program" "$stage/$name/"
cp "$top"/{README.md,CHANGELOG.md,LICENSE-MIT,LICENSE-APACHE} "$stage/$name/"
"$with" completions bash >"$stage/$name/completions/checkrail.bash"
"$with" completions zsh >"$stage/$name/completions/_checkrail"
"$with" completions fish >"$stage/$name/completions/checkrail.fish"
"$with" completions powershell >"$stage/$name/completions/_checkrail.ps1"
"$with" man --out "$stage/$name/man/man1" 2>/dev/null

tar -czf "$folder/$name.tar.gz" -C "$stage" "$name"
echo "$name.tar.gz"
