using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.History;

/// <summary>
/// Time for which each gate was shut. Between two events only time moves, so a gate changes there at instants that can be computed.
/// </summary>
internal sealed class WaitHistory
{
    private static readonly ImmutableArray<string> Paused = ["resume"];
    private readonly SortedDictionary<string, (TimeSpan Shut, TimeSpan Alone)> _all = new(StringComparer.Ordinal);

    public ImmutableArray<GateWait> All =>
        [.. _all.Select(one => new GateWait(one.Key, one.Value.Shut, one.Value.Alone)).OrderByDescending(wait => wait.Shut)];

    /// <summary>Adds a span of time in this state.</summary>
    public void Pass(RolloutState state, DateTimeOffset from, DateTimeOffset until)
    {
        if (!state.UnderWay || until <= from)
        {
            return;
        }

        foreach (var change in Changes(state, from, until).Append(until).Order())
        {
            // Timers are suspended in a pause: no other gate counts.
            var shut = state.Status == RolloutStatus.Paused ? Paused : Gates.Shut(state, from);
            foreach (var gate in shut)
            {
                var (all, alone) = _all.GetValueOrDefault(gate);
                _all[gate] = (all + (change - from), alone + (shut.Length == 1 ? change - from : TimeSpan.Zero));
            }

            from = change;
        }
    }

    private static IEnumerable<DateTimeOffset> Changes(RolloutState state, DateTimeOffset from, DateTimeOffset until) =>
        CalendarChanges(state.Plan.Calendar, from, until).Concat(Gates.HoldEnds(state) is { } ends ? [ends] : [])
            .Where(at => at > from && at < until);

    private static IEnumerable<DateTimeOffset> CalendarChanges(Calendar? calendar, DateTimeOffset from, DateTimeOffset until)
    {
        if (calendar is null)
        {
            yield break;
        }

        foreach (var freeze in calendar.Freezes)
        {
            yield return freeze.From;
            yield return freeze.To;
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById(calendar.TimeZone);
        for (var day = TimeZoneInfo.ConvertTime(from, zone).Date; calendar.Windows.Length > 0
            && day <= TimeZoneInfo.ConvertTime(until, zone).Date; day = day.AddDays(1))
        {
            foreach (var local in calendar.Windows.SelectMany(w => (TimeSpan[])[TimeSpan.Zero, w.From.ToTimeSpan(), w.To.ToTimeSpan()])
                .Select(time => day + time))
            {
                yield return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            }
        }
    }
}
