#!/usr/bin/env bash
# Mends the layout of the sources by .editorconfig: spaces, line ends, order of usings. Usage: eng/format.sh [--check]
# With --check nothing is written, and a file that is not in order ends it with an error. It needs no build. The build itself enforces the naming and style rules.
set -euo pipefail
cd "$(dirname "$0")/.."
check=()
if [ "${1:-}" = --check ]; then check=(--verify-no-changes); fi
exec dotnet format whitespace . --folder --exclude "**/obj" "**/node_modules" "${check[@]}"
