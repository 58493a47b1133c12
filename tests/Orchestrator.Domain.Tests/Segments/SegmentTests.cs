using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments;
using Some = Orchestrator.Domain.Tests.Routing.Some;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class SegmentTests
{
    private const string Beta =
        """{"title":"Beta users","any":[{"attribute":"internal","equals":true},{"optedIn":true}],"balance":{"by":["region","usage"],"cap":"5%"}}""";

    [Theory]
    [InlineData(Beta)]
    [InlineData("""{"optedIn":true}""")]
    [InlineData("""{"all":[{"not":{"attribute":"a","in":["x",1.5,false]}},{"attribute":"b","startsWith":"s"},{"attribute":"b","endsWith":"e"},{"attribute":"b","contains":"c"}]}""")]
    [InlineData("""{"any":[{"attribute":"n","above":1},{"attribute":"n","atLeast":1},{"attribute":"n","below":-1.25},{"attribute":"n","atMost":1},{"attribute":"n","numberEquals":1}]}""")]
    [InlineData("""{"any":[{"attribute":"v","versionAbove":"1.0.0"},{"attribute":"v","versionAtLeast":"1.0.0"},{"attribute":"v","versionBelow":"1.0.0"},{"attribute":"v","versionAtMost":"1.0.0"},{"attribute":"v","versionEquals":"1.0.0"}]}""")]
    [InlineData("""{"any":[{"attribute":"d","before":"2026-03-01T00:00:00+00:00"},{"attribute":"d","onOrBefore":"2026-03-01T00:00:00+00:00"},{"attribute":"d","onInstant":"2026-03-01T00:00:00+00:00"},{"attribute":"d","onOrAfter":"2026-03-01T00:00:00+00:00"},{"attribute":"d","after":"2026-03-01T00:00:00+00:00"}]}""")]
    [InlineData("""{"optedIn":true,"balance":{"by":["region"],"cap":"0.125%","population":"40%","caps":{"eu":"3%"}}}""")]
    [InlineData("""{"any":[{"attribute":"d","beforeDay":"2026-03-01"},{"attribute":"d","onOrBeforeDay":"2026-03-01"},{"attribute":"d","onDay":"2026-03-01"},{"attribute":"d","onOrAfterDay":"2026-03-01"},{"attribute":"d","afterDay":"2026-03-01"}]}""")]
    [InlineData("""{"any":[{"attribute":"v","dottedBelow":"2024.01"},{"attribute":"v","dottedAtMost":"2024.01"},{"attribute":"v","dottedEquals":"2024.01"},{"attribute":"v","dottedAtLeast":"2024.01"},{"attribute":"v","dottedAbove":"2024.01"}]}""")]
    [InlineData("""{"any":[{"attribute":"t","inIgnoringCase":["A"]},{"attribute":"t","startsWithIgnoringCase":"s"},{"attribute":"t","endsWithIgnoringCase":"e"},{"attribute":"t","containsIgnoringCase":"c"},{"attribute":"t","matches":"^a"},{"attribute":"t","matchesIgnoringCase":"^a"}]}""")]
    [InlineData("""{"all":[{"attribute":"n","in":[1,{"integer":"9007199254740993"}]},{"attribute":"n","above":{"integer":"-9223372036854775808"}},{"attribute":"ip","inNetworks":["10.0.0.0/8","2001:db8::/32","::/0","1:2:3:4:5:6:7:0/127"]}]}""")]
    public void A_definition_survives_its_json(string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<SegmentDefinition>(json), EventCatalog<SegmentEvent>.Json));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"attribute":"a"}""")]
    [InlineData("""{"optedIn":false}""")]
    [InlineData("""{"optedIn":true,"balance":{"by":[],"cap":"5"}}""")]
    [InlineData("""{"attribute":"a","matches":"(?=b)"}""")]
    [InlineData("""{"attribute":"a","inNetworks":["10.0.0.1/8"]}""")]
    [InlineData("""{"attribute":"a","equals":{"integer":"9223372036854775808"}}""")]
    public void What_is_no_definition_is_not_read(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SegmentDefinition>(json));

    /// <summary>
    /// As builds wrote it that rounded: 9007199254740993 was never told apart from its neighbour, and a rollout under way keeps its users.
    /// </summary>
    [Fact]
    public void Recorded_number_that_was_rounded_goes_on_matching_its_neighbours()
    {
        var rule = Definition("""{"attribute":"id","equals":9007199254740992}""").Rule;

        Assert.All([9007199254740992, 9007199254740993], id => Assert.True(Some.IsIn(rule, user => user.Set("id", id))));
    }

    [Fact]
    public void Defining_twice_is_one_event_and_a_change_keeps_the_member_key()
    {
        var state = Defined();

        Assert.Empty(Accepted(state, new SegmentCommand.Define(Definition(Beta), new byte[32])));
        var changed = Assert.IsType<SegmentEvent.SegmentDefined>(
            Assert.Single(Accepted(state, new SegmentCommand.Define(Definition("""{"optedIn":true}"""), new byte[32]))));
        Assert.Equal(Some.MemberKey, changed.MemberKey.ToArray());
    }

    [Fact]
    public void A_change_of_definition_keeps_the_members()
    {
        var state = Apply(Defined(), new SegmentCommand.ChangeMembers(["anna"], []));
        state = Apply(state, new SegmentCommand.Define(Definition("""{"optedIn":true}"""), new byte[32]));

        Assert.True(state.Members.Contains("anna"u8));
    }

    [Fact]
    public void Adding_again_and_removing_strangers_is_no_event()
    {
        var state = Apply(Defined(), new SegmentCommand.ChangeMembers(["anna", "anna", "bert"], []));

        Assert.Equal(2, state.Members.Count);
        Assert.Empty(Accepted(state, new SegmentCommand.ChangeMembers(["anna", "bert"], ["carl"])));
    }

    [Fact]
    public void Removal_beats_addition()
    {
        var state = Apply(Defined(), new SegmentCommand.ChangeMembers(["anna"], ["anna"]));
        Assert.Equal(0, state.Members.Count);

        state = Apply(Apply(state, new SegmentCommand.ChangeMembers(["anna"], [])), new SegmentCommand.ChangeMembers(["anna", "bert"], ["anna"]));
        Assert.False(state.Members.Contains("anna"u8));
        Assert.True(state.Members.Contains("bert"u8));
    }

    [Fact]
    public void No_users_key_is_in_an_event()
    {
        var happened = Assert.Single(Accepted(Defined(), new SegmentCommand.ChangeMembers(["anna@example.com"], [])));

        var stored = SegmentEvents.Catalog.Write(happened, Guid.Empty);

        Assert.Equal("segment.members_changed", stored.Type);
        Assert.DoesNotContain("anna", Encoding.UTF8.GetString(stored.Data.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_events_give_the_same_state()
    {
        SegmentCommand[] commands = [new SegmentCommand.ChangeMembers(["anna", "bert", "Jürgen"], []), new SegmentCommand.ChangeMembers([], ["bert"])];
        var state = SegmentState.Initial;
        var replayed = SegmentState.Initial;
        foreach (var command in (SegmentCommand[])[new SegmentCommand.Define(Definition(Beta), Some.MemberKey), .. commands])
        {
            foreach (var happened in Accepted(state, command))
            {
                state = state.Evolve(happened);
                replayed = replayed.Evolve(SegmentEvents.Catalog.Replay(Recorded(SegmentEvents.Catalog.Write(happened, Guid.Empty))));
            }
        }

        Assert.Equal(Beta, JsonSerializer.Serialize(replayed.Definition, EventCatalog<SegmentEvent>.Json));
        Assert.Equal(state.Members.MemberKey.ToArray(), replayed.Members.MemberKey.ToArray());
        Assert.Equal(2, replayed.Members.Count);
        Assert.True(replayed.Members.Contains("Jürgen"u8));
        Assert.False(replayed.Members.Contains("bert"u8));
    }

    [Fact]
    public void Refusals_have_codes()
    {
        string Refused(SegmentState state, SegmentCommand command) =>
            Assert.IsType<Decision<SegmentEvent>.Refused>(SegmentDecider.Decide(state, command)).Code;
        var many = Enumerable.Range(0, SegmentDecider.MostMembers + 1).Select(i => $"u{i}").ToArray();

        Assert.Equal("segment.unknown", Refused(SegmentState.Initial, new SegmentCommand.ChangeMembers(["a"], [])));
        Assert.Equal("segment.too_many_members", Refused(Defined(), new SegmentCommand.ChangeMembers([.. many], [])));
        Assert.Equal("segment.member_key_too_short", Refused(SegmentState.Initial, new SegmentCommand.Define(Definition(Beta), new byte[8])));
        Assert.Equal(SegmentDecider.MostMembers, Apply(Defined(), new SegmentCommand.ChangeMembers([.. many[1..]], [])).Members.Count);
    }

    private static SegmentDefinition Definition(string json) => JsonSerializer.Deserialize<SegmentDefinition>(json)!;

    private static SegmentState Defined() => Apply(SegmentState.Initial, new SegmentCommand.Define(Definition(Beta), Some.MemberKey));

    private static SegmentState Apply(SegmentState state, SegmentCommand command) =>
        Accepted(state, command).Aggregate(state, (now, happened) => now.Evolve(happened));

    private static IEnumerable<SegmentEvent> Accepted(SegmentState state, SegmentCommand command) =>
        Assert.IsType<Decision<SegmentEvent>.Accepted>(SegmentDecider.Decide(state, command)).Events;

    private static RecordedEvent Recorded(NewEvent stored) => new()
    {
        Position = 1,
        Stream = SegmentEvents.Stream("production", "beta"),
        Version = 1,
        Id = stored.Id,
        Type = stored.Type,
        Schema = stored.Schema,
        At = DateTimeOffset.UnixEpoch,
        Actor = Actor.System,
        Cause = null,
        Correlation = null,
        CommandId = "c",
        Data = stored.Data,
        Hash = new byte[32],
    };
}
