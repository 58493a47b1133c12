using System.CommandLine;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Cli.Commands.Apply;

/// <summary>Options and texts of the verbs that apply files.</summary>
internal static class ApplyOptions
{
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Say what would change, and change nothing" };

    /// <summary>An error as <c>file:line:column: path: rule</c>.</summary>
    public static string Text(string file, InputError error) =>
        $"{file}:{error.Line ?? 1}:{error.Column ?? 1}: {(error.Path.Length == 0 ? "" : error.Path + ": ")}{error.Message}";
}
