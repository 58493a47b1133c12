using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>The door of alert managers: messages of any size, with anything wrong in them.</summary>
public sealed class AlertTests
{
    private const string Alerts = "/api/v1/rollouts/r1/alerts";
    private const string Down = "CheckoutDown";

    [Fact]
    public async Task Message_of_ten_thousand_alerts_is_taken_and_only_what_the_plan_reads_is_kept()
    {
        await using var silo = await Started();
        var text = new string('x', 1000);
        var storm = new
        {
            version = "4",
            groupKey = "g",
            truncatedAlerts = 0,
            alerts = Enumerable.Range(0, 10_000).Select(
                i => new { status = "firing", labels = new { alertname = i == 9_000 ? Down : "PodCrashes", pod = $"pod-{i}" }, annotations = new { text } }),
        };
        var answer = await silo.Admin.PostAsJsonAsync(Alerts, storm).Json();
        Assert.Equal((10_000, 1, 0), (Number(answer, "alerts"), Number(answer, "read"), Number(answer, "rejected")));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Fact]
    public async Task Message_beyond_the_limit_is_retried_by_its_sender_and_what_was_read_counts()
    {
        await using var silo = await Started();
        var alert = $$"""{"status":"firing","labels":{"alertname":"{{Down}}"} },""";
        using var sent = await silo.Admin.PostAsync(Alerts, Answers.Text($$"""{"alerts":[{{alert}}{{new string(' ', 65 * 1024 * 1024)}}]}"""));
        Assert.Equal(TimeSpan.FromSeconds(30), sent.Headers.RetryAfter?.Delta);
        Assert.Equal("alerts.too_large", await Task.FromResult(sent).Problem(503));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Fact]
    public async Task Text_beyond_the_limit_is_answered_like_a_message_beyond_it()
    {
        await using var silo = await Started();
        var huge = new string('x', 2 * 1024 * 1024);
        Assert.Equal("alerts.too_large", await silo.Admin.PostAsync(Alerts, Answers.Text($$"""{"alerts":[{"status":"firing","labels":{"alertname":"{{Down}}","x":"{{huge}}"} }]}""")).Problem(503));
        Assert.Contains("\"hidden\":true", (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json()).GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>Wrong alerts, and the path that is named.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { """{"status":"firing","labels":{"severity":"page"}}""", "alerts[0].labels.alertname" },
        { """{"status":"firing"}""", "alerts[0].labels.alertname" },
        { """{"status":"firing","labels":{"alertname":""}}""", "alerts[0].labels.alertname" },
        { """{"status":"firing","labels":{"alertname":7}}""", "alerts[0].labels.alertname" },
        { """{"status":"firing","labels":[{"alertname":"CheckoutDown"}]}""", "alerts[0].labels" },
        { """{"status":"firing","labels":{"alertname":"CheckoutDown","deep":{"alertname":["x",{}]}}}""", "alerts[0].labels.deep" },
        { """{"status":"firing","labels":{"alertname":"\uD800"}}""", "alerts[0].labels.alertname" },
        { """{"status":"firing","labels":{"alertname":"CheckoutDown","\uDC00":"x"}}""", "alerts[0].labels" },
        { """{"status":"pending","labels":{"alertname":"CheckoutDown"}}""", "alerts[0].status" },
        { """{"labels":{"alertname":"CheckoutDown"}}""", "alerts[0].status" },
        { """{"status":{"x":[1]},"labels":{"alertname":"CheckoutDown"}}""", "alerts[0].status" },
        { "null", "alerts[0]" },
        { "[[{}]]", "alerts[0]" },
        { "17", "alerts[0]" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_alert_is_rejected_by_name_and_the_one_beside_it_is_taken(string wrong, string path)
    {
        await using var silo = await Started();
        var body = $$"""{"version":"4","groupKey":"g","alerts":[{{wrong}},{"status":"firing","labels":{"alertname":"{{Down}}","ok":"1"} }]}""";
        var answer = await silo.Admin.PostAsync(Alerts, Answers.Text(body)).Json();
        Assert.Equal((1, 1, 1), (Number(answer, "alerts"), Number(answer, "read"), Number(answer, "rejected")));
        Assert.Equal(path, answer.GetProperty("errors")[0].GetProperty("path").GetString());
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Theory]
    [InlineData("", 400, "json.malformed")]
    [InlineData("{", 400, "json.malformed")]
    [InlineData("""{"alerts":[]} x""", 400, "json.malformed")]
    [InlineData("[]", 422, "input.invalid")]
    [InlineData("3", 422, "input.invalid")]
    [InlineData("{}", 422, "input.invalid")]
    [InlineData("""{"alerts":{}}""", 422, "input.invalid")]
    [InlineData("""{"version":"5","alerts":[]}""", 422, "input.invalid")]
    [InlineData("""{"version":4,"alerts":[]}""", 422, "input.invalid")]
    [InlineData("""{"alerts":[{"status":"firing"}]}""", 422, "input.invalid")]
    public async Task Message_that_is_none_is_refused_with_the_fault(string body, int status, string code)
    {
        await using var silo = await Started();
        Assert.Equal(code, await silo.Admin.PostAsync(Alerts, Answers.Text(body)).Problem(status));
        Assert.Empty(await Happened(silo));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_reject_their_alert_only()
    {
        await using var silo = await Started();
        byte[] body = [.. """{"alerts":[{"status":"firing","labels":{"alertname":"x"""u8, 0xC3, 0x28, .. "\"}},{\"status\":\"firing\",\"labels\":{\"alertname\":\"CheckoutDown\"}}]}"u8];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        Assert.Equal(1, Number(await silo.Admin.PostAsync(Alerts, content).Json(), "rejected"));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Fact]
    public async Task Alert_with_more_labels_than_are_kept_is_taken_all_the_same()
    {
        await using var silo = await Started();
        var labels = Enumerable.Range(0, 2_000).ToDictionary(i => $"l{i}", i => new string('x', 100));
        labels.Add("alertname", Down);
        Assert.Equal(
            1, Number(await silo.Admin.PostAsJsonAsync(Alerts, new { alerts = new[] { new { status = "firing", labels } } }).Json(), "read"));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Fact]
    public async Task Message_of_Grafana_is_taken_as_it_is_posted()
    {
        await using var silo = await Started();
        var answer = await silo.Admin.PostAsync(Alerts, Answers.Text(Grafana("firing", "Disk full 95% /var"))).Json();
        Assert.Equal((1, 1), (Number(answer, "alerts"), Number(answer, "read")));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
        await silo.Admin.PostAsync(Alerts, Answers.Text(Grafana("resolved", "Disk full 95% /var"))).Json();
        Assert.Equal(["AlertsHeard", "AlertRaised", "AlertsHeard", "AlertResolved"], await Happened(silo));
    }

    [Theory]
    [InlineData("DatasourceNoData")]
    [InlineData("DatasourceError")]
    public async Task Rule_that_Grafana_cannot_evaluate_is_no_evidence(string name)
    {
        await using var silo = await Started();
        await silo.Admin.PostAsync(Alerts, Answers.Text(Grafana("firing", name, "Disk full 95% /var"))).Json();
        Assert.Equal(["AlertsHeard"], await Happened(silo));
        Assert.Contains("\"unseen\":[\"57c6d9296de2ad39\"]", (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json()).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_was_used_for_another_message_is_refused()
    {
        await using var silo = await Started();
        Assert.Equal(1, Number(await Send(silo, "firing").Json(), "read"));
        Assert.Equal(1, Number(await Send(silo, "firing").Json(), "read"));
        Assert.Equal("idempotency.key_reused", await Send(silo, "resolved").Problem(422));
        Assert.Equal(["AlertsHeard", "AlertRaised"], await Happened(silo));
    }

    [Fact]
    public async Task Hundred_groups_are_kept_each_by_itself_and_the_answer_says_when_there_are_more()
    {
        await using var silo = await Started();
        for (var i = 0; i < 101; i++)
        {
            var answer = await silo.Admin.PostAsJsonAsync(Alerts,
                new { groupKey = $"g{i}", alerts = new[] { new { status = "firing", labels = new { alertname = Down, cluster = $"c{i}" } } } }).Json();
            Assert.Equal(i >= 99, answer.TryGetProperty("warnings", out _));
        }
    }

    private static Task<HttpResponseMessage> Send(SiloHost silo, string status)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Alerts)
        {
            Content = JsonContent.Create(new { alerts = new[] { new { status, labels = new { alertname = Down } } } }),
            Headers = { { "Idempotency-Key", "k1" } },
        };
        return silo.Admin.SendAsync(request);
    }

    /// <summary>As Grafana's webhook contact point posts it.</summary>
    private static string Grafana(string status, string name, string rule = "-") => $$"""
        {
          "receiver": "rollout", "status": "{{status}}", "orgId": 1,
          "alerts": [ {
            "status": "{{status}}", "labels": { "alertname": "{{name}}", "rulename": "{{rule}}", "grafana_folder": "Chat", "instance": "db-1" },
            "annotations": { "summary": "The disk is nearly full" }, "startsAt": "2026-03-02T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://grafana.example.org/alerting/grafana/abc/view", "fingerprint": "57c6d9296de2ad39", "values": { "B": 95.2, "C": 1 },
            "silenceURL": "https://grafana.example.org/alerting/silence/new", "dashboardURL": "", "panelURL": "", "imageURL": "",
            "valueString": "[ var='B' labels={instance=db-1} value=95.2 ]" } ],
          "groupLabels": { "alertname": "{{name}}", "grafana_folder": "Chat" }, "commonLabels": { "alertname": "{{name}}" }, "commonAnnotations": {},
          "externalURL": "https://grafana.example.org/", "version": "1", "groupKey": "{}:{alertname=\"{{name}}\"}", "truncatedAlerts": 0,
          "title": "[FIRING:1] Disk", "state": "{{(status == "firing" ? "alerting" : "ok")}}", "message": "**Firing**"
        }
        """;

    private static int Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    private static async Task<string?[]> Happened(SiloHost silo) =>
        [.. (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json()).GetProperty("events").EnumerateArray()
            .Select(e => e.GetProperty("type").GetString()).Where(type => type!.StartsWith("Alert", StringComparison.Ordinal))];

    private static async Task<SiloHost> Started()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/disk", Answers.Text($$"""
            plan: disk
            flag: newDisk
            triggers:
              - { name: down, when: alert({{Down}}), for: 1h, action: rollback }
              - { name: full, when: 'alert("Disk full 95% /var")', for: 1h, action: rollback }
            phases:
              - { name: gradual, steps: [ { name: ten, percentage: 10%, hold: 1d } ] }
            """, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "disk", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }
}
