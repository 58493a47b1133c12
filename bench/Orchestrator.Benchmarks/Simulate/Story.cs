using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Benchmarks.Simulate;

/// <summary>A rollout without incidents: both paths are healthy and reviewers approve.</summary>
internal sealed class Story
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly TimeSpan _sampling;

    private Story(Plan plan, TimeSpan sampling)
    {
        _sampling = sampling;
        Rollout = new Simulator(new RolloutCommand.Create("chat", plan, 1, "production", "9f3b2c7150aa4d17", sampling), Start);
    }

    public Simulator Rollout { get; }

    public int Samples { get; private set; }

    public static Story Of(Plan plan, TimeSpan length, TimeSpan sampling)
    {
        var story = new Story(plan, sampling);
        story.Tell(Start + length);
        return story;
    }

    private void Tell(DateTimeOffset end)
    {
        Rollout.Command(new RolloutCommand.Start(), Actor.User("anna", "engineering"));
        while (Rollout.Now < end && Rollout.State.Unfinished)
        {
            Agree();
            Push(Variant.New, RulesInForce.Traffic(Rollout.State));
            if (Rollout.State.Percentage < Share.All)
            {
                Push(Variant.Legacy, Traffic.Live);
            }

            Rollout.AdvanceTo(Rollout.Now + _sampling);
        }
    }

    private void Agree()
    {
        var state = Rollout.State;
        foreach (var review in state.Reviews)
        {
            if (review.Open)
            {
                var role = review.Roles[0];
                Rollout.Command(new RolloutCommand.DecideReview(review.Id, true, "The numbers look good."), Actor.User(role + "-1", role));
            }
        }

        foreach (var objective in state.Phase?.Objectives ?? [])
        {
            if (!Rollout.State.Objectives.Contains(objective.Name))
            {
                Rollout.Command(new RolloutCommand.CompleteObjective(objective.Name), Actor.User("anna", "engineering"));
            }
        }
    }

    private void Push(Variant variant, Traffic traffic)
    {
        const long requests = 50_000;
        Rollout.Push([new Sample(
            0, null, Rollout.Now, variant, traffic, null,
            [
                new("requests", requests), new("requests_ok", requests), new("errors", 5), new("http_5xx", 2), new("comparisons", requests), new("mismatches", 0),
                new("probes", 4), new("probe_ok", 4), new("complaints", 1), new("messages_sent", requests), new("messages_delivered", requests),
                new("callbacks_started", requests), new("callbacks_completed", requests),
            ],
            [new("memory", 32e6), new("cpu", 0.4), new("connections", 900)],
            [new("response_time", [new(60, requests / 2), new(110, requests * 2 / 5), new(140, requests / 10)])])]);
        Samples++;
    }
}
