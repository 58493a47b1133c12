using CsCheck;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.PlanFiles;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>
/// Logs of one environment and its neighbour: rollouts of one flag, static flags, segments and members, by the real deciders, with rivals,
/// quiet times, several changes in one instant, and a stream that this build cannot read.
/// </summary>
internal sealed class RandomHistory
{
    public static readonly DateTimeOffset Began = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Its steps end by the clock, while samples are well.</summary>
    private const string Timed = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true }, { optedIn: true } ] }
          eu: { title: Europe, any: [ { attribute: internal, equals: false } ] }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
        phases:
          - name: beta
            flags: { checkoutLogging: verbose }
            steps: [ { name: beta-users, segments: [beta], hold: 10m } ]
          - name: gradual
            steps:
              - { name: forty, percentage: 40%, hold: 15m }
              - { name: shares, percentage: 60%, hold: 15m, audience: [ { segment: eu, percentage: 80% } ] }
              - { name: all, percentage: 100%, hold: 20m }
        """;

    private static readonly Domain.Plans.Plan Plan = Read(Timed);
    private static readonly Domain.Plans.Plan Other = Read(Timed.Replace("useNewCheckout", "otherFlag", StringComparison.Ordinal));
    private static readonly Actor Admin = Actor.User("k-root", "admin");
    private static readonly byte[] MemberKey = new byte[32];

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly EventRows _log = new();
    private readonly Dictionary<string, Simulator> _rollouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private DateTimeOffset _now = Began;

    private static readonly Gen<Action<RandomHistory>> Doing = Gen.Frequency(
        (4, Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Int[1, 40]), Gen.Int[0, 9], (minutes, errors) =>
            (Action<RandomHistory>)(h => h.Pass(minutes, errors: errors == 0 ? 20 : 0)))),
        (2, Gen.OneOfConst("r1", "r2", "other", "elsewhere").Select(Create)),
        (8, Gen.Select(Gen.OneOfConst("r1", "r1", "r2", "other"), Gen.OneOfConst<RolloutCommand>(
            new RolloutCommand.Start(), new RolloutCommand.Start(), new Pause("p"), new Resume("r"), new Advance(null, false, null),
            new ReportFeedback("slow", 1), new ReportFeedback("slow", 2),
            new Rollback("bad"), new Rollback("bad", ["beta"]), new Restore("ok"), new Restore("ok", ["beta"]), new StepBack(null, "s"),
            new Abort("enough"), new Retire("done", null, "true")), (id, command) => Do(id, command))),
        (2, Gen.Select(Gen.OneOfConst("production", "staging"), Gen.OneOfConst("useNewCheckout", "checkoutLogging"), Gen.Int[0, 2],
            (environment, flag, value) => (Action<RandomHistory>)(h => h.Write(
                EnvironmentEvents.Stream(environment), EnvironmentEvents.Catalog.Write(
                    value == 0 ? new EnvironmentEvent.FlagRemoved(flag) : new EnvironmentEvent.FlagSet(flag, $"{value}"), Guid.Empty))))),
        (2, Gen.Select(Gen.OneOfConst("production/beta", "production/eu", "staging/beta"), Gen.Bool, (name, @internal) => (Action<RandomHistory>)(h => h.Write(
            SegmentEvents.Stream(name), SegmentEvents.Catalog.Write(new SegmentEvent.SegmentDefined(
                new SegmentDefinition(null, new SegmentRule.Any(
                [
                    new SegmentRule.Attribute("internal", new AttributeTest.EqualTo(AttributeValue.Of(@internal))), new SegmentRule.OptedIn(),
                ])),
                MemberKey), Guid.Empty))))),
        (2, Gen.Int[0, 40].Select(user => (Action<RandomHistory>)(h => h.Write(
            SegmentEvents.Stream("production", "beta"), SegmentEvents.Catalog.Write(
                new SegmentEvent.MembersChanged([MemberHash.Of($"u{user}", MemberKey)], []), Guid.Empty))))));

    /// <summary>Actions in order. Most histories begin with a started rollout.</summary>
    public static Gen<Action<RandomHistory>[]> Doings { get; } = Doing.Array[1, 40].Select(
        doings => (Action<RandomHistory>[])[Create("r1"), Do("r1", new RolloutCommand.Start(), minutesBefore: 5), .. doings]);

    public static IReadOnlyList<RecordedEvent> Of(IEnumerable<Action<RandomHistory>> doings)
    {
        var history = new RandomHistory();
        foreach (var doing in doings)
        {
            doing(history);
        }

        return history._log.All;
    }

    public static Action<RandomHistory> Create(string id) => history =>
    {
        if (!history._rollouts.ContainsKey(id))
        {
            history._rollouts[id] = new Simulator(
                new Create(id, id == "other" ? Other : Plan, 1, id == "elsewhere" ? "staging" : "production", $"salt-{id}"), history._now);
            history.Append();
        }
    };

    public static Action<RandomHistory> Do(string id, RolloutCommand command, int minutesBefore = 0) => history =>
    {
        history.Pass(minutesBefore);
        history.Command(id, command);
    };

    public static Action<RandomHistory> Write(string stream, NewEvent e, int minutesBefore = 0) => history =>
    {
        history.Pass(minutesBefore);
        history.Write(stream, e);
    };

    /// <summary>A rollout that goes well to its step of 60 %, by its clock, and fails there.</summary>
    public static Action<RandomHistory> RunIntoErrors(string id) => history =>
    {
        history.Pass(5);
        history.Command(id, new RolloutCommand.Start());
        history.Pass(30);
        history.Pass(10, errors: 20);
    };

    private static Domain.Plans.Plan Read(string text)
    {
        var read = PlanText.Read(text);
        Assert.Empty(read.Errors);
        return read.Plan!;
    }

    private void Pass(int minutes, long errors = 0)
    {
        _now = _now.AddMinutes(minutes);
        foreach (var rollout in _rollouts.Values)
        {
            while (rollout.State.Watched && rollout.Now + Every <= _now)
            {
                rollout.AdvanceTo(rollout.Now + Every);
                rollout.Push(((string?[])[null, "beta", "eu"]).Select(segment => new Sample(
                    0, null, rollout.Now, Variant.New, Traffic.Live, segment, [new("requests", 1000), new("errors", errors)], [], [])));
            }

            rollout.AdvanceTo(_now);
        }

        Append();
    }

    private void Command(string id, RolloutCommand command)
    {
        if (_rollouts.TryGetValue(id, out var rollout))
        {
            rollout.Command(command, Admin);
            Append();
        }
    }

    private void Write(string stream, NewEvent e) => _log.Append(stream, e, _now, Admin);

    /// <summary>Newer events of the rollouts, in the order of their times.</summary>
    private void Append()
    {
        foreach (var (id, happened) in _rollouts
            .SelectMany(one => one.Value.Events.Skip(_written.GetValueOrDefault(one.Key)).Select(happened => (one.Key, happened)))
            .OrderBy(one => one.happened.At).ToArray())
        {
            _log.Append(
                RolloutEvents.Stream(id), RolloutEvents.Catalog.Write(happened.Event, Guid.Empty), happened.At, happened.Actor);
            _written[id] = _written.GetValueOrDefault(id) + 1;
        }
    }
}
