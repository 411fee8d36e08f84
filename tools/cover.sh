#!/bin/sh
# cover.sh - line and branch coverage of the claims, per file, as text and HTML in build-cover/.
set -eu
cd "$(dirname "$0")/.."
test -f build-cover/build.ninja || meson setup build-cover -Db_coverage=true --buildtype=debug
ninja -C build-cover
tools/claims.sh build-cover >/dev/null
gcovr -r . --object-directory build-cover -e 'tests/' -e 'build' --branches --html-details build-cover/index.html --txt
echo "details: build-cover/index.html"
