#!/usr/bin/env bash
# Install Debian's Chromium for the browser tests when we may; the tests skip where it is missing.
command -v chromium >/dev/null && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
echo "Installing Chromium for the browser tests …" >&2
{ apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 || true
exit 0
