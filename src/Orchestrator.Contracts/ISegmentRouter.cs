using Orleans.Concurrency;

namespace Orchestrator.Contracts;

/// <summary>
/// A segment that answers which variant of a flag a user gets. The key of the grain is <c>{environment}/{segment}</c>. The only interface
/// that a client of a silo's gateway may call.
/// </summary>
[GrainInterfaceType("orchestrator.ISegmentRouter")]
[Alias("orchestrator.ISegmentRouter")]
public interface ISegmentRouter : IGrainWithStringKey
{
    /// <summary>
    /// The variant of a flag for a user, and the user's place in this segment, from the routing table of the silo and under its lease.
    /// Waits for no change of the segment, also for none that is being written. Errors are in the answer. Use <see
    /// cref="SegmentRouting.Ask"/>, which also looks at how long the answer took.
    /// </summary>
    /// <param name="flag">Key of the flag; null asks for the user's place in the segment alone.</param>
    /// <param name="context">The user.</param>
    [AlwaysInterleave]
    [Alias("Route")]
    Task<SegmentAnswer> Route(string? flag, RouteContext context);
}
