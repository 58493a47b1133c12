#!/usr/bin/env bash
# Writes a software bill of materials (CycloneDX, JSON) of what runs. Usage: eng/sbom.sh [folder]; artifacts/sbom when not said.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out=${1:-artifacts/sbom}
dotnet tool restore >/dev/null
dotnet restore src/Orchestrator.Silo/Orchestrator.Silo.csproj --locked-mode >/dev/null
# Without a serial number the same dependencies make the same file, but for its date.
dotnet CycloneDX src/Orchestrator.Silo/Orchestrator.Silo.csproj --disable-package-restore --no-serial-number \
  --set-name rollout-orchestrator --output "$out" --filename rollout-orchestrator.cdx.json --output-format Json >/dev/null
echo "$out/rollout-orchestrator.cdx.json"
