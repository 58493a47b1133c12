#compdef rollout
# Completion of rollout for zsh: rollout completion zsh > a folder of $fpath, as _rollout; or in ~/.zshrc: source <(rollout completion zsh)

_rollout() {
    local line name detail
    local -a plain described

    while IFS= read -r line; do
        if [[ $line == ":files" ]]; then
            _files
            return
        fi
        name=${line%%$'\t'*}
        plain+=("$name")
        if [[ $line == *$'\t'* ]]; then
            described+=("$name -- ${line#*$'\t'}")
        else
            described+=("$name")
        fi
    done < <("${(Q)words[1]/#\~/$HOME}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)

    (( ${#plain} )) && compadd -l -d described -a plain
}

# Called by the completion system from a file, or sourced.
if [[ ${funcstack[1]} == _rollout ]]; then
    _rollout "$@"
else
    compdef _rollout rollout
fi
