using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Watch;

/// <summary>Answers and news about one rollout by HTTP, from the first server that answers.</summary>
/// <param name="api">Client; the feed does not own it.</param>
/// <param name="id">Id of the rollout.</param>
/// <param name="at">A moment of the past; null for none.</param>
/// <param name="version">A version of the past; null for none.</param>
internal sealed class RolloutFeed(ApiClient api, string id, string? at = null, string? version = null) : IRolloutFeed
{
    /// <summary>Longest time of one request to one server, so that the next one is tried soon.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string _path = Calls.Route($"/api/v1/rollouts/{id}");

    public Task<JsonElement> Rollout(CancellationToken stop) => api.Get(_path.Query(("at", at), ("version", version)), stop);

    public Task<JsonElement> Schedule(CancellationToken stop) =>
        api.Get((_path + "/schedule").Query(("at", at), ("version", version)), stop);

    public Task<JsonElement> Preview(string plan, string revision, CancellationToken stop) =>
        api.Get(Calls.Route($"/api/v1/plans/{plan}/preview").Query(("revision", revision)), stop);

    public async Task<(DateTimeOffset Now, double Speed)> Clock(CancellationToken stop)
    {
        var node = await api.Get("/api/v1/node", stop);
        return (node.Instant("clock.now") ?? DateTimeOffset.UtcNow, node.Number("clock.speed") ?? 1);
    }

    public async Task News(long? after, Action<long?> news, CancellationToken stop)
    {
        var query = new StreamQuery { Rollout = id, After = after };
        await foreach (var one in api.Events.Follow(query, new FollowOptions { Opened = _ => news(null) }, stop))
        {
            news(one.Position);
        }
    }
}
