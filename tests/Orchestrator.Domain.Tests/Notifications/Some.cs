using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Tests.Notifications;

/// <summary>Test data for notifications.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = Rollouts.Some.Start;

    /// <summary>The plan of the rollout tests, with people to tell.</summary>
    public static Plan Plan(string more) => Rollouts.Some.Plan(Rollouts.Some.PlanText.TrimEnd() + "\n" + more);

    public static RolloutState Rollout(Plan plan) => Rollouts.Some.Created(plan).State;

    public static ImmutableArray<Notification> Told(Plan plan, RolloutEvent happened, int position = 7)
    {
        var stored = RolloutEvents.Catalog.Write(happened, new Guid(position, 0, 0, new byte[8]));
        var recorded = new RecordedEvent
        {
            Position = position,
            Stream = "rollout/checkout-1",
            Version = position,
            Id = stored.Id,
            Type = stored.Type,
            Schema = stored.Schema,
            At = Start,
            Actor = Actor.System,
            Cause = null,
            Correlation = null,
            CommandId = "c",
            Data = stored.Data,
            Hash = default,
        };
        return Addressing.Of(recorded, happened, Rollout(plan));
    }

    public static Evidence Evidence(string rule) =>
        new(rule, 0.006, 0.005, null, 4000, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Start, $"{rule}: observed 0.6% in 4000 samples.");

    public static Notification Notification(int position, string level = Level.Info) => new()
    {
        Id = $"e{position}-team",
        Level = level,
        Title = $"t{position}",
        Text = "x.",
        Plan = "checkout",
        Rollout = "r",
        Environment = "e",
        EventId = new Guid(position, 0, 0, new byte[8]),
        EventType = "PercentageRaised",
        Position = position,
        At = Start.AddMinutes(position),
        Channel = "team",
        Kind = "webhook",
        Target = "http://127.0.0.1/",
    };
}
