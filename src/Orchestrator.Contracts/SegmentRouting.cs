namespace Orchestrator.Contracts;

/// <summary>The question to a segment, with the promise of the lease kept on the side of the caller.</summary>
public static class SegmentRouting
{
    /// <summary>A second try, since the first one may have begun on a connection that had to be made.</summary>
    private const int Tries = 2;

    /// <summary>
    /// Asks a segment. An answer <c>new</c> that took longer than it may be used, by the monotonic or by the wall clock, is asked for
    /// again; the second time it is legacy with the reason <c>STALE</c>. So a caller that was stopped or cut off meanwhile routes no user
    /// to new after a rollback. Exceptions of the call come through: a caller without an answer routes to legacy.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="flag">Key of the flag; null asks for the user's place in the segment alone.</param>
    /// <param name="context">The user.</param>
    /// <param name="time">Clocks of the caller; null for the system's.</param>
    public static async Task<SegmentAnswer> Ask(this ISegmentRouter segment, string? flag, RouteContext context, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(context);
        time ??= TimeProvider.System;
        for (var attempt = 1; ; attempt++)
        {
            var (monotonic, wall) = (time.GetTimestamp(), time.GetUtcNow());
            var answer = await segment.Route(flag, context).ConfigureAwait(false);
            var (ticked, passed) = (time.GetElapsedTime(monotonic), time.GetUtcNow() - wall);
            if (answer.Variant != Variants.New || answer.GoodFor is not { } limit || (ticked > passed ? ticked : passed) <= limit)
            {
                return answer;
            }

            if (attempt == Tries)
            {
                return answer with
                {
                    Variant = Variants.Legacy,
                    Value = "false",
                    Reason = "STALE",
                    Bucket = null,
                    DecidedBy = null,
                    GoodFor = null,
                };
            }
        }
    }
}
