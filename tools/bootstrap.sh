#!/usr/bin/env bash
# Make .venv with every locked dependency. Needs Python 3.11 or newer and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
lock="requirements/${1:-all}.lock"

python=""
for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Ngang Tầm needs Python 3.11 or newer." >&2
    exit 2
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    if ! "$python" -m venv .venv 2>/dev/null; then
        rm -rf .venv
        # Debian ships Python without the part that makes environments.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing python3-venv …" >&2
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
            "$python" -m venv .venv
        else
            echo "Python cannot make virtual environments: install python3-venv first." >&2
            exit 2
        fi
    fi
fi
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet "uv>=0.7"
echo "Installing dependencies …" >&2
# Compiled now and once: otherwise every command compiles two thousand modules anew where Python may
# not write beside them.
.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$lock"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps -e .
