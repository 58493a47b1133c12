using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>The one open review of a rollout, where a command names none.</summary>
internal static class OpenReview
{
    /// <summary>Its id; fails where none is open, or several are.</summary>
    public static async Task<string> Of(Invocation invocation, string rollout, CancellationToken stop)
    {
        var open = (await invocation.Api.Rollouts.Get(rollout, stop: stop)).Value.Reviews
            .Where(review => review.State == "open").Select(review => review.Id).ToArray();
        return open.Length == 1 ? open[0] : throw new Failure(
            open.Length == 0 ? ExitCode.Refused : ExitCode.Invalid,
            open.Length == 0 ? $"{rollout} has no open review." : $"{rollout} has {open.Length} open reviews: {string.Join(", ", open)}. Name one with --review.");
    }
}
