using System.Collections.Immutable;
using CsCheck;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>An event of a random history, before the log has it.</summary>
internal sealed record Told(string Stream, NewEvent Event, DateTimeOffset At, Actor Actor);

/// <summary>Random histories of a whole log: rollouts of two environments, and all other kinds of streams, in one order.</summary>
internal static class Histories
{
    public static readonly string[] Environments = ["production", "staging"];

    private static readonly Actor Person = Actor.User("k1", "admin");
    private static readonly byte[] MemberKey = [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>
    /// Some hundred events. The times of streams overlap, so that a later event may have an earlier time. An unknown event quarantines a
    /// stream.
    /// </summary>
    public static readonly Gen<Told[]> Any = Gen.Select(
        Rollout("checkout-1", "production"), Rollout("checkout-2", "production"), Rollout("checkout-3", "staging"), Others(), Gen.Int,
        (first, second, third, others, seed) => Mixed(new Random(seed), [first, second, third, .. others]));

    /// <summary>Writes a history, event by event, and returns it as the log has it.</summary>
    public static async Task<RecordedEvent[]> Write(IEventLog log, IEnumerable<Told> history)
    {
        var ends = new Dictionary<string, long>();
        foreach (var one in history)
        {
            var version = ends.GetValueOrDefault(one.Stream);
            Assert.IsType<AppendOutcome.Appended>(await log.Append(
                one.Stream, version, [one.Event], new AppendMetadata(one.At, one.Actor, Guid.NewGuid().ToString("N"))));
            ends[one.Stream] = version + 1;
        }

        return [.. await log.ReadAll(0, int.MaxValue)];
    }

    /// <summary>A history as a log would have it, without a store.</summary>
    public static RecordedEvent[] Recorded(IEnumerable<Told> history)
    {
        var (ends, events) = (new Dictionary<string, RecordedEvent>(), new List<RecordedEvent>());
        foreach (var one in history)
        {
            var before = ends.GetValueOrDefault(one.Stream);
            var recorded = new RecordedEvent
            {
                Position = events.Count + 1,
                Stream = one.Stream,
                Version = (before?.Version ?? 0) + 1,
                Id = one.Event.Id,
                Type = one.Event.Type,
                Schema = one.Event.Schema,
                At = one.At,
                Actor = one.Actor,
                Cause = null,
                Correlation = null,
                CommandId = "c",
                Data = one.Event.Data,
                Hash = default,
            };
            recorded = recorded with { Hash = HashChain.Expected((before?.Hash ?? HashChain.Origin).Span, recorded) };
            events.Add(ends[one.Stream] = recorded);
        }

        return [.. events];
    }

    private static Gen<Told[]> Rollout(string id, string environment) => Doings.Any.Array[1, 8].Select(doings =>
    {
        var rollout = new Simulator(new RolloutCommand.Create(id, Doings.Plan, 1, environment, "salt"), Some.Start);
        rollout.Command(new RolloutCommand.Start(), Some.Engineer);
        foreach (var doing in doings)
        {
            doing(rollout);
        }

        return rollout.Events.Take(60).Select(
            one => new Told(RolloutEvents.Stream(id), RolloutEvents.Catalog.Write(one.Event, Guid.NewGuid()), one.At, one.Actor)).ToArray();
    });

    private static Gen<Told[][]> Others() => Gen.Select(
        Environment("production"), Environment("staging"), Segment("production/eu"), Segment("staging/eu"), Plan(), Access(),
        (one, other, segment, further, plan, access) => new[] { one, other, segment, further, plan, access, Strange() });

    private static Gen<Told[]> Environment(string name) => Gen.OneOf<EnvironmentEvent>(
        Gen.OneOfConst("f", "g", "h").Select(EnvironmentEvent (key) => new EnvironmentEvent.FlagSet(key, "[1,\"ö\"]")),
        Gen.Const<EnvironmentEvent>(new EnvironmentEvent.FlagRemoved("f")),
        Gen.Const<EnvironmentEvent>(new EnvironmentEvent.LineStopped("busy")),
        Gen.Const<EnvironmentEvent>(new EnvironmentEvent.LineResumed(null)),
        Gen.OneOfConst("checkout-1", "checkout-2").Select(EnvironmentEvent (id) => new EnvironmentEvent.FlagClaimed("newCheckout", id)),
        Gen.Const<EnvironmentEvent>(new EnvironmentEvent.FlagReleased("newCheckout", "checkout-1")),
        Gen.Const<EnvironmentEvent>(new EnvironmentEvent.PlanSalted("checkout", "s")))
        .Array[1, 8].Select(events => Tell(EnvironmentEvents.Stream(name), EnvironmentEvents.Catalog, events));

    private static Gen<Told[]> Segment(string name)
    {
        var definition = Doings.Plan.Segments[0].Definition;
        var members = Gen.Int[0, 40].Select(user => MemberHash.Of($"u{user}", MemberKey)).Array[0, 9];
        return Gen.OneOf<SegmentEvent>(
            Gen.Select(
                members, members,
                SegmentEvent (added, removed) => new SegmentEvent.MembersChanged([.. added.Distinct()], [.. removed.Distinct()])),
            Gen.Const<SegmentEvent>(new SegmentEvent.SegmentDefined(definition with { Title = "Others" }, MemberKey)),
            Gen.Const<SegmentEvent>(new SegmentEvent.SegmentDefined(
                definition with { Balance = new Balance(["region"], 0.05, 1, [new StratumCap("eu", 0.1)]) { Measured = true } }, MemberKey)),
            Gen.Int[1, 999].Select(SegmentEvent (share) => new SegmentEvent.PopulationMeasured(share / 1000m, 1000, share)))
            .Array[1, 8].Select(events => Tell(
                SegmentEvents.Stream(name), SegmentEvents.Catalog, [new SegmentEvent.SegmentDefined(definition, MemberKey), .. events]));
    }

    private static Gen<Told[]> Plan() => Gen.Int[1, 3].Select(revisions => Tell(
        PlanEvents.Stream("checkout"), PlanEvents.Catalog,
        [
            .. Enumerable.Range(1, revisions).Select(PlanEvent (revision) =>
                new PlanEvent.PlanRevised(revision, Doings.Plan.Hash, Doings.Plan.Document, Some.PlanText)),
            new PlanEvent.PlanArchived(),
        ]));

    private static Gen<Told[]> Access() => Gen.OneOf<AccessEvent>(
        Gen.Int[2, 5].Select(AccessEvent (id) => new AccessEvent.KeyCreated($"k{id}", "ci", Role.Ingest, "production", Key.HashOf($"{id}"))
        {
            Rollouts = ["checkout-1"],
            Person = "ann",
        }),
        Gen.Const<AccessEvent>(new AccessEvent.KeyUsed("k1") { Reading = true }), Gen.Const<AccessEvent>(new AccessEvent.KeyUsed("k1")),
        Gen.Const<AccessEvent>(new AccessEvent.PersonNamed("oidc:1", "Ann")), Gen.Const<AccessEvent>(new AccessEvent.KeyRevoked("k2")))
        .Array[0, 8].Select(events => Tell(
            AccessEvents.Stream(), AccessEvents.Catalog,
            [new AccessEvent.KeyCreated("k1", "admin", Role.Admin, null, Key.HashOf("the first")), .. events]));

    /// <summary>A stream of no known family, and one whose second event is of a later build.</summary>
    private static Told[] Strange()
    {
        var future = new NewEvent(Guid.NewGuid(), "environment.from_the_future", 1, "{}"u8.ToArray());
        var set = EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", "1"), Guid.NewGuid());
        return
        [
            new("strange/thing", future, Some.Start, Actor.System), new("environment/odd", set, Some.Start, Person),
            new("environment/odd", future, Some.Start, Person), new("environment/odd", set with { Id = Guid.NewGuid() }, Some.Start, Person),
        ];
    }

    private static Told[] Tell<T>(string stream, EventCatalog<T> catalog, IEnumerable<T> events)
        where T : notnull =>
        [
            .. events.Select(
                (one, i) => new Told(stream, catalog.Write(one, Guid.NewGuid()), Some.Start.AddMinutes(7 * i).AddTicks(i), Person)),
        ];

    /// <summary>One after the other in a random order; each stream keeps its own.</summary>
    private static Told[] Mixed(Random random, Told[][] streams)
    {
        var left = streams.Select(one => new Queue<Told>(one)).Where(one => one.Count > 0).ToList();
        var all = ImmutableArray.CreateBuilder<Told>();
        while (left.Count > 0)
        {
            var next = left[random.Next(left.Count)];
            all.Add(next.Dequeue());
            if (next.Count == 0)
            {
                left.Remove(next);
            }
        }

        return [.. all];
    }
}
