using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Answers of this node in about the last minute, by routed flag. A look takes a sample of the counts where the newest one is older than
/// <see cref="Spacing"/>; the node's reporter looks once a second.
/// </summary>
/// <param name="tables">The tables with the counts.</param>
/// <param name="time">Real time: answers are counted as they happen, at any speed of the orchestrator's clock.</param>
public sealed class ServedLately(IRoutingTables tables, TimeProvider time)
{
    /// <summary>Span of a count.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    /// <summary>Time between two samples.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(5);

    /// <summary>Most flags of a report: those with the most answers.</summary>
    public const int MostFlags = 500;

    private readonly Lock _gate = new();

    /// <summary>Counts so far, oldest first; at most one for each spacing of the span, and one before.</summary>
    private readonly List<Sample> _samples = [new(time.GetTimestamp(), [])];

    /// <summary>The answers since the sample that is about a minute old; since the start of the process while it is younger.</summary>
    public ServedReport Look()
    {
        var now = new Sample(time.GetTimestamp(), Counts());
        lock (_gate)
        {
            if (time.GetElapsedTime(_samples[^1].At, now.At) >= Spacing)
            {
                _samples.Add(now);
            }

            // The first that stays is at least as old as the span, where there is one.
            var old = _samples.FindLastIndex(sample => time.GetElapsedTime(sample.At, now.At) >= Span);
            _samples.RemoveRange(0, Math.Max(0, old));
            var first = _samples[0];
            return new ServedReport(Math.Round(time.GetElapsedTime(first.At, now.At).TotalSeconds, 3), [.. now.Counts
                .Select(one => Since(one.Key, one.Value, first))
                .Where(flag => flag.New > 0 || flag.Legacy > 0)
                .OrderByDescending(flag => flag.New + flag.Legacy)
                .Take(MostFlags)]);
        }
    }

    /// <summary>A count below the earlier one is that of a flag that was gone in between: it began again.</summary>
    private static ServedFlag Since((string Environment, string Flag) flag, (long New, long Legacy) now, Sample first)
    {
        var before = first.Counts.GetValueOrDefault(flag);
        return before.New > now.New || before.Legacy > now.Legacy
            ? new ServedFlag(flag.Environment, flag.Flag, now.New, now.Legacy)
            : new ServedFlag(flag.Environment, flag.Flag, now.New - before.New, now.Legacy - before.Legacy);
    }

    /// <summary>Counts of the routed flags that were answered.</summary>
    private Dictionary<(string Environment, string Flag), (long New, long Legacy)> Counts()
    {
        var counts = new Dictionary<(string, string), (long, long)>();
        foreach (var environment in tables.Current.Environments)
        {
            foreach (var flag in environment.Flags)
            {
                if (flag.Served is { } tally && (tally.Of(RouteVariant.New), tally.Of(RouteVariant.Legacy)) is var count && count != (0, 0))
                {
                    counts[(environment.Name, flag.Key)] = count;
                }
            }
        }

        return counts;
    }

    private sealed record Sample(long At, Dictionary<(string Environment, string Flag), (long New, long Legacy)> Counts);
}

/// <summary>Answers of a node in about the last minute.</summary>
/// <param name="Seconds">Span of the count.</param>
/// <param name="Flags">Routed flags with answers in it.</param>
public sealed record ServedReport(double Seconds, ServedFlag[] Flags);

/// <summary>Answers of a node for a routed flag.</summary>
/// <param name="Environment">Name of the environment.</param>
/// <param name="Flag">Key of the flag.</param>
/// <param name="New">Answers of new.</param>
/// <param name="Legacy">Answers of legacy.</param>
public sealed record ServedFlag(string Environment, string Flag, long New, long Legacy);
