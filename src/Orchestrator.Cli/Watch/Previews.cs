using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch;

/// <summary>The plan of a rollout, for the audience of each of its steps.</summary>
internal static class Previews
{
    /// <summary>Name and revision of the plan; null when the answer has none.</summary>
    public static (string Name, string Revision)? Plan(JsonElement rollout) =>
        (rollout.Text("plan.name"), rollout.Text("plan.revision")) is ({ } name, { } revision) ? (name, revision) : null;

    /// <summary>The preview; null where the server has none: the tree is shown without it.</summary>
    public static async Task<JsonElement?> Of(IRolloutFeed feed, JsonElement rollout, CancellationToken stop)
    {
        try
        {
            return Plan(rollout) is ({ } name, { } revision) ? await feed.Preview(name, revision, stop) : null;
        }
        catch (OrchestratorApiException)
        {
            return null;
        }
    }
}
