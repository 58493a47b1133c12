using System.CommandLine;

namespace Orchestrator.Cli.Commands;

/// <summary>All verbs, in the order of the help.</summary>
internal static class All
{
    public static IEnumerable<Command> Verbs() => [];
}
