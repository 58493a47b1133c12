using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>
/// A rollout driven over HTTP as people and services drive it, each with the key of their role, and with orchestrator time in the
/// test's hands. Every move ends when a round that saw it has ended and its events can be read, so nothing has to be waited for.
/// </summary>
internal sealed class Driving : IAsyncDisposable
{
    public const string Id = "show-1";
    private const string Environment = "production";
    private readonly TimeSpan _every;
    private readonly Dictionary<string, (string Id, string Text)> _keys = [];
    private readonly Dictionary<string, HttpClient> _clients = [];

    private Driving(SiloHost silo, TimeSpan every) => (Silo, _every) = (silo, every);

    public SiloHost Silo { get; }

    /// <summary>When the plan is stored and the rollout made.</summary>
    public static readonly DateTimeOffset Began = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => Silo.Time.GetUtcNow();

    /// <summary>The plan stored, the rollout made of it and not started.</summary>
    /// <param name="plan">As an operator writes it.</param>
    /// <param name="every">Its sampling period.</param>
    public static async Task<Driving> Begin(string plan, TimeSpan every)
    {
        var driving = new Driving(await SiloHost.Start(time: new JumpingTime(Began - TimeSpan.FromSeconds(1))), every);
        foreach (var role in (string[])["devops", "engineering", "product", "ingest", "evaluation"])
        {
            driving._keys[role] = await driving.Silo.NewKey(role, role == "evaluation" ? Environment : null);
        }

        // Somebody who is here since before the rollout: a key that is new when it asks for an override counts as its maker.
        await driving.As("engineering").PostAsJsonAsync("/api/v1/environments/elsewhere/stop-the-line", new { reason = "the first day" }).Json();
        await driving.Used("engineering");
        driving.Silo.Time.Advance(TimeSpan.FromSeconds(1));

        var name = plan.Split('\n').First(line => line.StartsWith("plan: ", StringComparison.Ordinal))["plan: ".Length..].Trim();
        await driving.As("devops").PutAsync($"/api/v1/plans/{name}", Answers.Text(plan, "application/yaml")).Json(201);
        await driving.As("engineering").PostAsJsonAsync("/api/v1/rollouts", new { id = Id, plan = name, environment = Environment }).Json(201);
        return driving;
    }

    /// <summary>The same, started.</summary>
    public static async Task<Driving> Started(string plan, TimeSpan every)
    {
        var driving = await Begin(plan, every);
        await driving.Ask("start", new { });
        return driving;
    }

    /// <summary>Whoever has this role.</summary>
    public HttpClient As(string role) => _clients.TryGetValue(role, out var client) ? client : _clients[role] = Silo.As(_keys[role].Text);

    public string KeyId(string role) => _keys[role].Id;

    /// <summary>Origin of a role's key, as reviews see it.</summary>
    public KeyOrigin? Origin(string role) => Silo.Services.GetRequiredService<IWorld>().Current.Access.OriginOf(KeyId(role));

    /// <summary>A verb, by somebody who may; answers the rollout.</summary>
    public async Task<JsonElement> Ask(string verb, object body, string role = "engineering")
    {
        var answer = await As(role).PostAsJsonAsync($"/api/v1/rollouts/{Id}/{verb}", body).Json();
        await Round();
        return answer;
    }

    /// <summary>Samples of this instant.</summary>
    public async Task Push(Measured measured)
    {
        var receipt = await As("ingest").PostAsync($"/api/v1/rollouts/{Id}/metrics", Answers.Text(measured.Body(Now))).Json(202);
        Assert.Equal(1, receipt.GetProperty("accepted").GetInt32());
        await Round();
    }

    /// <summary>Nothing but time, with a round in every sampling period.</summary>
    public async Task Pass(TimeSpan span)
    {
        for (var end = Now + span; Now < end;)
        {
            Silo.Time.Advance(end - Now < _every ? end - Now : _every);
            await Round();
        }
    }

    /// <summary>Samples now, every sampling period, and exactly at the end of the span.</summary>
    public async Task Keep(TimeSpan span, Measured measured)
    {
        var end = Now + span;
        await Push(measured);
        while (Now < end)
        {
            await Pass(end - Now < _every ? end - Now : _every);
            await Push(measured);
        }
    }

    public async Task Restart(TimeSpan downtime = default)
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        _clients.Clear();
        await Silo.Restart(downtime);
        await Round();
    }

    public Task<JsonElement> Read() => As("engineering").GetAsync($"/api/v1/rollouts/{Id}").Json();

    /// <summary>Where it stands, as <c>phase/step percentage status</c>.</summary>
    public async Task<string> Place()
    {
        var rollout = await Read();
        return $"{rollout.GetProperty("phase")}/{rollout.GetProperty("step")} {rollout.GetProperty("percentage")} {rollout.GetProperty("status")}";
    }

    public async Task<JsonElement[]> Events(long after = 0)
    {
        var events = new List<JsonElement>();
        for (long? next = after; next is { } from;)
        {
            var page = await As("engineering").GetAsync($"/api/v1/rollouts/{Id}/events?limit=1000&after={from}").Json();
            events.AddRange(page.GetProperty("events").EnumerateArray());
            next = page.TryGetProperty("next", out var more) && more.ValueKind == JsonValueKind.Number ? more.GetInt64() : null;
        }

        return [.. events];
    }

    public async Task<JsonElement[]> Events(string type) => [.. (await Events()).Where(e => e.GetProperty("type").GetString() == type)];

    /// <summary>Those of so many users that are on new.</summary>
    public async Task<HashSet<string>> OnNew(int users, bool team = false)
    {
        var found = new HashSet<string>();
        foreach (var user in Enumerable.Range(0, users).Select(i => $"user-{i}"))
        {
            var answer = await Flag("useNewArchitecture", new { targetingKey = user, @internal = team, region = "eu", usage = "light" }).Json();
            if (answer.GetProperty("value").GetBoolean())
            {
                found.Add(user);
            }
        }

        return found;
    }

    /// <summary>Request of a service.</summary>
    public Task<HttpResponseMessage> Flag(string key, object context) => As("evaluation").PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{key}", new { context });

    /// <summary>Passes every gate up to a step by an override that a second person approves.</summary>
    public async Task OverrideTo(string step)
    {
        for (var rollout = await Read(); rollout.GetProperty("step").GetString() != step; rollout = await Read())
        {
            await Ask("advance", new { step = rollout.GetProperty("step").GetString(), @override = true, reason = "the test is about a later step" });
            await ApproveReviews();
        }
    }

    /// <summary>
    /// Somebody of the first role named says go to every open review; of each role that it needs, where it says how many of each.
    /// </summary>
    public async Task ApproveReviews()
    {
        foreach (var review in (await Read()).GetProperty("reviews").EnumerateArray().Where(r => r.GetProperty("state").GetString() == "open"))
        {
            string[] roles = review.TryGetProperty("needs", out var needs) && needs.ValueKind == JsonValueKind.Object
                ? [.. needs.EnumerateObject().Select(need => need.Name)]
                : [review.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == "product") ? "product" : "engineering"];
            foreach (var role in roles)
            {
                await Ask("approve", new { review = review.GetProperty("id").GetString(), reason = "looks good" }, role);
                await Used(role);
            }
        }
    }

    /// <summary>Completes when the first use of a role's key is kept, which happens beside the use.</summary>
    private Task Used(string role) => Eventually.Until(
        $"the first use of the {role} key is kept", () => Silo.Services.GetRequiredService<IWorld>().Current.Access.Working(KeyId(role))?.FirstUsedAt is not null);

    /// <summary>Ticks whatever the current phase has to be ticked.</summary>
    public async Task CompleteObjectives()
    {
        var rollout = await Read();
        foreach (var objective in rollout.GetProperty("objectives").EnumerateArray().Where(o =>
            o.GetProperty("phase").GetString() == rollout.GetProperty("phase").GetString() && !o.GetProperty("completed").GetBoolean()))
        {
            await Ask("complete-objective", new { objective = objective.GetProperty("name").GetString() });
        }
    }

    /// <summary>A round that saw everything so far has ended, and this node knows what came of it.</summary>
    public async Task Round()
    {
        await Silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IRolloutGrain>(Id).Evaluate();
        await Silo.Services.GetRequiredService<IWorld>()
            .WaitFor(await Silo.Services.GetRequiredService<IEventLog>().Head(), SiloHost.Patience);
    }

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
