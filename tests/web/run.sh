#!/bin/sh
# run.sh - installs what the workbench's tests need (lock file only) and runs them in a headless Chromium, with Node 18 or later.
#
# ONLY=words runs the claims whose names contain them. STOCKWRIGHT_URL and STOCKWRIGHT_LOGIN=name:password (an approver) point the same
# claims at a running server; STOCKWRIGHT_PICTURES=folder keeps screenshots.
set -eu
cd "$(dirname "$0")/../.."
if ! cmp -s web/package-lock.json web/node_modules/.from-lock 2>/dev/null; then
    npm ci --prefix web --no-audit --no-fund --loglevel=error >/dev/null
    cp web/package-lock.json web/node_modules/.from-lock
fi
exec node --test --test-reporter=tap --test-concurrency=1 ${ONLY:+--test-name-pattern="$ONLY"} tests/web/*.test.mjs
