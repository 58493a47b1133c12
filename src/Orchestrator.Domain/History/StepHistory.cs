using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Visited steps, with their audience, length and end.</summary>
internal sealed class StepHistory
{
    private readonly List<Visit> _all = [];
    private long _entry;

    public void See(Happened<RolloutEvent> happened, RolloutState after)
    {
        Leave(happened.At, happened.Event switch
        {
            StepCompleted { OverrideReason: not null } => StepEnd.Overridden,
            StepCompleted => StepEnd.Completed,
            PercentageLowered => StepEnd.SteppedBack,
            RolledBack => StepEnd.RolledBack,
            RolloutAborted => StepEnd.Aborted,
            _ => null,
        });

        if (after.Entry != _entry)
        {
            _entry = after.Entry;
            _all.Add(new Visit(after.Phase!.Name, after.Phase.Title, after.Step!.Name, after.Step.Title, after.Percentage.Percent,
                after.Included, happened.At)
            {
                Shares = SegmentPercentage.Written(after.Shares),
            });
        }

        if (happened.Event is HoldWaived)
        {
            _all[^1].HoldWaived = true;
        }

        if (happened.Event is PhaseOverran)
        {
            _all[^1].Overran = true;
        }
    }

    /// <summary>Visits that follow each other in one phase are one visit of it.</summary>
    public ImmutableArray<PhaseStory> Phases(DateTimeOffset until)
    {
        var phases = ImmutableArray.CreateBuilder<PhaseStory>();
        for (int from = 0, to; from < _all.Count; from = to)
        {
            for (to = from + 1; to < _all.Count && _all[to].Phase == _all[from].Phase; to++)
            {
            }

            var visits = _all[from..to];
            var (start, end) = (visits[0].From, visits[^1].Until);
            phases.Add(new PhaseStory(
                visits[0].Phase, visits[0].PhaseTitle, start, end, (end ?? until) - start, visits.Any(v => v.Overran),
                [.. visits.Select(v => Story(v, until))]));
        }

        return phases.ToImmutable();
    }

    private static StepStory Story(Visit visit, DateTimeOffset until) => new(
        visit.Step, visit.Title, visit.Percentage, visit.Segments, visit.From, visit.Until,
        (visit.Until ?? until) - visit.From, visit.HoldWaived, visit.End)
    { Shares = visit.Shares };

    private void Leave(DateTimeOffset at, StepEnd? how)
    {
        if (how is not null && _all is [.., { Until: null } open])
        {
            (open.Until, open.End) = (at, how);
        }
    }

    /// <summary>Titles are those of the plan at that time: an amendment may have removed a step since.</summary>
    private sealed record Visit(string Phase, string? PhaseTitle, string Step, string? Title, decimal Percentage,
        ImmutableArray<string> Segments, DateTimeOffset From)
    {
        public SegmentPercentage[]? Shares { get; init; }

        public DateTimeOffset? Until { get; set; }

        public StepEnd? End { get; set; }

        public bool HoldWaived { get; set; }

        public bool Overran { get; set; }
    }
}
