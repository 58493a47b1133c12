using System.Text.Json;

namespace Orchestrator.Cli.Watch;

/// <summary>Answers and news about one rollout.</summary>
internal interface IRolloutFeed
{
    /// <summary>The rollout.</summary>
    Task<JsonElement> Rollout(CancellationToken stop);

    /// <summary>Its steps as planned and as they happened.</summary>
    Task<JsonElement> Schedule(CancellationToken stop);

    /// <summary>Time and speed of the orchestrator's clock.</summary>
    Task<(DateTimeOffset Now, double Speed)> Clock(CancellationToken stop);

    /// <summary>
    /// Events of the rollout as they happen. A first item without a position says that the stream is open. Ends or throws when the
    /// connection is lost.
    /// </summary>
    /// <param name="after">Position of the newest event seen; null for news only.</param>
    /// <param name="stop">Ends the stream.</param>
    IAsyncEnumerable<long?> News(long? after, CancellationToken stop);
}
