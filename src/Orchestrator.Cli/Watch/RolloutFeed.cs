using System.Text.Json;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Watch;

/// <summary>Answers and news about one rollout by HTTP, from the first server that answers.</summary>
/// <param name="invocation">The run.</param>
/// <param name="id">Id of the rollout.</param>
/// <param name="at">A moment of the past; null for none.</param>
/// <param name="version">A version of the past; null for none.</param>
internal sealed class RolloutFeed(Invocation invocation, string id, string? at = null, string? version = null) : IRolloutFeed
{
    private readonly string _path = Calls.Route($"/api/v1/rollouts/{id}");

    public Task<JsonElement> Rollout(CancellationToken stop) => invocation.Get(_path.Query(("at", at), ("version", version)), stop);

    public Task<JsonElement> Schedule(CancellationToken stop) =>
        invocation.Get((_path + "/schedule").Query(("at", at), ("version", version)), stop);

    public Task<JsonElement> Preview(string plan, string revision, CancellationToken stop) =>
        invocation.Get(Calls.Route($"/api/v1/plans/{plan}/preview").Query(("revision", revision)), stop);

    public async Task<(DateTimeOffset Now, double Speed)> Clock(CancellationToken stop)
    {
        var node = await invocation.Get("/api/v1/node", stop);
        return (node.Instant("clock.now") ?? DateTimeOffset.UtcNow, node.Number("clock.speed") ?? 1);
    }

    public async Task News(long? after, Action<long?> news, CancellationToken stop)
    {
        await Task.CompletedTask;
        throw new NotSupportedException($"{after}{news}{stop}");
    }
}
