using Orchestrator.Domain.History.WhatIf;
using Orleans.Concurrency;

namespace Orchestrator.Grains.Rollouts.WhatIf;

/// <summary>One what-if, by its id. It lives in memory: an hour after its end, and not beyond the silo that runs it.</summary>
public interface IWhatIfGrain : IGrainWithStringKey
{
    /// <summary>Queues it. A refusal in words when this silo holds too many; null when it is queued.</summary>
    Task<string?> Start([Immutable] WhatIfQuestion question);

    /// <summary>Its progress and answers; null when there is none of this id.</summary>
    [AlwaysInterleave]
    Task<WhatIfStatus?> Status();

    /// <summary>Ends it. False when there is none of this id.</summary>
    [AlwaysInterleave]
    Task<bool> Cancel();
}

/// <summary>A what-if.</summary>
/// <param name="Rollouts">Ids of rollouts, in the order of the answers.</param>
/// <param name="Set">Changes of single values; none with <paramref name="Plan"/>.</param>
/// <param name="Plan">Document of the other plan; null with changes.</param>
/// <param name="Text">The change in words.</param>
/// <param name="Key">Id of the asker's key.</param>
public sealed record WhatIfQuestion(string[] Rollouts, PlanPatch[] Set, string? Plan, string Text, string Key)
{
    /// <summary>Most rollouts of one question.</summary>
    public const int MostRollouts = 50;
}

/// <summary>Progress of a what-if.</summary>
/// <param name="Question">The question.</param>
/// <param name="State">Its state.</param>
/// <param name="Progress">Part that is done, 0 to 1.</param>
/// <param name="QueuedAt">Time of the question, on orchestrator time.</param>
/// <param name="EndedAt">Its end; null before.</param>
/// <param name="Results">Answers so far.</param>
/// <param name="Failure">Reason of a failure; null without one.</param>
public sealed record WhatIfStatus(
    WhatIfQuestion Question, WhatIfState State, double Progress, DateTimeOffset QueuedAt, DateTimeOffset? EndedAt, WhatIfResult[] Results,
    string? Failure);

/// <summary>State of a what-if.</summary>
public enum WhatIfState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>All answers are there.</summary>
    Done,

    /// <summary>Ended by a person.</summary>
    Cancelled,

    /// <summary>Ended by an error, or after too long.</summary>
    Failed,
}
