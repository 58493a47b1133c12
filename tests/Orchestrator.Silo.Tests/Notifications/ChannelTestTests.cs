using System.Net.Http.Json;
using System.Text.Json;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>A channel is tried before it is needed, and says what its receiver answered.</summary>
public sealed class ChannelTestTests
{
    private const string RoutingKey = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task Answer_of_the_receiver_is_shown_good_or_bad_and_nothing_is_queued()
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:PublicUrl=https://rollouts.example.com/o/");
        await silo.Admin.Create("r1", "checkout", Channel("hook", hook.Address));
        using var devops = await silo.NewClient("devops");

        (hook.Status, hook.Answer) = (200, "thanks, hook");
        var good = await Try(devops, "hook");
        Assert.Equal((true, "answered 200: thanks, hook", "webhook"), (good.GetProperty("accepted").GetBoolean(), Text(good, "answer"), Text(good, "kind")));
        Assert.Equal(("Test", "https://rollouts.example.com/o/rollouts/none"), (Text(JsonDocument.Parse(hook.Calls.Single().Body).RootElement, "type"), Text(hook.Calls.Single().Data, "link")));
        Assert.Equal("devops", Text(hook.Calls.Single().Data.GetProperty("by"), "name"));

        (hook.Status, hook.Answer) = (404, "no such hook");
        var bad = await Try(devops, "hook");
        Assert.Equal((false, "answered 404: no such hook"), (bad.GetProperty("accepted").GetBoolean(), Text(bad, "answer")));
        Assert.Empty((await silo.Admin.GetAsync("/api/v1/notifications").Json()).GetProperty("notifications").EnumerateArray());
    }

    [Fact]
    public async Task Host_that_is_not_allowed_is_not_called_by_a_test_either()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.Create("r1", "checkout", Channel("hook", "https://hooks.example.com/x"));
        var refused = await Try(silo.Admin, "hook");
        Assert.False(refused.GetProperty("accepted").GetBoolean());
        Assert.Contains("Orchestrator:Egress:Allow", Text(refused, "answer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_of_a_test_is_closed_by_the_test()
    {
        await using var pager = await Receiver.Start();
        (pager.Status, pager.Answer) = (202, """{"status":"success"}""");
        await using var silo = await SiloHost.Start(settings: $"--Orchestrator:Channels:pager:Secret={RoutingKey}");
        await silo.Admin.Create("r1", "checkout", Channel("pager", pager.Address, "pagerduty"));
        var good = await Try(silo.Admin, "pager");
        Assert.Equal("""answered 202: {"status":"success"}""", Text(good, "answer"));
        var calls = pager.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement).ToArray();
        Assert.Equal(["trigger", "resolve"], calls.Select(call => Text(call, "event_action")));
        Assert.Equal(Text(calls[0], "dedup_key"), Text(calls[1], "dedup_key"));
        Assert.Equal("info", Text(calls[0].GetProperty("payload"), "severity"));
    }

    [Fact]
    public async Task What_is_not_there_and_who_may_not_is_told()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.Create("r1", "checkout", Channel("hook", "http://127.0.0.1:9/x"));
        Assert.Equal("channel.not_found", await silo.Admin.PostAsJsonAsync("/api/v1/plans/checkout/channels/hok/test", new { }).Problem(404));
        Assert.Equal("plan.not_found", await silo.Admin.PostAsJsonAsync("/api/v1/plans/chekout/channels/hook/test", new { }).Problem(404));
        using var engineering = await silo.NewClient("engineering");
        Assert.Equal("access.forbidden", await engineering.PostAsJsonAsync("/api/v1/plans/checkout/channels/hook/test", new { }).Problem(403));
    }

    private static Task<JsonElement> Try(HttpClient client, string channel) => client.PostAsJsonAsync($"/api/v1/plans/checkout/channels/{channel}/test", new { }).Json();

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
