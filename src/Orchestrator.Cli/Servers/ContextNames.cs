using System.CommandLine.Completions;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>Names of contexts for the completion of a shell.</summary>
internal static class ContextNames
{
    /// <summary>All names; none when the file cannot be read, because a completion has no place for a message.</summary>
    public static IEnumerable<CompletionItem> All()
    {
        try
        {
            return [.. ConfigFile.Read(Terminal.Current).Contexts.Select(
                one => new CompletionItem(one.Key, detail: string.Join(' ', one.Value.Servers)))];
        }
        catch (Exception error) when (error is Failure or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
