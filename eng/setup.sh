#!/usr/bin/env bash
# Installs what the tests need beside git and the .NET SDK, and says what. Usage: eng/setup.sh
# A second run finds everything in place and installs nothing. What cannot be installed is named; the tests that need it then say so by failing.
set -uo pipefail
cd "$(dirname "$0")/.."

# docker-compose checks docker-compose.yml (no engine is needed); Prometheus and Alertmanager are run by the tests of sources and dashboards (promtool by those of alert rules), PostgreSQL by
# those of storage and cluster, with their own configuration and data; spin, with a C compiler, checks the model of the lease; the fault kit
# cuts nodes off with ip and nft, and moves their clocks with gcc; the tests of the dashboard drive Chromium, those of the command line tmux and shells. RUNLEVEL=1 keeps apt from starting services.
declare -A packages=([docker-compose]=docker-compose [prometheus]=prometheus [prometheus-alertmanager]=prometheus-alertmanager [node]=nodejs [npm]=npm
  [spin]=spin [gcc]=gcc [tmux]=tmux [zsh]=zsh [fish]=fish [ip]=iproute2 [nft]=nftables [chromium]=chromium)
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
# Chromium draws no page without a font.
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
said=$(mktemp)
trap 'rm -f "$said"' EXIT
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "Missing, and to be installed by you (there is no apt here, or you are not root): ${missing[*]}"
  else
    echo "Installing Debian packages: ${missing[*]}"
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$said" 2>&1 ||
      { echo "Debian packages could not be installed:"; tail -5 "$said"; }
  fi
fi

# A provider of OpenID Connect, for the tests of tokens; OpenTelemetry's own exporter, for the test of OTLP; Azurite, for those of grain state in Azure; the
# OpenFeature clients, for those of OFREP; the sample in TypeScript, which has a test of its own.
for folder in tests/otlp-exporter tests/azurite tests/ofrep-conformance tests/oidc-provider samples/chat-ts; do
  if ! [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    echo "Installing npm packages of $folder"
    npm ci --prefix "$folder" --no-audit --no-fund >"$said" 2>&1 || { echo "npm packages of $folder could not be installed:"; tail -5 "$said"; }
  fi
done
