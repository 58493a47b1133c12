using System.CommandLine.Completions;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Servers;

namespace Orchestrator.Cli.Completion;

/// <summary>Names of contexts for the completion of a shell.</summary>
internal static class ContextNames
{
    /// <summary>All names; none when the file cannot be read, because a completion has no place for a message.</summary>
    public static IEnumerable<CompletionItem> All()
    {
        try
        {
            return [.. ConfigFile.Read(Runs.Terminal).Contexts.Select(
                one => new CompletionItem(one.Key, detail: string.Join(' ', one.Value.Servers)))];
        }
        catch (Exception error) when (error is Failure or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
