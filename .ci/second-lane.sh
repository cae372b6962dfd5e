#!/usr/bin/env bash
# Installs the servers of the second contract lane, one script a service, and does nothing where they are there already.
# Then `CASEBOOK_SECOND_LANE=1 npx vitest run test/contract` runs every contract suite on them too.
set -euo pipefail
for install in "$(dirname "$0")"/second-lane/*.sh; do
  echo "second lane: $(basename "$install" .sh)"
  bash "$install"
done
