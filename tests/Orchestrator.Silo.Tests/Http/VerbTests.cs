using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Domain.Access;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Verbs with "may you, can it now, why not": what a view says of a verb is what the verb then answers.</summary>
public sealed class VerbTests
{
    private const string Plan = """
        plan: shop
        title: The new shop
        flag: useShop
        segments: { eu: { title: Europe, any: [ { attribute: region, equals: eu } ] } }
        metrics: { error_rate: { ratio: errors / requests, baseline: 0.1% } }
        triggers: [ { name: spike, when: error_rate > 5%, for: 5m, action: rollback }, { name: hm, when: error_rate > 1%, action: review } ]
        legacy: { capacity: 5%, per: 1m }
        phases:
          - name: gradual
            success: [ error_rate < 50% over 1m ]
            objectives: [ { name: docs, title: Docs are written } ]
            steps: [ { name: ten, percentage: 10%, segments: [eu], hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly string[] People = ["viewer", "support", "product", "engineering", "devops", "admin"];

    [Fact]
    public async Task A_verb_that_cannot_is_refused_with_the_sentence_of_the_view()
    {
        await using var rollout = await Driving.Begin(Plan, Every);
        var clients = new Dictionary<string, HttpClient>();
        foreach (var role in People)
        {
            clients[role] = await rollout.Silo.NewClient(role);
        }

        await Agree("created");
        await rollout.Ask("start", new { });
        await Agree("running");
        await rollout.Keep(TimeSpan.FromMinutes(2), new Measured { Errors = 20 });
        await Agree("running");
        await rollout.Ask("pause", new { reason = "lunch" });
        await Agree("paused");
        await rollout.Ask("rollback", new { reason = "bad", segments = (string[])["eu"] });
        await Agree("paused");
        await rollout.Ask("rollback", new { reason = "bad" });
        await Agree("rolledBack");
        await clients["engineering"].PostAsJsonAsync("/api/v1/environments/production/stop-the-line", new { reason = "audit" }).Json();
        await Agree("rolledBack");
        await rollout.Ask("abort", new { reason = "enough" });
        await Agree("aborted");
        await rollout.As("devops").PutAsJsonAsync("/api/v1/environments/production/flags/useShop", new { value = "other" }).Json();
        await Agree("aborted");
        await rollout.Ask("retire", new { reason = "done", value = "other" }, "devops");
        await Agree("retired");

        async Task Agree(string status)
        {
            foreach (var (role, client) in clients)
            {
                var view = await client.GetAsync("/api/v1/rollouts/show-1").Json();
                Assert.Equal(status, view.GetProperty("status").GetString());
                foreach (var verb in view.GetProperty("verbs").EnumerateArray())
                {
                    await Agreed(role, client, verb, status);
                }
            }
        }
    }

    [Fact]
    public async Task A_verb_that_can_does_what_the_view_says()
    {
        await using var rollout = await Driving.Begin(Plan, Every);
        foreach (var (verb, body) in ((string, object)[])[
            ("start", new { }), ("pause", new { }), ("resume", new { }), ("rollback", new { reason = "bad" }), ("restore", new { reason = "fixed" }),
            ("complete-objective", new { objective = "docs" }), ("abort", new { reason = "enough" })])
        {
            var before = await rollout.Read();
            var said = Verb(before, verb);
            Assert.True(said.GetProperty("may").GetBoolean() && said.GetProperty("can").GetBoolean(), $"{verb}: {said}");
            Assert.NotEqual("", said.GetProperty("consequence").GetString());
            Assert.False(said.TryGetProperty("reason", out _));
            Assert.True((await rollout.Ask(verb, body)).GetProperty("version").GetInt64() > before.GetProperty("version").GetInt64(), verb);
        }

        var past = await rollout.As("engineering").GetAsync("/api/v1/rollouts/show-1?version=2").Json();
        Assert.False(past.TryGetProperty("verbs", out _));
    }

    [Fact]
    public async Task Each_open_review_says_whether_the_caller_may_decide_it()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), new Measured { Errors = 20 });
        Assert.Equal(("r1", true, true), Review(await rollout.Read(), "approve"));
        var product = await rollout.As("product").GetAsync("/api/v1/rollouts/show-1").Json();
        Assert.Equal(("r1", true, true), Review(product, "reject"));
        using var devops = await rollout.Silo.NewClient("devops");
        var seen = await devops.GetAsync("/api/v1/rollouts/show-1").Json();
        Assert.Equal(("r1", true, false), Review(seen, "approve"));
        var reason = Verb(seen, "approve").GetProperty("reason").GetString();
        Assert.Equal("Review r1 is for engineering, product, not for devops.", reason);
        using var viewer = await rollout.Silo.NewClient("viewer");
        Assert.False(Review(await viewer.GetAsync("/api/v1/rollouts/show-1").Json(), "approve").May);

        await rollout.Ask("advance", new { @override = true, reason = "the fair opens" });
        var own = (await rollout.Read()).GetProperty("reviews").EnumerateArray().Last();
        Assert.Contains("second person", Verb(own, "approve").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(Verb(own, "reject").GetProperty("can").GetBoolean());

        static (string? Id, bool May, bool Can) Review(JsonElement view, string verb)
        {
            var review = view.GetProperty("reviews").EnumerateArray().Single(one => one.GetProperty("state").GetString() == "open");
            var said = Verb(review, verb);
            return (review.GetProperty("id").GetString(), said.GetProperty("may").GetBoolean(), said.GetProperty("can").GetBoolean());
        }
    }

    [Fact]
    public async Task Options_of_a_verb_have_answers_of_their_own()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        var view = await rollout.Read();
        var rollback = Verb(view, "rollback").GetProperty("options").EnumerateArray().ToArray();
        Assert.Equal(["ramp", "segments eu"], rollback.Select(one => $"{one.GetProperty("name")} {Text(one, "value")}".TrimEnd()));
        Assert.All(rollback, one => Assert.True(one.GetProperty("can").GetBoolean()));
        Assert.Equal("On legacy until a person restores them: eu. An incident (major) is opened, and channels are notified. On new: 10% of users and eu now, 10% of users then.", Text(rollback[1], "consequence"));
        var advance = Verb(view, "advance");
        Assert.Equal(("rollout.gate_shut", false), (Text(advance, "code"), advance.GetProperty("can").GetBoolean()));
        Assert.True(Assert.Single(advance.GetProperty("options").EnumerateArray()).GetProperty("can").GetBoolean());
    }

    [Fact]
    public async Task A_start_behind_another_rollout_of_the_flag_says_so()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.As("devops").PutAsync("/api/v1/plans/other", Answers.Text(Plan.Replace("plan: shop", "plan: other", StringComparison.Ordinal), "application/yaml")).Json(201);
        await rollout.Ask("rollback", new { reason = "bad" });
        await rollout.Ask("abort", new { reason = "enough" });
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", new { id = "show-2", plan = "other", environment = "production" }).Json(201);
        var start = Verb(await rollout.As("engineering").GetAsync("/api/v1/rollouts/show-2").Json(), "start");
        Assert.True(start.GetProperty("can").GetBoolean(), start.ToString());
        var restore = Verb(await rollout.Read(), "restore");
        Assert.False(restore.GetProperty("can").GetBoolean(), restore.ToString());
    }

    [Theory]
    [InlineData("viewer", "read")]
    [InlineData("support", "read feedback review")]
    [InlineData("product", "read review objectives")]
    public async Task Caller_learns_id_name_role_and_permissions(string role, string permissions)
    {
        await using var silo = await SiloHost.Start();
        var key = await silo.NewKey(role);
        using var client = silo.As(key.Text);
        var me = await client.GetAsync("/api/v1/me").Json();
        Assert.Equal((key.Id, role, role, "key"), (Text(me, "id"), Text(me, "name"), Text(me, "role"), Text(me, "kind")));
        Assert.Equal(permissions, string.Join(' ', me.GetProperty("permissions").EnumerateArray().Select(one => one.GetString())));
        Assert.False(me.TryGetProperty("environment", out _));
    }

    [Fact]
    public async Task Line_and_incident_have_their_verbs()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Ask("rollback", new { reason = "bad" });
        var incident = (await rollout.Read()).GetProperty("incident");
        Assert.True(Verb(incident, "acknowledge").GetProperty("can").GetBoolean());
        var id = Text(incident, "id");
        await rollout.As("engineering").PostAsJsonAsync($"/api/v1/incidents/{id}/acknowledge", new { }).Json();
        var seen = Verb(await rollout.As("product").GetAsync($"/api/v1/incidents/{id}").Json(), "acknowledge");
        Assert.Equal((false, false), (seen.GetProperty("may").GetBoolean(), seen.GetProperty("can").GetBoolean()));
        Assert.Equal("Your role (product) cannot acknowledge an incident. Roles that can: engineering, devops, admin.", Text(seen, "reason"));

        var environment = await rollout.As("engineering").GetAsync("/api/v1/environments/production").Json();
        Assert.True(Verb(environment, "stop-the-line").GetProperty("can").GetBoolean());
        Assert.False(Verb(environment, "resume-the-line").GetProperty("can").GetBoolean());
    }

    [Fact]
    public void Each_verb_has_forms_to_ask_about_or_a_reason_for_none() => Assert.All(
        Orchestrator.Api.Rollouts.RolloutVerbs.All,
        verb => Assert.True(verb.Without.Length > 0 || verb.Name is not ("approve" or "reject" or "complete-objective"), verb.Name));

    private static async Task Agreed(string role, HttpClient client, JsonElement verb, string status)
    {
        var (name, path) = (Text(verb, "name")!, Text(verb, "path")!);
        var (may, can) = (verb.GetProperty("may").GetBoolean(), verb.GetProperty("can").GetBoolean());
        var what = $"{name} for {role} while {status}: {verb}";
        if (!may)
        {
            Assert.True(Text(verb, "reason")!.StartsWith($"Your role ({role}) cannot ", StringComparison.Ordinal), what);
            Assert.Equal("access.forbidden", await Post().Problem(403));
            return;
        }

        if (can)
        {
            Assert.NotNull(Text(verb, "consequence"));
            return;
        }

        Assert.True(Text(verb, "reason") is { Length: > 0 }, what);
        using var answer = await Post();
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        if (Text(verb, "code") is { } code)
        {
            Assert.True(code == Text(body, "code") && Text(verb, "reason") == Text(body, "detail"), $"{what} answered {body}");
        }
        else if (name is not ("approve" or "reject" or "complete-objective" or "keep-back"))
        {
            Assert.True(answer.IsSuccessStatusCode, $"{what} answered {body}");
            Assert.True(!body.TryGetProperty("verbs", out _) || name.EndsWith("line", StringComparison.Ordinal), what);
            if (body.TryGetProperty("salt", out _))
            {
                // The version may move on beside it: the procedure of an incident runs.
                Assert.Equal((status, name), (Text(body, "status"), name));
            }
        }

        Task<HttpResponseMessage> Post() => client.PostAsJsonAsync(path, name switch
        {
            "keep-back" => new { reason = "r", segments = (string[])["eu"] },
            "approve" or "reject" => new { reason = "r", review = "r1" },
            "complete-objective" => new { objective = "docs" },
            _ => (object)new { reason = "r" },
        });
    }

    private static JsonElement Verb(JsonElement view, string name) =>
        view.GetProperty("verbs").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : null;
}
