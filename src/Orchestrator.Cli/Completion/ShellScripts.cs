namespace Orchestrator.Cli.Completion;

/// <summary>Completion scripts of shells. They know nothing of the verbs: each Tab asks this tool.</summary>
internal static class ShellScripts
{
    private static readonly (string Shell, string File)[] All =
        [("bash", "rollout.bash"), ("zsh", "rollout.zsh"), ("fish", "rollout.fish"), ("pwsh", "rollout.ps1")];

    public static IEnumerable<string> Shells => All.Select(one => one.Shell);

    public static string Of(string shell)
    {
        var file = All.Single(one => one.Shell == shell).File;
        using var stream = typeof(ShellScripts).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The script {file} is not in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
