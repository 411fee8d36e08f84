#!/bin/sh
# needs.sh build|test|fuzz|cover - installs the Debian 12 packages that are missing for it. Quiet when nothing is.
set -eu
build="gcc meson ninja-build pkg-config python3 libsqlite3-dev libevent-dev libcurl4-openssl-dev libxlsxwriter-dev
    libutf8proc-dev libzstd-dev libsodium-dev libxgboost-dev zlib1g-dev libcmocka-dev"     # zlib for xlsxwriter; the build is configured whole, tests and all
test="$build nodejs npm chromium git mandoc unzip"
case "${1:-build}" in
build) wanted=$build ;;
test) wanted=$test ;;
fuzz) wanted="$build clang libclang-rt-14-dev" ;;
cover) wanted="$build gcovr" ;;
*) echo "usage: needs.sh build|test|fuzz|cover" >&2; exit 2 ;;
esac
missing=""
for package in $wanted; do
    # Node from elsewhere serves as well as Debian's.
    case "$package" in
    nodejs) command -v node >/dev/null 2>&1 && continue ;;
    npm) command -v npm >/dev/null 2>&1 && continue ;;
    esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
