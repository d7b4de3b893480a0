#!/usr/bin/env bash
# Everything that is checked without running the product. All of it runs, then the verdict falls.
cd "$(dirname "$0")/.."
failed=()
step() {
    local name="$1"
    shift
    echo "— $name" >&2
    "$@" || failed+=("$name")
}
step "ruff" ruff check src tests tools
step "ruff format" ruff format --check --quiet src tests tools
step "mypy" mypy
step "import-linter" lint-imports --no-cache
step "djlint" djlint --check --quiet src
step "djlint lint" djlint --lint --quiet src
step "rules check" ngangtam rules check
step "migrations" django-admin makemigrations --check --dry-run --settings ngangtam.config.settings.test
step "translations" python tools/messages.py check
if [ ${#failed[@]} -gt 0 ]; then
    echo "Failed: ${failed[*]}" >&2
    exit 1
fi
echo "All checks passed." >&2
