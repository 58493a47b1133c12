namespace Orchestrator.Client;

/// <summary>Reason of an answer. <see cref="RouteResult.ReasonName"/> is OpenFeature's name of it.</summary>
public enum RouteReason
{
    /// <summary>No answer; see <see cref="RouteResult.Error"/>.</summary>
    Error,

    /// <summary>The rollout has not started, was rolled back or was aborted.</summary>
    Disabled,

    /// <summary>A segment decided.</summary>
    TargetingMatch,

    /// <summary>The user's bucket decided.</summary>
    Split,

    /// <summary>The answer is the same for all users.</summary>
    Static,

    /// <summary>The percentage is zero, and no segment of the user decided otherwise.</summary>
    Default,

    /// <summary>The table is stale, or the rollout is not watched.</summary>
    Stale,
}
