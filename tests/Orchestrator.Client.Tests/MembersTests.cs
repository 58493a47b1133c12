using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Client.Table;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>Changes of a large segment's members on their way to a connected service.</summary>
public sealed class MembersTests
{
    private const string Flag = "useNewCheckout";
    private const int Members = 5000;

    [Fact]
    public async Task Change_of_members_is_sent_as_a_change()
    {
        await using var silo = await Crowd();
        await using var service = await Service.Start(silo);
        Assert.True(service.Router.Route(Flag, "user-7").IsNew);
        var bodies = new ConcurrentQueue<byte[]>();
        service.Wire.OnTable = (_, body) =>
        {
            bodies.Enqueue(body);
            return body;
        };

        await Change(silo, ["ada"], ["user-7"]);
        await Eventually.Until(() => service.Router.Route(Flag, "ada").IsNew);

        Assert.False(service.Router.Route(Flag, "user-7").IsNew);
        Assert.True(service.Router.Route(Flag, "user-8").IsNew);
        var body = Assert.Single(bodies);
        Assert.InRange(body.Length, 1, 2000);
        Assert.Equal((16, 16), (Bytes(body, "added"), Bytes(body, "removed")));
    }

    [Fact]
    public async Task Change_that_does_not_fit_is_refused_and_the_whole_is_asked_for()
    {
        await using var silo = await Crowd();
        await using var service = await Service.Start(silo);
        var questions = new ConcurrentQueue<(string Query, int Length)>();
        service.Wire.OnTable = (uri, body) =>
        {
            questions.Enqueue((uri.Query, body.Length));
            var document = JsonNode.Parse(body)!;
            if (document["segments"]![0]!["members"] is { } members && members["added"] is not null)
            {
                members["added"] = Convert.ToBase64String(new byte[16]);
            }

            return Encoding.UTF8.GetBytes(document.ToJsonString());
        };

        await Change(silo, ["ada"], []);
        await Eventually.Until(() => service.Router.Route(Flag, "ada").IsNew);

        Assert.True(service.Router.Route(Flag, "user-7").IsNew);
        Assert.Collection(
            questions,
            change => Assert.Contains("have=", change.Query, StringComparison.Ordinal),
            whole => Assert.Equal((false, true), (whole.Query.Contains("have=", StringComparison.Ordinal), whole.Length > Members * 16)));
    }

    [Fact]
    public async Task Service_that_missed_more_than_is_remembered_is_sent_the_whole()
    {
        await using var silo = await Crowd();
        await using var service = await Service.Start(silo);
        service.Wire.Cut = true;
        await Change(silo, [.. Enumerable.Range(20_000, 1200).Select(i => $"user-{i}")], []);
        byte[] sent = [];
        service.Wire.OnTable = (_, body) => sent = body;

        service.Wire.Cut = false;
        await Eventually.Until(() => service.Router.Route(Flag, "user-20000").IsNew);

        Assert.Equal((Members + 1200) * 16, Bytes(sent, "hashes"));
    }

    [Fact]
    public async Task Changes_are_still_known_after_a_restart_of_the_node()
    {
        await using var silo = await Crowd();
        using var asking = silo.As((await silo.NewKey("evaluation", "production")).Text);
        var before = await Table(asking, "?format=2");
        await Change(silo, ["ada"], []);

        await silo.Restart();

        using var again = silo.As(asking.DefaultRequestHeaders.GetValues("X-API-Key").Single());
        var after = await Table(again, $"?format=2&have={before["tag"]}");
        Assert.Equal((string?)before["tag"], (string?)after["from"]);
    }

    [Fact]
    public async Task Client_that_names_no_format_is_never_sent_a_change()
    {
        await using var silo = await Crowd();
        using var asking = silo.As((await silo.NewKey("evaluation", "production")).Text);
        var before = await Table(asking, "");
        await Change(silo, ["ada"], []);

        var after = await Table(asking, $"?have={before["tag"]}");

        Assert.NotEqual((string?)before["tag"], (string?)after["tag"]);
        Assert.Equal((Members + 1) * 16, Convert.FromBase64String((string)after["hashes"]!).Length);
        Assert.Null((await Table(asking, $"?have={after["tag"]}"))["hashes"]);
    }

    [Fact]
    public void Service_of_many_segments_names_the_largest_sets_and_its_address_stays_short()
    {
        var model = new EnvironmentModel
        {
            Name = "production",
            Segments = [.. Enumerable.Range(1, 300).Select(size => new SegmentModel(
                $"s{size}", new SegmentDefinition(null, new SegmentRule.OptedIn()),
                MemberSet.Under([1]).With([.. Enumerable.Range(0, size).Select(i => MemberHash.Of($"{size}-{i}", [1]))], [])))],
        };
        var document = TableDocument.Write(RoutingTable.Empty.With(model, 1).Environment("production"), "production", static _ => false).ToArray();

        var named = LocalTable.Read(document, 1, 1, "\"a\"").Members.ToArray();

        Assert.Equal(model.Segments.Reverse().Take(200).Select(segment => segment.Members.Tag), named);
        Assert.InRange(string.Join(',', named).Length, 1, 6000);
    }

    private static async Task<SiloHost> Crowd()
    {
        var silo = await SiloHost.Start();
        await silo.Begin("{ segments: [beta], hold: 1h }", segments: "{ beta: { title: Beta, any: [ { optedIn: true } ] } }");
        await Change(silo, [.. Enumerable.Range(0, Members).Select(i => $"user-{i}")], []);
        return silo;
    }

    private static Task Change(SiloHost silo, string[] add, string[] remove) =>
        silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add, remove }).Json();

    private static async Task<JsonNode> Table(HttpClient asking, string query) =>
        JsonNode.Parse(await asking.GetStringAsync("/sdk/v1/table" + query))!["segments"]![0]!["members"]!;

    private static int Bytes(byte[] document, string name) =>
        Convert.FromBase64String((string)JsonNode.Parse(document)!["segments"]![0]!["members"]![name]!).Length;
}
