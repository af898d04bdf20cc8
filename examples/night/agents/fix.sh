#!/bin/sh
# Mends the defect that `make test` shows and commits it, as a coding agent would.
set -eu
patch=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)/fix.patch

echo "The number is not reset after a unit, so the next term starts from it. Applying the fix."
git apply "$patch"
git -c user.name=nightly -c user.email=nightly@example.invalid -c commit.gpgsign=false \
  commit --quiet --all --message "Reset the number after each unit"
echo "Committed. \`make test\` should pass now."
