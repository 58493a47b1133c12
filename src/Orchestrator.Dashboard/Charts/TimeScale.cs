using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Axis of time with ticks at round times of the viewer's zone.</summary>
public sealed class TimeScale
{
    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(s => TimeSpan.FromSeconds(s)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(m => TimeSpan.FromMinutes(m)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(h => TimeSpan.FromHours(h)),
        .. new[] { 1, 2, 7, 14, 28, 91, 182, 364 }.Select(d => TimeSpan.FromDays(d)),
    ];

    private readonly Viewer _viewer;

    public TimeScale(DateTimeOffset from, DateTimeOffset to, Viewer viewer)
    {
        (From, _viewer) = (from, viewer);

        // An empty or reversed range is one second long: a chart of one point has a place for it.
        To = to > from ? to : from < DateTimeOffset.MaxValue.AddSeconds(-1) ? from.AddSeconds(1) : DateTimeOffset.MaxValue;
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    /// <summary>Place of a moment: 0 at the left, 1 at the right; moments outside are at the edge.</summary>
    public double At(DateTimeOffset at) => To <= From ? 0 : Math.Clamp((at - From) / (To - From), 0, 1);

    /// <summary>True when the moment lies within.</summary>
    public bool Has(DateTimeOffset at) => at >= From && at <= To;

    /// <summary>Ticks from left to right, about <paramref name="wanted"/> and never more than 12.</summary>
    public IReadOnlyList<TimeTick> Ticks(int wanted = 5)
    {
        var rough = (To - From) / Math.Clamp(wanted, 1, 8);
        var step = Array.Find(Steps, one => one >= rough);
        if (step == default)
        {
            // Longer than all steps: years.
            step = TimeSpan.FromDays(364 * Math.Ceiling(rough / TimeSpan.FromDays(364)));
        }

        var ticks = new List<TimeTick>();
        for (var at = First(step); at is { } time && time <= To && ticks.Count < 12; at = Next(time, step))
        {
            if (time >= From)
            {
                ticks.Add(new TimeTick(At(time), Label(time, step)));
            }
        }

        return ticks;
    }

    /// <summary>The last round time of the viewer's zone that is not after the begin.</summary>
    private DateTimeOffset? First(TimeSpan step)
    {
        var local = _viewer.Local(From);
        var round = local.Ticks - (local.Ticks % step.Ticks);
        return Instant(new DateTime(Math.Max(round, 0), DateTimeKind.Unspecified));
    }

    /// <summary>The next tick. Days go by the calendar, so a tick stays at midnight when the clocks change.</summary>
    private DateTimeOffset? Next(DateTimeOffset at, TimeSpan step)
    {
        if (at > DateTimeOffset.MaxValue - step - TimeSpan.FromDays(2))
        {
            return null;
        }

        // A day that a zone skipped has no midnight of its own.
        return step < TimeSpan.FromDays(1) ? at + step
            : Instant(_viewer.Local(at).DateTime.Date + step) is { } next && next > at ? next
            : at + step;
    }

    private DateTimeOffset? Instant(DateTime local)
    {
        if (local.Ticks < 2 * TimeSpan.TicksPerDay || local.Ticks > DateTime.MaxValue.Ticks - (2 * TimeSpan.TicksPerDay))
        {
            return null;
        }

        return new DateTimeOffset(local, _viewer.Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private string Label(DateTimeOffset at, TimeSpan step)
    {
        var local = _viewer.Local(at);
        var format = step >= TimeSpan.FromDays(91) ? "MMM yyyy"
            : step >= TimeSpan.FromDays(1) || local.TimeOfDay == TimeSpan.Zero ? "d MMM"
            : step >= TimeSpan.FromMinutes(1) ? "HH:mm"
            : "HH:mm:ss";
        return local.ToString(format, Viewer.Culture);
    }
}

/// <summary>A tick of an axis of time.</summary>
/// <param name="Place">Place, 0 to 1.</param>
/// <param name="Text">Its text.</param>
public sealed record TimeTick(double Place, string Text);
