using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;
using RolloutEvent = Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Times at which triggers' conditions came true, fired and cleared.</summary>
internal sealed class TriggerHistory
{
    private readonly List<TriggerStory> _all = [];

    public ImmutableArray<TriggerStory> All => [.. _all];

    public void See(RolloutState before, Happened<RolloutEvent> happened, RolloutState after)
    {
        switch (happened.Event)
        {
            case TriggerBreached e:
                _all.Add(new TriggerStory(e.Trigger, e.Since, happened.At, null, null, null, null, e.Evidence.Text));
                break;
            case TriggerFired e:
                var pending = _all.FindLastIndex(story => story.Trigger == e.Trigger && story.Since == e.Since && story.FiredAt is null);
                var seen = pending < 0 ? happened.At : _all[pending].SeenAt;
                var fired = new TriggerStory(e.Trigger, e.Since, seen, happened.At, null, e.Action, e.Level, e.Evidence.Text);
                if (pending < 0)
                {
                    _all.Add(fired);
                }
                else
                {
                    _all[pending] = fired;
                }

                break;
            case TriggerCleared e:
                End(e.Trigger, happened.At);
                break;

            // The rollback of the segment was its effect; the rule begins again.
            case SegmentRestored:
                foreach (var trigger in before.Triggers.Keys.Except(after.Triggers.Keys))
                {
                    End(trigger, happened.At);
                }

                break;
        }
    }

    private void End(string trigger, DateTimeOffset over)
    {
        if (_all.FindLastIndex(story => story.Trigger == trigger && story.ClearedAt is null) is >= 0 and var at)
        {
            _all[at] = _all[at] with { ClearedAt = over };
        }
    }

    /// <summary>The firing of a trigger at a time; null when it did not fire then.</summary>
    public TriggerStory? Fired(string trigger, DateTimeOffset at) => _all.Find(story => story.Trigger == trigger && story.FiredAt == at);
}
