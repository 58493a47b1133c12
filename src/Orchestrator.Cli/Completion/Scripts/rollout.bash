# Completion of rollout for bash. In ~/.bashrc: source <(rollout completion bash)

_rollout_complete() {
    local rest=${COMP_LINE:0:COMP_POINT} word before i
    local -a words=()

    # Bash breaks words at = and :, which belong to words of rollout. What the line has no space between is one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        before=${rest%%[![:space:]]*}
        if ((i == COMP_CWORD)); then
            word=${rest#"$before"}
        fi
        rest=${rest#"$before"}
        rest=${rest#"$word"}
        if ((${#words[@]} > 0)) && [[ -z $before ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done

    # Readline replaces what stands behind the last break only.
    local typed=${words[${#words[@]} - 1]} kept=""
    if [[ $COMP_WORDBREAKS == *[=:]* ]]; then
        kept=${typed%"${typed##*[=:]}"}
    fi

    COMPREPLY=()
    local line
    while IFS= read -r line; do
        if [[ $line == ":files" ]]; then
            compopt -o default 2>/dev/null
            return
        fi
        line=${line%%$'\t'*}
        [[ $line == *= ]] && compopt -o nospace 2>/dev/null
        line=${line#"$kept"}
        printf -v line '%q' "$line"
        COMPREPLY+=("$line")
    done < <("${COMP_WORDS[0]/#\~/$HOME}" __complete -- "${words[@]:1}" 2>/dev/null)
}

complete -F _rollout_complete rollout
