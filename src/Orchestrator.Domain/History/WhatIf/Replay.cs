using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>
/// One run of a plan over kept signals: the simulator with the deciders and windows of the product, the recorded commands at their times,
/// and decisions in reviews as long after their opening as they took.
/// </summary>
internal sealed class Replay
{
    /// <summary>Most acts at one instant: a decision can open no more than a few reviews.</summary>
    private const int MostActs = 1000;

    /// <summary>Most refused commands that are listed.</summary>
    private const int MostProblems = 20;

    private readonly RecordedActs _acts;
    private readonly Simulator _rollout;
    private readonly OccasionCounts _occasions = new();
    private readonly List<(DateTimeOffset At, string Review, RecordedAnswer Answer)> _answers = [];
    private readonly List<string> _problems = [];
    private readonly List<(DateTimeOffset At, string Review)> _unasked = [];
    private int _next;
    private int _seen;
    private long _fed;

    public Replay(IReadOnlyList<Happened<RolloutEvent>> events, Func<Plan, Plan> plan)
    {
        _acts = RecordedActs.Of(events, plan);
        _rollout = new Simulator(_acts.Create, _acts.CreatedAt);
    }

    public DateTimeOffset Now => _rollout.Now;

    public RolloutState State => _rollout.State;

    public IReadOnlyList<Happened<RolloutEvent>> Events => _rollout.Events;

    /// <summary>Recorded commands that were refused in this run, in words.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Reviews of this run that no person was ever asked.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Review)> Unasked => _unasked;

    /// <summary>Runs to the end of a block.</summary>
    /// <param name="block">Signals after those before.</param>
    /// <param name="stop">True ends it, between two rounds.</param>
    public void Run(SignalBlock block, Func<bool> stop)
    {
        var step = Math.Max(1, Math.Min(1000, block.Sampling / 15));
        var last = _fed;
        foreach (var instant in block.Tracks.Where(track => track.Key.Kind == SeriesKind.Seen && track.Key.Segment is null)
            .SelectMany(track => track.Points).Select(point => point.At).Where(at => at > _fed).Distinct().Order())
        {
            if (stop())
            {
                return;
            }

            if (instant - last < step || UnixMillis.At(instant) <= _rollout.Now)
            {
                continue;
            }

            last = instant;
            Act(UnixMillis.At(instant));
            if (_rollout.Now < UnixMillis.At(instant))
            {
                _rollout.Feed(block, _fed, UnixMillis.At(instant));
                _fed = instant;
                Note();
            }
        }

        var end = UnixMillis.At(block.To);
        if (end > _rollout.Now && !stop())
        {
            Act(end);
            _rollout.Feed(block, _fed, end);
            Note();
        }

        _fed = Math.Max(_fed, block.To);
    }

    /// <summary>Runs the rest without signals: time and recorded commands.</summary>
    public void RunTo(DateTimeOffset until)
    {
        Act(until);
        if (until > _rollout.Now)
        {
            _rollout.AdvanceTo(until);
            Note();
        }
    }

    private void Act(DateTimeOffset until)
    {
        for (var acts = 0; acts < MostActs; acts++)
        {
            var command = _next < _acts.Acts.Length ? _acts.Acts[_next].At : DateTimeOffset.MaxValue;
            var answer = _answers.Count > 0 ? _answers.Min(one => one.At) : DateTimeOffset.MaxValue;
            var due = command < answer ? command : answer;
            if (due > until)
            {
                return;
            }

            if (due > _rollout.Now)
            {
                _rollout.AdvanceTo(due);
                Note();
            }

            if (command <= answer)
            {
                Give(_acts.Acts[_next++]);
            }
            else
            {
                var index = _answers.FindIndex(one => one.At == answer);
                var (_, review, given) = _answers[index];
                _answers.RemoveAt(index);
                Decide(review, given);
            }

            Note();
        }
    }

    private void Give(RecordedAct act)
    {
        switch (act)
        {
            case { Event: LineStopped line }:
                (_rollout.LineStopped, _rollout.LineStoppedBy) = (line.Reason, line.By);
                return;
            case { Event: LineResumed }:
                (_rollout.LineStopped, _rollout.LineStoppedBy) = (null, null);
                return;
            case { Command: RolloutCommand.Advance { Step: { } step } } when _rollout.State.Step?.Name != step:
                // The step that a person ended is over already, or not reached.
                return;
            case { Command: RolloutCommand.Amend amend } when amend.Plan.Hash == _rollout.State.Plan.Hash:
                return;
            default:
                Command(act.Command!, act.Actor);
                return;
        }
    }

    private void Decide(string review, RecordedAnswer answer)
    {
        if (_rollout.State.Reviews.Any(one => one.Id == review && one.Open))
        {
            Command(new RolloutCommand.DecideReview(review, answer.Approved, answer.Reason), answer.Actor);
        }
    }

    private void Command(RolloutCommand command, Actor actor)
    {
        if (_rollout.Command(command, actor) is Decision<RolloutEvent>.Refused refused && _problems.Count < MostProblems)
        {
            _problems.Add($"{command.GetType().Name} at {_rollout.Now:u} was refused: {refused.Message}");
        }
    }

    /// <summary>Reviews that were opened get the recorded decisions.</summary>
    private void Note()
    {
        for (; _seen < _rollout.Events.Count; _seen++)
        {
            if (_rollout.Events[_seen] is not { Event: ReviewOpened review } opened)
            {
                continue;
            }

            var answers = _acts.Answers[_occasions.Next(review.Kind, review.Step, review.Trigger)].ToArray();
            if (answers.Length == 0 && _unasked.Count < MostProblems)
            {
                _unasked.Add((
                    opened.At, $"{review.Kind} review in step {review.Step}{(review.Trigger is { } trigger ? $" for {trigger}" : "")}, opened {opened.At:u}"));
            }

            _answers.AddRange(answers.Select(answer => (opened.At + answer.After, review.Review, answer)));
        }
    }
}
