using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>Lines of runs, and their comparison.</summary>
internal static class WhatIfLines
{
    /// <summary>The line of a run up to a time.</summary>
    public static WhatIfLine Of(IEnumerable<Happened<RolloutEvent>> events, DateTimeOffset until)
    {
        var (points, fired) = (new List<WhatIfPoint>(), new List<WhatIfFired>());
        var (state, back, completed) = (RolloutState.Initial, (DateTimeOffset?)null, false);
        foreach (var one in events.TakeWhile(one => one.At <= until))
        {
            state = RolloutEvolution.Evolve(state, one);
            var share = OnNew(state);
            if ((points.Count == 0 || points[^1].Percentage != share) && points.Count < WhatIfLine.Most)
            {
                points.Add(new WhatIfPoint(one.At, share, state.Step?.Name ?? ""));
            }

            switch (one.Event)
            {
                case TriggerFired e when fired.Count < WhatIfLine.Most:
                    fired.Add(new WhatIfFired(one.At, e.Trigger, e.Action, e.Evidence.Text));
                    break;
                case RolledBack:
                    back ??= one.At;
                    break;
                case RolloutCompleted:
                    completed = true;
                    break;
            }
        }

        return new WhatIfLine([.. points], [.. fired], back, completed);
    }

    /// <summary>One line up to a time, and another one from there on.</summary>
    public static WhatIfLine Then(WhatIfLine first, WhatIfLine second, DateTimeOffset at) => first with
    {
        Points = [.. first.Points.Where(point => point.At <= at), .. second.Points.Where(point => point.At > at)],
    };

    /// <summary>Percent of users on new.</summary>
    public static decimal OnNew(RolloutState state) => state.Serving && state.AwaitingConfirmation is null ? state.Percentage.Percent : 0;

    /// <summary>Percent times hours by which the second line is above the first one.</summary>
    public static double PercentHours(WhatIfLine first, WhatIfLine second, DateTimeOffset from, DateTimeOffset to)
    {
        var sum = 0.0;
        var times = Times(first, second, from, to);
        for (var i = 1; i < times.Length; i++)
        {
            sum += (double)(At(second, times[i - 1]) - At(first, times[i - 1])) * (times[i] - times[i - 1]).TotalHours;
        }

        return sum;
    }

    /// <summary>Time in which both have users on new, and other shares.</summary>
    public static TimeSpan OtherShare(WhatIfLine first, WhatIfLine second, DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        var times = Times(first, second, from, to);
        for (var i = 1; i < times.Length; i++)
        {
            var (one, other) = (At(first, times[i - 1]), At(second, times[i - 1]));
            sum += one > 0 && other > 0 && one != other ? times[i] - times[i - 1] : TimeSpan.Zero;
        }

        return sum;
    }

    private static DateTimeOffset[] Times(WhatIfLine first, WhatIfLine second, DateTimeOffset from, DateTimeOffset to) =>
    [
        from, .. first.Points.Concat(second.Points).Select(point => point.At).Where(at => at > from && at < to).Distinct().Order(), to,
    ];

    private static decimal At(WhatIfLine line, DateTimeOffset at) =>
        line.Points.LastOrDefault(point => point.At <= at)?.Percentage ?? 0;
}
