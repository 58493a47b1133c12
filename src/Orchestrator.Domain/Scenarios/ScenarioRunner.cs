using System.Collections.Immutable;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Scenarios;

/// <summary>
/// Runs a plan through a scenario in the simulator: people, alerts and samples arrive at their times, and the deciders of the product
/// decide.
/// </summary>
public sealed class ScenarioRunner
{
    /// <summary>Most attempts to act between two rounds: what people do can open no more than a few reviews.</summary>
    private const int MostActs = 1000;

    /// <summary>Most samples that senders keep; then they drop the oldest.</summary>
    private const int MostKept = 10_000;

    private const int MostInOneBody = 500;

    private static readonly Actor Operator = Actor.User("operator", "engineering");

    private readonly Scenario _scenario;
    private readonly Simulator _rollout;
    private readonly TimeSpan _sampling;
    private readonly ScenarioTraffic _traffic;
    private readonly Dictionary<string, DateTimeOffset> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = [];
    private readonly HashSet<string> _ticked = [];
    private readonly bool[] _commanded;
    private readonly DateTimeOffset?[] _alertsAt;
    private readonly List<string> _problems = [];

    /// <summary>Samples that their senders keep while the process is down; at most <see cref="MostKept"/>.</summary>
    private readonly List<Sample> _kept = [];
    private readonly List<ScenarioEvent> _events = [];
    private RolloutState _folded = RolloutState.Initial;

    private ScenarioRunner(Plan plan, Scenario scenario)
    {
        _scenario = scenario;
        _rollout = new Simulator(
            new RolloutCommand.Create("scenario", plan, 1, scenario.Environment, "scenario", scenario.SamplingFloor), scenario.Start);
        _sampling = _rollout.State.Judgement.Sampling;
        _traffic = new ScenarioTraffic(scenario, plan.Metrics, _sampling, Find);
        _commanded = new bool[scenario.Commands.Length];
        _alertsAt = new DateTimeOffset?[scenario.Alerts.Length];
    }

    /// <summary>Runs it to its end; null where <paramref name="stop"/> became true.</summary>
    public static ScenarioRun? Of(Plan plan, Scenario scenario, Func<bool>? stop = null)
    {
        var runner = new ScenarioRunner(plan, scenario);
        return runner.Run(stop ?? (static () => false)) ? runner.Result(plan) : null;
    }

    private ScenarioRun Result(Plan plan) => new(
        _scenario, plan, [.. _events], _rollout.State, _rollout.Newest, _begun.ToImmutableDictionary(), [.. _problems]);

    private bool Run(Func<bool> stop)
    {
        Command("start", new RolloutCommand.Start());
        if (_scenario.Begin is { } begin && !Skip(begin))
        {
            return true;
        }

        var end = _scenario.Start + _scenario.Length;
        for (var round = 1; _scenario.Start + (round * _sampling) is var at && at <= end; round++)
        {
            if (stop())
            {
                return false;
            }

            Act(at);
            if (Restart(at) is { } restart)
            {
                Sleep(at, round, restart);
                continue;
            }

            // The round of the samples is the only one at this instant: a timer that is due then is judged by it too.
            _rollout.AdvanceTo(at - TimeSpan.FromTicks(1));
            Note();
            _rollout.SleepTo(at);
            PushKept();
            _rollout.Push(_traffic.At(_rollout.State, at, round));
            Note();
        }

        Act(end);
        if (_rollout.Now < end)
        {
            _rollout.AdvanceTo(end);
        }

        Note();
        return true;
    }

    /// <summary>Goes to a step by overrides, at once. False when the plan does not let people.</summary>
    private bool Skip(string step)
    {
        var steps = _rollout.State.Plan.Phases.Sum(phase => phase.Steps.Length);
        for (var passed = 0; passed < steps && _rollout.State.Step?.Name != step && _problems.Count == 0; passed++)
        {
            Command("advance", new RolloutCommand.Advance(null, true, $"The scenario begins at step {step}."));
            foreach (var review in _rollout.State.Reviews.Where(review => review is { Open: true, Kind: ReviewKind.Override }).ToArray())
            {
                Approve(review, "The scenario begins at a later step.");
            }
        }

        if (_rollout.State.Step?.Name != step)
        {
            _problems.Add($"The scenario cannot begin at step {step}: the rollout is at {_rollout.State.Step?.Name ?? "no step"}.");
            return false;
        }

        return true;
    }

    /// <summary>Time of an anchor; null while its step has not begun.</summary>
    private DateTimeOffset? Find(Anchor anchor) =>
        anchor.Step is not { } step ? _scenario.Start + anchor.After : _begun.TryGetValue(step, out var at) ? at + anchor.After : null;

    /// <summary>The restart at an instant; null while the process runs.</summary>
    private ScenarioRestart? Restart(DateTimeOffset at) => _scenario.Restarts.FirstOrDefault(
        restart => Find(restart.Span.At) is { } from && at >= from && at < from + restart.Span.For);

    /// <summary>A round in which the process is down. Services serve on: the routes of before stay in force.</summary>
    private void Sleep(DateTimeOffset at, long round, ScenarioRestart restart)
    {
        _rollout.SleepTo(at);
        if (restart.Late)
        {
            _kept.AddRange(_traffic.At(_rollout.State, at, round));
            _kept.RemoveRange(0, Math.Max(0, _kept.Count - MostKept));
        }
    }

    /// <summary>Late samples, the oldest first, in bodies of the size that senders use.</summary>
    private void PushKept()
    {
        foreach (var body in _kept.Chunk(MostInOneBody))
        {
            _rollout.Push(body);
            Note();
        }

        _kept.Clear();
    }

    /// <summary>All that people and the alert manager do up to an instant, each at its time; while the process is down it waits.</summary>
    private void Act(DateTimeOffset until)
    {
        for (var acts = 0; acts < MostActs; acts++)
        {
            var due = Due().Where(one => one.At <= until).DefaultIfEmpty().MinBy(one => one.At);
            if (due.Do is not { } act)
            {
                return;
            }

            var at = due.At > _rollout.Now ? due.At : _rollout.Now;
            if (Restart(at) is not null)
            {
                return;
            }

            _rollout.AdvanceTo(at);
            act();
            Note();
        }
    }

    private IEnumerable<(DateTimeOffset At, Action? Do)> Due()
    {
        foreach (var (index, command) in _scenario.Commands.Index())
        {
            if (!_commanded[index] && Find(command.At) is { } at)
            {
                yield return (at, () => Run(index, command));
            }
        }

        foreach (var review in _rollout.State.Reviews)
        {
            if (review.Open && !_answered.Contains(review.Id) && Answer(review) is { } answer)
            {
                yield return (review.OpenedAt + answer.After, () => Give(review, answer));
            }
        }

        if (_scenario.ObjectivesAfter is { } after && _rollout.State is { Phase: { } phase, UnderWay: true } state)
        {
            foreach (var objective in phase.Objectives)
            {
                if (!state.Objectives.Contains(objective.Name) && !_ticked.Contains(objective.Name))
                {
                    yield return (state.PhaseSince + after, () => Tick(objective.Name));
                }
            }
        }

        foreach (var (index, alert) in _scenario.Alerts.Index())
        {
            if (Find(alert.Span.At) is { } from && Next(index, from, from + alert.Span.For) is { } at)
            {
                yield return (at, () => Tell(index, alert, at >= from + alert.Span.For));
            }
        }
    }

    /// <summary>Time of the next message about an alert: it repeats while the alert fires, and ends with one that it is over.</summary>
    private DateTimeOffset? Next(int index, DateTimeOffset from, DateTimeOffset end)
    {
        if (_alertsAt[index] is not { } told)
        {
            return from;
        }

        // Twice in the interval, so that no message is late.
        var next = told + (_rollout.State.Judgement.AlertRepeat / 2);
        return told >= end ? null : next < end ? next : end;
    }

    private void Tell(int index, ScenarioAlert alert, bool over)
    {
        _alertsAt[index] = _rollout.Now;
        var fingerprint = Dice.Number($"{alert.Name}/{index}").ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        var listed = new ListedAlerts(alert.Name, over ? [] : [fingerprint], over ? [fingerprint] : [], []);
        var message = new AlertMessage(fingerprint, true, [listed], []);
        Command($"alert {alert.Name}", new RolloutCommand.ReportAlerts(message), Actor.System);
    }

    private void Tick(string objective)
    {
        _ticked.Add(objective);
        Command($"objective {objective}", new RolloutCommand.CompleteObjective(objective));
    }

    private ReviewAnswer? Answer(Review review)
    {
        var answer = _scenario.Reviews.FirstOrDefault(one =>
            (one.Step is null || one.Step == review.Step) && (one.Trigger is null || one.Trigger == review.Trigger));
        return answer is { Decision: not ReviewDecisionKind.None } ? answer : null;
    }

    private void Give(Review review, ReviewAnswer answer)
    {
        _answered.Add(review.Id);
        if (answer.Decision == ReviewDecisionKind.Approve)
        {
            Approve(review, answer.Reason ?? "Approved in the scenario.");
        }
        else
        {
            Decide(review, Role(review, 0), 1, approve: false, answer.Reason ?? "Rejected in the scenario.");
        }
    }

    /// <summary>As many different people as the review needs say go.</summary>
    private void Approve(Review review, string reason)
    {
        var people = review.Needs.IsDefaultOrEmpty
            ? Enumerable.Range(0, Math.Max(1, review.Quorum)).Select(index => (Role: Role(review, index), Number: index + 1))
            : review.Needs.SelectMany(need => Enumerable.Range(1, need.People).Select(number => (need.Role, Number: number)));
        foreach (var (role, number) in people)
        {
            Decide(review, role, number, approve: true, reason);
        }
    }

    private static string Role(Review review, int index) => review.Roles.IsEmpty ? "product" : review.Roles[index % review.Roles.Length];

    private void Decide(Review review, string role, int number, bool approve, string reason)
    {
        if (_rollout.State.Reviews.Any(one => one.Id == review.Id && one.Open))
        {
            Command(
                $"review {review.Id}", new RolloutCommand.DecideReview(review.Id, approve, reason), Actor.User($"{role}-{number}", role));
        }
    }

    private void Run(int index, ScenarioCommand command)
    {
        _commanded[index] = true;
        var reason = command.Reason ?? "Asked for by the scenario.";
        string[]? segments = command.Segments.IsEmpty ? null : [.. command.Segments];
        switch (command.Do)
        {
            case "stop-the-line":
                (_rollout.LineStopped, _rollout.LineStoppedBy) = (reason, Operator.Id);
                return;
            case "resume-the-line":
                (_rollout.LineStopped, _rollout.LineStoppedBy) = (null, null);
                return;
            default:
                Command(command.Do, command.Do switch
                {
                    "pause" => new RolloutCommand.Pause(reason),
                    "resume" => new RolloutCommand.Resume(reason),
                    "advance" => new RolloutCommand.Advance(null, false, reason),
                    "step-back" => new RolloutCommand.StepBack(null, reason),
                    "rollback" => new RolloutCommand.Rollback(reason, segments),
                    "restore" => new RolloutCommand.Restore(reason, segments, _rollout.LineStopped, _rollout.LineStoppedBy),
                    "keep-back" => new RolloutCommand.KeepBack(reason, segments ?? []),
                    "abort" => new RolloutCommand.Abort(reason),
                    var unknown => throw new InvalidOperationException($"No such command: {unknown}."),
                });
                return;
        }
    }

    private void Command(string verb, RolloutCommand command, Actor? actor = null)
    {
        if (_rollout.Command(command, actor ?? Operator) is Decision<RolloutEvent>.Refused refused)
        {
            _problems.Add($"{verb} at {ScenarioRun.Offset(_rollout.Now - _scenario.Start)} was refused: {refused.Message}");
        }

        Note();
    }

    /// <summary>Takes new events, and the first begins of steps.</summary>
    private void Note()
    {
        for (var next = _events.Count; next < _rollout.Events.Count; next++)
        {
            var happened = _rollout.Events[next];
            _folded = RolloutEvolution.Evolve(_folded, happened);
            _events.Add(new ScenarioEvent(happened.At, happened.Event, _folded, EventSentences.Of(happened.Event, _folded)));
            if (happened.Event is StepStarted begun)
            {
                _begun.TryAdd(begun.Step, happened.At);
            }
        }
    }
}
