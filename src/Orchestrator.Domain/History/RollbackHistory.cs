using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Rollbacks, and restores of their users.</summary>
internal sealed class RollbackHistory
{
    private readonly List<(long Version, RollbackStory Story)> _all = [];

    public void See(RolloutState before, Happened<RolloutEvent> happened, RolloutState after)
    {
        switch (happened.Event)
        {
            case RolledBack e:
                Add(happened, new RollbackStory(
                    happened.At, RollbackKind.Everyone, By(e.Trigger, happened), e.Reason, e.Phase, e.Step, e.Percentage, 0,
                    [.. e.Segments], e.Evidence, null, null)
                { Seen = e.Seen });
                break;
            case SegmentRolledBack e:
                var share = before.Percentage.Percent;
                Add(happened, new RollbackStory(
                    happened.At, RollbackKind.Segments, By(e.Trigger, happened), e.Reason, before.Phase!.Name, before.Step!.Name, share,
                    share, [.. e.Segments], e.Evidence, null, null)
                { Seen = e.Seen });
                break;
            case PercentageLowered e:
                Add(happened, new RollbackStory(
                    happened.At, RollbackKind.StepBack, happened.Actor, e.Reason ?? "", before.Phase!.Name, before.Step!.Name, e.From, e.To,
                    [.. before.Included.Except(after.Included), .. Fewer(before, after)], null, null, null));
                break;
            case RolloutRestored e:
                Undo(happened, e.Reason, story => story.Kind == RollbackKind.Everyone);
                break;
            case SegmentRestored e:
                Undo(happened, e.Reason, story => story.Kind == RollbackKind.Segments && !story.Segments.Any(after.TakenBack.Contains));
                break;
        }
    }

    public ImmutableArray<RollbackStory> All(RolloutState state) =>
        [.. _all.Select(one => one.Story with { Incident = state.Incidents.FirstOrDefault(i => i.Undone?.Version == one.Version)?.Id })];

    /// <summary>Segments of which a smaller share is on new than before.</summary>
    private static IEnumerable<string> Fewer(RolloutState before, RolloutState after) =>
        before.Shares.Where(share => StepAudience.Of(after).Of(share.Segment) < share.Percentage).Select(share => share.Segment);

    /// <summary>A trigger is the actor of its rollback, whichever actor evaluated it.</summary>
    private static Actor By(string? trigger, Happened<RolloutEvent> happened) => trigger is null ? happened.Actor : Actor.Trigger(trigger);

    private void Add(Happened<RolloutEvent> happened, RollbackStory story) => _all.Add((happened.Version, story));

    private void Undo(Happened<RolloutEvent> happened, string reason, Func<RollbackStory, bool> which)
    {
        var restored = new HistoryEntry(happened.At, happened.Actor, happened.Event.GetType().Name, reason);
        for (var i = 0; i < _all.Count; i++)
        {
            if (_all[i].Story is { Undone: null } story && which(story))
            {
                _all[i] = (_all[i].Version, story with { Undone = restored });
            }
        }
    }
}
