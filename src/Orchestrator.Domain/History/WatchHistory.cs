using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.History;

/// <summary>
/// Spans in which each rule of a trigger was in force. Rules change with steps, amendments, rollbacks and the end alone. A trigger whose
/// rule changed is two: each rule is judged over its own spans.
/// </summary>
internal sealed class WatchHistory
{
    private readonly Dictionary<(string Name, string Rule), Watch> _all = [];
    private ImmutableArray<Trigger> _rules = [];
    private Traffic _traffic;

    public void See(Happened<RolloutEvent> happened, RolloutState after)
    {
        var (rules, traffic) = after.Watched ? (RulesInForce.Triggers(after), RulesInForce.Traffic(after)) : ([], _traffic);
        if (rules == _rules && traffic == _traffic)
        {
            return;
        }

        foreach (var key in _rules.Select(Key).Except(traffic == _traffic ? rules.Select(Key) : []))
        {
            _all[key].Close(happened.At, _traffic);
        }

        foreach (var trigger in rules)
        {
            if (!_all.TryGetValue(Key(trigger), out var watch))
            {
                _all.Add(Key(trigger), watch = new Watch());
            }

            watch.Open(trigger, after.Plan, happened.At);
        }

        (_rules, _traffic) = (rules, traffic);
    }

    /// <summary>Triggers in the order in which they came into force.</summary>
    public ImmutableArray<WatchedTrigger> All(DateTimeOffset until) => [.. _all.Values.Select(watch => watch.Until(until, _traffic))];

    private static (string Name, string Rule) Key(Trigger trigger) => (trigger.Name, trigger.Rule.Text);

    private sealed class Watch
    {
        private readonly List<WatchSpan> _spans = [];
        private Trigger? _trigger;
        private Plan? _plan;

        /// <summary>Null while it is not in force.</summary>
        private DateTimeOffset? _since;

        public void Open(Trigger trigger, Plan plan, DateTimeOffset at) => (_trigger, _plan, _since) = (trigger, plan, _since ?? at);

        public void Close(DateTimeOffset at, Traffic traffic)
        {
            Add(_spans, new WatchSpan(_since!.Value, at, traffic));
            _since = null;
        }

        public WatchedTrigger Until(DateTimeOffset until, Traffic traffic)
        {
            var spans = _spans.ToList();
            if (_since is { } since)
            {
                Add(spans, new WatchSpan(since, until, traffic));
            }

            return new WatchedTrigger(_trigger!, _plan!, [.. spans]);
        }

        private static void Add(List<WatchSpan> spans, WatchSpan next)
        {
            if (spans is [.., var last] && last.Until == next.From && last.Traffic == next.Traffic)
            {
                spans[^1] = last with { Until = next.Until };
            }
            else
            {
                spans.Add(next);
            }
        }
    }
}
