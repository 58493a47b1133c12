namespace Orchestrator.Domain.Routing;

/// <summary>
/// Number of answers of this process by flag and variant: shows after a rollback that new has stopped. Outlives the tables, which
/// are rebuilt with each change. Counted on the hot path: no allocation after the first answer, and no cache line that all cores share.
/// </summary>
public sealed class ServedTally
{
    private const int Stripes = 8;

    /// <summary>128 bytes of counters a stripe.</summary>
    private const int Stride = 16;

    private long[]? _counts;

    /// <summary>Counts one answer.</summary>
    public void Count(RouteVariant variant)
    {
        if (variant is RouteVariant.New or RouteVariant.Legacy)
        {
            var counts = _counts ?? Begin();
            Interlocked.Increment(
                ref counts[((Environment.CurrentManagedThreadId & (Stripes - 1)) * Stride) + (variant == RouteVariant.New ? 0 : 1)]);
        }
    }

    /// <summary>Answers so far.</summary>
    public long Of(RouteVariant variant)
    {
        var sum = 0L;
        for (var at = variant == RouteVariant.New ? 0 : 1; at < _counts?.Length; at += Stride)
        {
            sum += Interlocked.Read(ref _counts[at]);
        }

        return sum;
    }

    private long[] Begin() => Interlocked.CompareExchange(ref _counts, new long[Stripes * Stride], null) ?? _counts;
}
