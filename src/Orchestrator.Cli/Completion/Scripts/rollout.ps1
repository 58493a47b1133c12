# Completion of rollout for PowerShell. In $PROFILE: rollout completion pwsh | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName rollout -ScriptBlock {
    param($word, $tree, $cursor)

    $words = @($tree.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursor } |
        Select-Object -Skip 1 |
        ForEach-Object { $_.ToString() })
    if ($word -eq '') {
        # PowerShell 7.3 and later hand an empty word on as it is.
        $words += ''
    }

    rollout __complete -- @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        $name, $detail = $_ -split "`t", 2
        $text = if ($name -match '^[\w./:=@-]+$') { $name } else { "'" + ($name -replace "'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $(if ($detail) { $detail } else { $name }))
    }
}
