#!/bin/sh
# stumble.sh MARKER: fails on its first attempt and succeeds on its second, as things do that need a network.
set -eu
if [ ! -e "$1" ]; then
  : > "$1"
  echo "could not reach the package mirror" >&2
  exit 1
fi
printf '%s\n' 'd days' 'h hours' 'm minutes' 's seconds' > UNITS.md
git add UNITS.md
git -c user.name=nightly -c user.email=nightly@example.invalid -c commit.gpgsign=false \
  commit --quiet --message "List the units"
echo "UNITS.md is written."
