#!/usr/bin/env bash
# Packs the packages for services from what was built. Usage: eng/pack.sh [folder [options of dotnet pack]]; artifacts/packages when not said.
# CONFIGURATION=Debug packs a debug build. Build the solution before; a second run needs only seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out=$(realpath -m "${1:-artifacts/packages}")
[ $# = 0 ] || shift
# The command line is built for each system when it is packed: dotnet pack src/Orchestrator.Cli -c Release
for project in $(grep -l '/Package\.props"' src/*/*.csproj | xargs grep -L PackAsTool); do
  dotnet pack "$project" -c "${CONFIGURATION:-Release}" --no-build -o "$out" -v quiet -nodeReuse:false "$@"
done
ls "$out"
