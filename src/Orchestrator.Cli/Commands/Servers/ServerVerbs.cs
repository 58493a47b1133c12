using System.CommandLine;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Verbs about servers and this tool itself: contexts, sign-in, any request, version, completion.</summary>
internal static class ServerVerbs
{
    public static IEnumerable<Command> All() =>
    [
        ContextVerbs.Context(), LoginVerbs.Login(), LoginVerbs.Logout(), ApiVerb.Of(), VersionVerb.Version(),
        CompletionVerbs.Completion(), CompletionVerbs.Complete(),
    ];
}
