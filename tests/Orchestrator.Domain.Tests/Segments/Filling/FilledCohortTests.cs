using System.Text;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Tests.Segments.Filling;

public sealed class FilledCohortTests
{
    private const string Flag = "f";

    [Theory]
    [InlineData(150)]
    [InlineData(4_000)]
    [InlineData(60_000)]
    [InlineData(400_000)]
    public void Users_are_counted_once_however_often_they_ask_and_whichever_node_they_ask(int users)
    {
        var (one, other) = (new DistinctCount(), new DistinctCount());
        var random = new Random(5);
        for (var i = 0; i < users; i++)
        {
            var hash = Hash($"user-{i}");
            one.Add(hash);
            if (random.Next(2) == 0)
            {
                one.Add(hash);
                other.Add(hash);
            }
        }

        one.Merge(DistinctCount.Of(other.ToBytes())!);
        Assert.InRange(one.Estimate(), users * (1 - (4 * DistinctCount.Error)), users * (1 + (4 * DistinctCount.Error)));
        Assert.Equal(DistinctCount.Size, one.ToBytes().Length);
        Assert.Null(DistinctCount.Of(new byte[3]));
        Assert.Null(DistinctCount.Of([.. Enumerable.Repeat((byte)200, DistinctCount.Size)]));
    }

    [Fact]
    public void A_measured_cohort_is_filled_to_its_cap_and_no_user_leaves_it_on_the_way()
    {
        // A third of all users qualify: capped without a count, 5 % become 1.7 %.
        var state = Defined("measured");
        var table = Table(state);
        var members = Members(table, 20_000);
        Assert.InRange(members.Count, 20_000 * 0.014, 20_000 * 0.019);
        var asked = 0;
        foreach (var until in (int[])[300, 1_000, 4_000, 20_000])
        {
            for (; asked < until; asked++)
            {
                table.Environment("production")!.Count(User(table, asked));
            }

            state = Measure(state, table);
            table = table.With("production", new SegmentModel("beta", state.Served!, state.Members), 2);
            var now = Members(table, 20_000);
            Assert.Empty(members.Except(now));
            members = now;
        }

        Assert.InRange(members.Count, 20_000 * 0.045, 20_000 * 0.0525);
        var cohort = Cohort.Of("beta", state)!;
        Assert.InRange(cohort.Share!.Value, 0.045, 0.051);
        Assert.False(cohort.Warning, cohort.Text);
    }

    [Fact]
    public void A_lower_share_is_never_taken_back_and_a_restarted_node_counts_past_it_first()
    {
        var first = Population.After(null, 10_000, 1_000)!;
        Assert.InRange(first.Share, 0.1, 0.107);
        Assert.Null(Population.After(first, 500, 20));
        Assert.Null(Population.After(first, 11_000, 1_100));
        var grown = Population.After(first, 20_000, 8_000)!;
        Assert.Equal(first.Share, grown.Share);
        Assert.Equal((20_000, 8_000), (grown.Asked, grown.Qualified));
        Assert.Null(Population.After(null, Population.LeastAsked - 1, 10));
    }

    [Fact]
    public void Counts_rest_on_enough_users_and_leave_room_for_chance()
    {
        var random = new Random(11);
        var over = 0;
        for (var history = 0; history < 500; history++)
        {
            var qualified = Enumerable.Range(0, 1_000).Count(_ => random.NextDouble() < 0.12);
            over += Population.After(null, 1_000, qualified)!.Share < 0.12 ? 1 : 0;
        }

        Assert.InRange(over, 1, 45);
    }

    [Fact]
    public void Every_number_of_events_is_bounded_however_many_users_ask()
    {
        Population? known = null;
        var events = 0;
        for (long asked = 1; asked < 100_000_000; asked += Math.Max(1, asked / 100))
        {
            if (Population.After(known, asked, asked / 20) is { } next)
            {
                (known, events) = (next, events + 1);
            }
        }

        Assert.InRange(events, 20, 70);
    }

    [Fact]
    public void Another_rule_begins_from_the_safe_side_and_another_cap_keeps_what_was_measured()
    {
        var state = Defined("measured");
        state = state.Evolve(new SegmentEvent.PopulationMeasured(0.3m, 10_000, 2_900));
        var capped = Redefine(state, Definition("measured") with { Balance = Definition("measured").Balance! with { Cap = 0.1 } });
        Assert.Equal(0.3, capped.Served!.Balance!.Population);
        Assert.Equal(0.1, capped.Served.Balance.Cap);
        var other = Redefine(state, Definition("measured", "us"));
        Assert.Equal(1, other.Served!.Balance!.Population);
        Assert.Null(other.Population);
        Assert.IsType<Decision<SegmentEvent>.Accepted>(
            SegmentDecider.Decide(other, new SegmentCommand.Measure(SegmentDefinitions.RuleHash(state.Definition!), 50_000, 10)));
        Assert.Empty(((Decision<SegmentEvent>.Accepted)SegmentDecider.Decide(
            other, new SegmentCommand.Measure(SegmentDefinitions.RuleHash(state.Definition!), 50_000, 10))).Events);
    }

    [Fact]
    public void A_guess_is_not_touched_but_the_state_says_how_full_the_cohort_is()
    {
        var state = Defined("100%");
        Assert.Contains("It is unknown how much", Cohort.Of("beta", state)!.Text, StringComparison.Ordinal);
        Assert.True(Cohort.Of("beta", state)!.Warning);
        var served = state.Served;
        state = state.Evolve(new SegmentEvent.PopulationMeasured(0.35m, 10_000, 3_333));
        Assert.Same(served, state.Served);
        var cohort = Cohort.Of("beta", state)!;
        Assert.InRange(cohort.Share!.Value, 0.0166, 0.0168);
        Assert.True(cohort.Warning);
        Assert.Contains("1.67% of all users of its 5%", cohort.Text, StringComparison.Ordinal);
        Assert.Contains("population: measured", cohort.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Too few users qualify", Cohort.Of("beta", Defined("measured").Evolve(new SegmentEvent.PopulationMeasured(0.02m, 10_000, 180)))!.Text, StringComparison.Ordinal);
        Assert.Null(Cohort.Of("beta", SegmentState.Initial));
    }

    [Fact]
    public void Clients_are_told_a_number_and_plans_and_events_say_measured()
    {
        var definition = Definition("measured");
        Assert.Contains("\"population\":\"measured\"", Encoding.UTF8.GetString(SegmentDefinitionJson.Write(definition)), StringComparison.Ordinal);
        var state = Defined("measured").Evolve(new SegmentEvent.PopulationMeasured(0.25m, 1_000, 200));
        Assert.Contains("\"population\":\"25%\"", Encoding.UTF8.GetString(SegmentDefinitionJson.Write(state.Served!)), StringComparison.Ordinal);
        var written = SegmentEvents.Catalog.Write(new SegmentEvent.SegmentDefined(definition, new byte[16]), Guid.CreateVersion7());
        Assert.Contains("measured", Encoding.UTF8.GetString(written.Data.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cap_without_a_population_is_a_warning_of_the_plan()
    {
        var read = PlanFiles.PlanText.Read("plan: p\nflag: f\nsegments: { beta: { any: [ { optedIn: true } ], balance: { by: [], cap: 5% } } }\nphases: [ { name: a, steps: [ { segments: [beta], hold: 1h } ] } ]");
        Assert.Empty(read.Errors);
        var warning = Assert.Single(read.Warnings, one => one.Path == "segments.beta.balance");
        Assert.Contains("population: measured", warning.Message, StringComparison.Ordinal);
    }

    private static SegmentDefinition Definition(string population, string region = "eu")
    {
        var read = PlanFiles.PlanText.Read($$"""
            plan: p
            flag: f
            segments: { beta: { title: Beta, all: [ { attribute: region, equals: {{region}} } ], balance: { by: [], cap: 5%, population: {{population}} } } }
            phases: [ { name: a, steps: [ { name: one, segments: [beta], hold: 1h } ] } ]
            """);
        Assert.Empty(read.Errors);
        return read.Plan!.Segments[0].Definition;
    }

    private static SegmentState Defined(string population) => Redefine(SegmentState.Initial, Definition(population));

    private static SegmentState Redefine(SegmentState state, SegmentDefinition definition) =>
        ((Decision<SegmentEvent>.Accepted)SegmentDecider.Decide(state, new SegmentCommand.Define(definition, new byte[16]))).Events
            .Aggregate(state, (before, happened) => before.Evolve(happened));

    /// <summary>A count, at the reporter and at the segment's grain.</summary>
    private static SegmentState Measure(SegmentState state, RoutingTable table)
    {
        var (_, tally) = Assert.Single(table.Environment("production")!.Tallies);
        var report = tally.Take()!;
        Assert.Null(tally.Take());
        var merged = new PopulationCount();
        Assert.True(merged.Merge(report));
        var (asked, qualified) = merged.Estimate();
        var decided =
            (Decision<SegmentEvent>.Accepted)SegmentDecider.Decide(state, new SegmentCommand.Measure(report.Rule, asked, qualified));
        return decided.Events.Aggregate(state, (before, happened) => before.Evolve(happened));
    }

    private static RoutingTable Table(SegmentState state) => RoutingTable.Compile(new TableModel(1, [new EnvironmentModel
    {
        Name = "production",
        Segments = [new SegmentModel("beta", state.Served!, state.Members)],
        Routes = [new RoutedFlag { Flag = Flag, Rollout = "r1", RolloutVersion = 1, Salt = "salt", Mode = RouteMode.Split, Included = ["beta"] }],
    }]));

    private static HashSet<int> Members(RoutingTable table, int users) =>
        [.. Enumerable.Range(0, users).Where(i => Router.Route(table.Environment("production"), Flag, User(table, i)).Variant == RouteVariant.New)];

    private static EvaluationContext User(RoutingTable table, int number)
    {
        var user = new EvaluationContext().Begin(table.Environment("production"));
        user.Key($"user-{number}");
        user.Set("region", number % 3 == 0 ? "eu" : "us");
        return user;
    }

    private static uint Hash(string text)
    {
        var hash = default(Murmur3);
        hash.Append(Encoding.UTF8.GetBytes(text));
        return hash.Finish();
    }
}
