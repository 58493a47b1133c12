#!/usr/bin/env bash
# Compares the plans below $PATHS with those of the revision $BASE and writes the differences to $REPORT, as Markdown.
set -euo pipefail

changed=false
printf '## Rollout plans\n\n' > "$REPORT"

while IFS= read -r -d '' file; do
  case "$file" in
    *.scenarios.yaml | *.scenarios.yml | *.schema.json) continue ;;
    *.yaml | *.yml | *.json) ;;
    *) continue ;;
  esac

  old="git:$BASE:$file"
  git cat-file -e "$BASE:./$file" 2> /dev/null || old=none
  if [ ! -f "$file" ]; then
    printf '### `%s` is gone\n\nA plan that is gone from the folder stays on the server, and its rollouts go on.\n\n' "${file//\`/}" >> "$REPORT"
    changed=true
    continue
  fi

  # Not every file of the folder is a plan.
  grep -qE '^(plan:|[[:space:]]*"plan")' -- "$file" || continue
  code=0
  rollout plan diff "$old" "./$file" --format markdown >> "$REPORT" || code=$?
  case "$code" in
    0) ;;
    2) changed=true ;;
    *) exit "$code" ;;
  esac
  printf '\n' >> "$REPORT"
done < <(git diff --name-only --no-renames --relative -z "$BASE" -- "$PATHS")

[ "$changed" = true ] || printf 'No plan changes.\n' >> "$REPORT"
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'changed=%s\nreport=%s\n' "$changed" "$REPORT" >> "$GITHUB_OUTPUT"
fi

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$REPORT" >> "$GITHUB_STEP_SUMMARY"
fi
