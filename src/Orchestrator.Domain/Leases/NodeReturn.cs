using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Leases;

/// <summary>A node that was stale and whose users are coming back.</summary>
/// <param name="Past">Time past its lease at the worst.</param>
/// <param name="For">Time since it is fresh again.</param>
public sealed record NodeReturn(TimeSpan Past, TimeSpan For)
{
    /// <summary>A return of which a share of the users is back.</summary>
    public static NodeReturn Of(TimeSpan past, Share returned) => new(past, ReturnRamp.Until(returned));
}
