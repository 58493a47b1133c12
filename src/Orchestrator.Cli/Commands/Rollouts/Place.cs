using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>State of a rollout that a person read before the answer.</summary>
/// <param name="Version">Version of the newest event.</param>
/// <param name="Summary">Status in a sentence.</param>
/// <param name="Revision">Revision of the plan.</param>
internal sealed record Place(long? Version, string? Summary, long? Revision)
{
    /// <summary>Most versions at which a command is tried: an incident writes a handful of events in its first seconds.</summary>
    private const int MostVersions = 8;

    public static Place Of(JsonElement view) =>
        new((long?)view.Number("version"), view.Text("summary"), (long?)view.Number("plan.revision"));

    /// <summary>Reads the state.</summary>
    public static async Task<Place> Of(Invocation invocation, string rollout, CancellationToken stop) =>
        Of(await invocation.Get(Calls.Route($"/api/v1/rollouts/{rollout}"), stop));

    /// <summary>
    /// Sends a command at the version that was seen. Events that leave every user where they were, such as a measured leg of an incident,
    /// move the version too: the command is then sent again, for what was said is still true.
    /// </summary>
    /// <param name="invocation">The run.</param>
    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="path">Path of the command.</param>
    /// <param name="body">Body.</param>
    /// <param name="seen">The state that was seen; null sends it whatever the state is.</param>
    /// <param name="stop">Interrupts it.</param>
    public static async Task<CommandAnswer> Send(
        Invocation invocation, string rollout, string path, JsonObject body, Place? seen, CancellationToken stop)
    {
        var place = seen;
        for (var left = MostVersions; ; left--)
        {
            try
            {
                return await invocation.Send(HttpMethod.Post, path, body, stop, place?.Version);
            }
            catch (OrchestratorApiException overtaken) when (overtaken.Status == 412 && seen is not null && left > 1)
            {
                place = await Of(invocation, rollout, stop);
                if (place with { Version = seen.Version } != seen)
                {
                    throw new Failure(ExitCode.Refused, $"Nothing was done: {rollout} has changed since it was read. Now: {place.Summary}");
                }
            }
        }
    }
}
