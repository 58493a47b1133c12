using System.Text.Json;

namespace Orchestrator.Cli.Watch;

/// <summary>Answers and news about one rollout.</summary>
internal interface IRolloutFeed
{
    /// <summary>The rollout.</summary>
    Task<JsonElement> Rollout(CancellationToken stop);

    /// <summary>Its steps as planned and as they happened.</summary>
    Task<JsonElement> Schedule(CancellationToken stop);

    /// <summary>Audience of each step of a revision of its plan.</summary>
    Task<JsonElement> Preview(string plan, string revision, CancellationToken stop);

    /// <summary>Time and speed of the orchestrator's clock.</summary>
    Task<(DateTimeOffset Now, double Speed)> Clock(CancellationToken stop);

    /// <summary>Follows the events of the rollout as they happen, until the connection is lost: then it returns or throws.</summary>
    /// <param name="after">Position of the newest event seen; null for news only.</param>
    /// <param name="news">Called with null once the stream is open, and with the position of each event.</param>
    /// <param name="stop">Ends the stream.</param>
    Task News(long? after, Action<long?> news, CancellationToken stop);
}
