#!/bin/sh
# Writes the release note for the fix. It is queued behind the fix, so it must never run before it.
set -eu
echo "- \`1h30m\` is 5400 seconds again: the number is reset after each unit." > CHANGES.md
git add CHANGES.md
git -c user.name=nightly -c user.email=nightly@example.invalid -c commit.gpgsign=false \
  commit --quiet --message "Release note: durations of several units"
echo "CHANGES.md is written."
