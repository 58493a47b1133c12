using System.Net.Http.Json;
using System.Text.Json;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Notifications;

public sealed class NotificationTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] NewKey = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task Webhook_is_told_once_in_order_and_signed_by_standard_webhooks()
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:hook:Secret=whsec_{Convert.ToBase64String(Key)} whsec_{Convert.ToBase64String(NewKey)}"]);
        await silo.Admin.StartRollout(Channel("hook", hook.Address));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "carts < 3 & falling" }).Json();

        await hook.Heard(3);
        var told = await silo.Admin.Notifications("delivered", 3);
        await silo.Restart();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "fixed" }).Json();
        await hook.Heard(4);

        Assert.Equal(["PhaseStarted", "SegmentsIncluded", "RolledBack", "RolloutRestored"], hook.Calls.Select(c => c.Data.GetProperty("event").GetProperty("type").GetString()));
        Assert.All(hook.Calls, call =>
        {
            Assert.True(call.IsSignedBy(Key, silo.Time.GetUtcNow()) && call.IsSignedBy(NewKey, silo.Time.GetUtcNow()), call.Signature);
            Assert.False(call.IsSignedBy([.. Key.Reverse()], silo.Time.GetUtcNow()));
            Assert.DoesNotContain(".", call.Id, StringComparison.Ordinal);
        });
        Assert.Equal(hook.Calls.Take(3).Select(c => c.Id), told.Reverse().Select(n => n.GetProperty("id").GetString()));
        var rollback = hook.Calls.ElementAt(2).Data;
        Assert.Equal(("critical", "r1", "production", "/rollouts/r1"), (Text(rollback, "level"), Text(rollback, "rollout"), Text(rollback, "environment"), Text(rollback, "link")));
        Assert.All(hook.Calls, call => Assert.Equal("/rollouts/r1/rollback", Text(call.Data, "rollbackLink")));
        Assert.Equal("Everyone is back on legacy, from all of beta in phase beta, step beta-users: carts < 3 & falling. Incident r1-1. By ORCHESTRATOR_ADMIN_KEY (admin).", Text(rollback, "text"));
    }

    [Fact]
    public async Task Slack_is_told_in_its_own_words()
    {
        await using var slack = await Receiver.Start();
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:team:Target={slack.Address}"]);
        await silo.Admin.StartRollout(Channel("team", "http://127.0.0.1:9/never", "slack", "levels: [critical]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "<!channel> a & b" }).Json();

        await slack.Heard(1);

        var text = JsonDocument.Parse(slack.Calls.First().Body).RootElement.GetProperty("text").GetString()!;
        Assert.StartsWith(":rotating_light: *checkout in production: Rolled back*\n", text, StringComparison.Ordinal);
        Assert.Contains("&lt;!channel&gt; a &amp; b", text, StringComparison.Ordinal);
        Assert.EndsWith("\nRoll back: /rollouts/r1/rollback", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Email_is_sent_through_the_server_of_the_configuration()
    {
        await using var server = new SmtpSink();
        await using var silo = await SiloHost.Start(settings:
            ["--Orchestrator:Smtp:Host=127.0.0.1", $"--Orchestrator:Smtp:Port={server.Port}", "--Orchestrator:Smtp:Security=none", "--Orchestrator:Smtp:From=rollouts@example.com"]);
        await silo.Admin.StartRollout(Channel("mail", "team@example.com", "email", "levels: [critical]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();

        var mail = await server.Mail;
        var told = (await silo.Admin.Notifications("delivered", 1))[^1];

        Assert.Contains("MAIL FROM:<rollouts@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<team@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: [critical] checkout in production: Rolled back", mail, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{Text(told, "id")}@", mail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Everyone is back on legacy", mail, StringComparison.Ordinal);
        Assert.Contains("Roll back: /rollouts/r1/rollback", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_and_failing_endpoints_hold_up_neither_others_nor_a_rollback()
    {
        await using var hanging = await Receiver.Start();
        await using var failing = await Receiver.Start();
        await using var fine = await Receiver.Start();
        (hanging.Hangs, failing.Status) = (true, 503);
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hanging", hanging.Address), Channel("failing", failing.Address), Channel("fine", fine.Address));
        await Task.WhenAll(hanging.Heard(1), failing.Heard(1));

        var evaluation = await silo.NewClient("evaluation", "production");
        var back = silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        Assert.Equal("rolledBack", Text(await back, "status"));
        var answer = await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u", @internal = true } }).Json();
        Assert.Equal("legacy", Text(answer, "variant"));

        // The first call is not answered to this day.
        await fine.Heard(3);
        Assert.Equal((1, 0, 1), (hanging.Calls.Count, hanging.Taken.Count(), failing.Calls.Count));
        Assert.Equal(3, (await silo.Admin.Notifications("pending", 3, "hanging")).Length);
        Assert.StartsWith("answered 503", Text(await Failed(silo, 1, "failing"), "lastError"), StringComparison.Ordinal);
        Assert.Equal(3, (await silo.Admin.Notifications("pending", 3, "failing")).Length);
        Assert.Equal(3, (await silo.Admin.Notifications("delivered", 3, "fine")).Length);
    }

    [Fact]
    public async Task Failing_endpoint_is_tried_again_after_the_back_off_and_then_told_all_in_order()
    {
        await using var hook = await Receiver.Start();
        hook.Status = 500;
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", hook.Address));
        await Failed(silo, 1);

        silo.Time.Advance(TimeSpan.FromSeconds(7));
        await hook.Heard(2);
        await Failed(silo, 2);
        hook.Status = 200;
        silo.Time.Advance(TimeSpan.FromSeconds(13));
        await hook.Heard(4);

        var ids = hook.Calls.Select(c => c.Id).ToArray();
        Assert.Single(ids.Take(3).Distinct());
        Assert.Equal(2, hook.Taken.Distinct().Count());
        Assert.Equal(4, ids.Length);
        Assert.Equal(2, (await silo.Admin.Notifications("delivered", 2)).Length);
    }

    [Fact]
    public async Task Notification_undelivered_for_a_day_is_a_dead_letter_until_it_is_retried_by_hand()
    {
        await using var hook = await Receiver.Start();
        hook.Status = 500;
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", hook.Address));
        await Failed(silo, 1);
        silo.Time.Advance(TimeSpan.FromHours(24));

        var dead = await silo.Admin.Notifications("dead", 2);
        Assert.Empty(await silo.Admin.Notifications("pending", 0));
        Assert.All(dead, n => Assert.Equal("dead", Text(n, "state")));

        hook.Status = 204;
        var product = await silo.NewClient("product");
        Assert.Equal("access.forbidden", await product.PostAsync($"/api/v1/notifications/{Text(dead[0], "id")}/retry", null).Problem(403));
        await silo.Admin.PostAsync($"/api/v1/notifications/{Text(dead[0], "id")}/retry", null).Json(204);
        Assert.Equal(Text(dead[0], "id"), Text((await silo.Admin.Notifications("delivered", 1))[0], "id"));
        Assert.Equal("notification.not_found", await silo.Admin.PostAsync("/api/v1/notifications/none/retry", null).Problem(404));
        Assert.Equal("input.invalid", await silo.Admin.GetAsync("/api/v1/notifications?state=lost").Problem(422));
    }

    [Theory]
    [InlineData(400, "answered 400")]
    [InlineData(410, "answered 410")]
    [InlineData(0, "hooks.example.com:443 is not among the hosts of Orchestrator:Egress:Allow")]
    public async Task What_is_refused_for_good_is_given_up_at_once(int status, string reason)
    {
        await using var hook = await Receiver.Start();
        hook.Status = status;
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", status == 0 ? "https://hooks.example.com/x" : hook.Address));

        Assert.All(await silo.Admin.Notifications("dead", 2), n => Assert.StartsWith(reason, Text(n, "lastError"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using var hook = await Receiver.Start();
        hook.Status = 307;
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", hook.Address));

        Assert.Equal("answered 307, and redirects are not followed", Text((await Failed(silo, 1)), "lastError"));
        Assert.Single(hook.Calls);
    }

    [Fact]
    public async Task Unacknowledged_incident_goes_to_the_next_channel_even_after_a_restart()
    {
        await using var pager = await Receiver.Start();
        await using var boss = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(
            Channel("pager", pager.Address, more: "levels: [critical], escalateTo: boss, escalateAfter: 10m"), Channel("boss", boss.Address, more: "levels: [info]"));
        await boss.Heard(2);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await pager.Heard(1);
        await silo.Restart();
        silo.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(2, (await silo.Admin.Notifications("delivered", 2, "boss")).Length);
        silo.Time.Advance(TimeSpan.FromMinutes(1));

        await boss.Heard(3);

        var escalated = boss.Calls.Last();
        Assert.True(escalated.Data.GetProperty("escalated").GetBoolean());
        Assert.Equal(Text(pager.Calls.Last().Data, "incident"), Text(escalated.Data, "incident"));
        Assert.StartsWith("Not acknowledged on pager within 10m.", Text(escalated.Data, "text"), StringComparison.Ordinal);
        Assert.EndsWith("-boss-escalated", escalated.Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acknowledge", "{}", "IncidentAcknowledged")]
    [InlineData("resolve", """{ "reason": "seen" }""", "IncidentResolved")]
    public async Task Acknowledged_incident_does_not_escalate(string verb, string body, string happened)
    {
        await using var pager = await Receiver.Start();
        await using var boss = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(
            Channel("pager", pager.Address, more: "levels: [critical], escalateTo: boss, escalateAfter: 10m"), Channel("boss", boss.Address, more: "levels: [info]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        var incident = Text((await silo.Admin.GetAsync("/api/v1/incidents").Json()).GetProperty("incidents")[0], "id");
        await silo.Admin.PostAsync($"/api/v1/incidents/{incident}/{verb}", Answers.Text(body)).Json();
        await boss.HeardOf(happened);

        // Two rounds after it was due: in the first it would have gone out, the second says that the first is over.
        silo.Time.Advance(TimeSpan.FromHours(1));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "fixed" }).Json();
        await boss.HeardOf("RolloutRestored");
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "lunch" }).Json();
        await boss.HeardOf("RolloutPaused");

        Assert.DoesNotContain(boss.Calls, c => c.Data.TryGetProperty("escalated", out _));
    }

    [Fact]
    public async Task Restart_in_the_middle_of_a_call_repeats_only_that_one_under_the_same_id()
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", hook.Address));
        await silo.Admin.Notifications("delivered", 2);
        hook.Hangs = true;
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await hook.Heard(3);

        hook.Hangs = false;
        await silo.Restart();
        await silo.Admin.Notifications("delivered", 3);

        var ids = hook.Calls.Select(c => c.Id).ToArray();
        Assert.Equal(4, ids.Length);
        Assert.Equal(ids[2], ids[3]);
        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Old_data_of_a_version_without_notifications_tells_nothing_of_the_past()
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("hook", hook.Address));
        await hook.Heard(2);
        await silo.Stopped(folder => Forget(folder));

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "lunch" }).Json();
        await hook.Heard(3);

        Assert.Equal(["PhaseStarted", "SegmentsIncluded", "RolloutPaused"], hook.Calls.Select(c => c.Data.GetProperty("event").GetProperty("type").GetString()));
    }

    private static void Forget(string folder)
    {
        var file = Directory.GetFiles(folder, "*.db").Single();
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM grain_state WHERE name IN ('notifier', 'queue')";
        Assert.Equal(2, command.ExecuteNonQuery());
    }

    /// <summary>The first one waiting, once it was tried so often and waits for the next try.</summary>
    private static async Task<JsonElement> Failed(SiloHost silo, int attempts, string? channel = null) =>
        (await silo.Admin.NotificationsWhen(
        "pending",
        found => found is [.., var head] && head.GetProperty("attempts").GetInt32() == attempts
            && head.GetProperty("nextAt").GetDateTimeOffset() > silo.Time.GetUtcNow(),
        channel))[^1];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
