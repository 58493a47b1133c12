#!/usr/bin/env bash
# Makes pictures of every page of the dashboard, wide and narrow, light and dark. Usage: eng/screenshots.sh [folder]
set -euo pipefail
cd "$(dirname "$0")/.."
export SCREENSHOTS
SCREENSHOTS=$(mkdir -p "${1:-artifacts/screenshots}" && cd "${1:-artifacts/screenshots}" && pwd)
dotnet build tests/Orchestrator.Dashboard.Tests -c Release -v quiet --nologo
dotnet test --project tests/Orchestrator.Dashboard.Tests -c Release --no-build --filter-class "*ScreenshotTests"
echo "Pictures are in $SCREENSHOTS"
