using System.Globalization;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>
/// Another plan over the recorded signals of one rollout. Beside it the recorded plan is replayed: where that does not give what was
/// recorded, the kept signals do not suffice, and the answer says so. It ends where the runs part and nothing was recorded for the other.
/// </summary>
public sealed class WhatIfRun
{
    private const int MostGaps = 20;

    /// <summary>End of a rollout's time that needs no signals: the newest of them may be on their way.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>Both runs decide by the same code over the same signals: what is the same is at the same time.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Happened<RolloutEvent>> _events;
    private readonly Replay _control;
    private readonly Replay _instead;
    private readonly WhatIfLine _recorded;
    private readonly DateTimeOffset _end;
    private readonly List<(long From, long To)> _gaps = [];
    private readonly bool _fixedPlan;
    private long _to;
    private DateTimeOffset? _parted;

    /// <summary>A run that has read no signals yet.</summary>
    /// <param name="events">All events of the rollout.</param>
    /// <param name="plan">The plan in place of a recorded one.</param>
    /// <param name="fixedPlan">True when that is always the same one: recorded amendments are left out.</param>
    /// <param name="now">The present: end of a rollout that runs.</param>
    public WhatIfRun(IReadOnlyList<Happened<RolloutEvent>> events, Func<Plan, Plan> plan, bool fixedPlan, DateTimeOffset now)
    {
        (_events, _fixedPlan) = (events, fixedPlan);
        _control = new Replay(events, static recorded => recorded);
        _instead = new Replay(events, plan);
        _recorded = WhatIfLines.Of(events, now);
        _end = events[^1].Event is RolloutAborted or RolloutRetired ? events[^1].At : now;
    }

    /// <summary>Part of the rollout's time that was run, 0 to 1.</summary>
    public double Progress => _to == 0 ? 0 : Math.Clamp((UnixMillis.At(_to) - _events[0].At) / (_end - _events[0].At), 0, 1);

    /// <summary>True when further signals change nothing: the runs have parted.</summary>
    public bool Done => _parted is not null;

    /// <summary>
    /// Difference of the replay from the record that is none: a round of the product may come a sampling period later.
    /// </summary>
    private TimeSpan Grace => (2 * _control.State.Judgement.Sampling) + TimeSpan.FromSeconds(1);

    /// <summary>Runs over stored blocks, the oldest first. Ends early when <paramref name="stop"/> becomes true.</summary>
    public void Add(ReadOnlyMemory<byte> stored, Func<bool> stop)
    {
        foreach (var found in SignalCodec.Find(stored))
        {
            if (found.To <= _to || Done || stop())
            {
                continue;
            }

            SignalBlock block;
            try
            {
                block = SignalCodec.Read(found);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            var from = Math.Max(_to, UnixMillis.Of(_events[0].At));
            if (block.From > from && _gaps.Count < MostGaps)
            {
                _gaps.Add((from, block.From));
            }

            _control.Run(block, stop);
            _instead.Run(block, stop);
            _to = block.To;
            _parted = Rollbacks().Parted;
        }
    }

    /// <summary>The answer.</summary>
    public WhatIfResult Result()
    {
        var known = _to == 0 ? _events[0].At : Earlier(_end, UnixMillis.At(_to));
        var until = _parted ?? known;
        var (instead, found) = (WhatIfLines.Of(_instead.Events, until), Rollbacks());
        var outcome = _to == 0 ? WhatIfOutcome.Unanswered : found.Outcome;
        var spared = outcome is WhatIfOutcome.Stopped or WhatIfOutcome.Earlier;

        // After the other plan's rollback its line is known without signals: all users stay on legacy until a person decides.
        var to = spared ? found.Real ?? _end : until;
        var unanswered = outcome switch
        {
            WhatIfOutcome.Unanswered => _events[0].At,
            WhatIfOutcome.Missed => _parted,
            _ when _parted is null && known < _end - Slack => known,
            _ => (DateTimeOffset?)null,
        };
        var real = WhatIfLines.Then(WhatIfLines.Of(_control.Events, until), _recorded, until);
        return new WhatIfResult(
            _control.State.Id, _events[0].At, to, outcome, Sentence(outcome, found, instead), _recorded, instead, unanswered,
            WhatIfLines.PercentHours(real, instead, _events[0].At, to), [.. Limits(outcome, real, instead, until)])
        {
            Spared = spared ? new WhatIfSpan(_parted!.Value, to) : null,
        };
    }

    /// <summary>The first rollback that only one run has, or one of them earlier.</summary>
    private (WhatIfOutcome Outcome, DateTimeOffset? Parted, DateTimeOffset? Real) Rollbacks()
    {
        var (control, instead, recorded) = (Backs(_control.Events), Backs(_instead.Events), Backs(_events));
        for (var i = 0; i < Math.Max(control.Length, instead.Length); i++)
        {
            var (real, other) = (At(control, i), At(instead, i));
            if (other is { } early && (real is null || early < real - Moment))
            {
                // In fact it was at its own time, which the replay may have not reached yet.
                var later = At(recorded, i) is { } fact && fact > early ? fact : real;
                return (later is null ? WhatIfOutcome.Stopped : WhatIfOutcome.Earlier, early, later);
            }

            if (other is null || other > real + Moment)
            {
                return (WhatIfOutcome.Missed, real, real);
            }
        }

        return (instead.Length > 0 ? WhatIfOutcome.Same : WhatIfOutcome.NotRolledBack, null, null);
    }

    private string Sentence(
        WhatIfOutcome outcome, (WhatIfOutcome Outcome, DateTimeOffset? Parted, DateTimeOffset? Real) found, WhatIfLine instead)
    {
        var at = found.Parted ?? instead.RolledBackAt;
        var by = instead.Fired.LastOrDefault(fired => fired.At <= at) is { } fired ? $" by {fired.Trigger} ({fired.Text.TrimEnd('.')})" : "";
        return outcome switch
        {
            WhatIfOutcome.Unanswered => "No signals of this rollout were kept: nothing can be said.",
            WhatIfOutcome.NotRolledBack => "The rollout is not rolled back, as it was not in fact.",
            WhatIfOutcome.Same => $"The rollout is rolled back when it was in fact, at {at:u}{by}.",
            WhatIfOutcome.Stopped => $"The rollout is rolled back at {at:u}{by}. In fact it {(_recorded.Completed ? "completed: a false alarm, or a fault that was not noticed" : "was not rolled back")}.",
            WhatIfOutcome.Earlier => $"The rollout is rolled back {Durations.Rounded(found.Real!.Value - at!.Value)} earlier than in fact, at {at:u}{by}.",
            _ => $"The rollout is not rolled back until {at:u}, when it was in fact. No signals of new were recorded after that, so they cannot say whether and when it would have been.",
        };
    }

    private IEnumerable<string> Limits(WhatIfOutcome outcome, WhatIfLine real, WhatIfLine instead, DateTimeOffset until)
    {
        if (outcome == WhatIfOutcome.Unanswered)
        {
            yield break;
        }

        if (Unfaithful(until) is { } difference)
        {
            yield return difference;
        }

        foreach (var (from, to) in _gaps)
        {
            yield return $"Signals from {UnixMillis.At(from):u} to {UnixMillis.At(to):u} were not kept: both plans are judged without data there.";
        }

        if (_parted is null && until < _end - Slack)
        {
            yield return $"Signals are known until {until:u}; what came after cannot be answered.";
        }

        if (WhatIfLines.OtherShare(real, instead, _events[0].At, until) is var other && other > TimeSpan.Zero)
        {
            yield return $"For {Durations.Rounded(other)} the other plan has another share of users on new than in fact. The signals of that time are those of the real share.";
        }

        if (_fixedPlan && _events.Any(one => one.Event is RolloutAmended))
        {
            yield return "Recorded amendments of the plan are left out.";
        }

        foreach (var (_, review) in _instead.Unasked.Where(one => one.At <= until).Except(_control.Unasked))
        {
            yield return $"No person was ever asked in this review, so it stays open: {review}.";
        }

        foreach (var problem in _instead.Problems.Except(_control.Problems))
        {
            yield return $"A recorded command does not fit the other plan. {problem}";
        }

        if (outcome is WhatIfOutcome.Stopped or WhatIfOutcome.Earlier)
        {
            yield return "What people would have decided after that rollback was not recorded: all users stay on legacy here.";
        }
    }

    /// <summary>
    /// The first step or rollback of the recorded plan that the replay does not give at its time; null when it gives all.
    /// </summary>
    private string? Unfaithful(DateTimeOffset until)
    {
        var (recorded, replayed) = (Marks(_events, until), Marks(_control.Events, until + Grace));
        for (var i = 0; i < recorded.Length; i++)
        {
            var (at, text) = recorded[i];
            if (i >= replayed.Length || replayed[i].Text != text || (replayed[i].At - at).Duration() > Grace)
            {
                var instead = i < replayed.Length
                    ? string.Create(CultureInfo.InvariantCulture, $"'{replayed[i].Text}' at {replayed[i].At:u}") : "nothing of the kind";
                return $"The replay is not exact: recorded is '{text}' at {at:u}, and the recorded plan over the kept signals gives {instead}. Signals are missing, or came late.";
            }
        }

        return null;
    }

    private static (DateTimeOffset At, string Text)[] Marks(IEnumerable<Happened<RolloutEvent>> events, DateTimeOffset until) =>
    [
        .. from one in events
           where one.At <= until
           let text = one.Event switch
           {
               StepStarted e => $"step {e.Step}",
               RolledBack => "rollback",
               RolloutCompleted => "completion",
               _ => null,
           }
           where text is not null
           select (one.At, text),
    ];

    private static DateTimeOffset[] Backs(IEnumerable<Happened<RolloutEvent>> events) =>
        [.. events.Where(one => one.Event is RolledBack).Select(one => one.At)];

    private static DateTimeOffset? At(DateTimeOffset[] times, int index) => index < times.Length ? times[index] : null;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
