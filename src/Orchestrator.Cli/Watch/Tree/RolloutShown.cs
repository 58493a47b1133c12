using System.Text.Json;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>A rollout as it is shown at a moment.</summary>
/// <param name="Rollout">Answer of <c>GET /api/v1/rollouts/{id}</c>.</param>
/// <param name="Schedule">Answer of <c>GET /api/v1/rollouts/{id}/schedule</c>; null when there is none.</param>
/// <param name="Now">Orchestrator time of the moment.</param>
/// <param name="Freshness">Age of what is shown, and the connection.</param>
/// <param name="Preview">Answer of <c>GET /api/v1/plans/{name}/preview</c> for the revision, which has the audience of each step; null when
/// there is none.</param>
internal sealed record RolloutShown(
    JsonElement Rollout, JsonElement? Schedule, DateTimeOffset Now, Freshness Freshness, JsonElement? Preview = null);

/// <summary>Connection to the servers.</summary>
internal enum Connection
{
    /// <summary>None: the answer is shown once.</summary>
    Once,

    /// <summary>A moment of the past.</summary>
    Past,

    /// <summary>Changes arrive by the stream.</summary>
    Live,

    /// <summary>Answers arrive, the stream does not: changes are seen at the next refresh.</summary>
    Polled,

    /// <summary>No server answers.</summary>
    Lost,
}

/// <summary>Age of what is shown.</summary>
/// <param name="Connection">Connection.</param>
/// <param name="Age">Real time since the answer was asked for.</param>
/// <param name="Problem">Problem of the newest try; null for none.</param>
/// <param name="RetryIn">Real time until the next try; null while one runs, or where none is needed.</param>
internal sealed record Freshness(Connection Connection, TimeSpan Age = default, string? Problem = null, TimeSpan? RetryIn = null);

/// <summary>Room and signs for a tree.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows; a tree that needs more is folded, then cut.</param>
/// <param name="Unicode">True where more than ASCII can be shown.</param>
/// <param name="Wide">True for <c>--output wide</c>: more columns, and every sentence whole.</param>
internal sealed record TreeSize(int Width, int Height = int.MaxValue, bool Unicode = true, bool Wide = false);
