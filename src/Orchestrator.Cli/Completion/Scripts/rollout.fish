# Completion of rollout for fish: rollout completion fish > ~/.config/fish/completions/rollout.fish

function __rollout_complete
    set -l words (commandline -opc)
    set -l lines (rollout __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
    if contains -- ":files" $lines
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $lines
    end
end

complete -c rollout -f -a '(__rollout_complete)'
