using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>
/// One answer at every door: segment grain, its HTTP endpoint, OFREP, .NET client and explain, for flags, segments and users by chance. A
/// failure names the seed;
/// <c>SEGMENT_SEED</c> makes the same again.
/// </summary>
public sealed class SegmentAnswerTests
{
    private const int Flags = 6;
    private const int Users = 120;
    private static readonly string[] Segments = ["s0", "s1", "s2", "s3"];
    private static readonly string?[] Regions = ["eu", "us", "ü", "", null];
    private static readonly string?[] Tariffs = ["pro", "team", "free", null];
    private static readonly long?[] Ids = [9007199254740992, 9007199254740993, long.MaxValue, -7, 0, null];

    [Fact]
    public async Task Segment_grain_OFREP_client_and_explain_give_the_same_answer()
    {
        var given = Environment.GetEnvironmentVariable("SEGMENT_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"SEGMENT_SEED={seed}");
        var random = new Random(seed);
        await using var silo = await SiloHost.Start();
        await Begin(silo, random);
        await using var service = await Service.Start(silo);
        using var ofrep = await silo.NewClient("evaluation", "production");
        var position = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("position").GetInt64();
        await Eventually.Until(() => service.Router.Status.Position >= position);
        var seen = new HashSet<string>();
        for (var i = 0; i < Users; i++)
        {
            var who = Who.Any(random);
            var flag = $"flag-{random.Next(Flags + 1)}";
            var segment = Segments[random.Next(Segments.Length)];
            try
            {
                seen.Add(await Agree(silo, service, ofrep, flag, segment, who));
            }
            catch (Exception e)
            {
                Assert.Fail($"SEGMENT_SEED={seed}, {flag} by {segment} for {who.Json}: {e.Message}");
            }
        }

        // Otherwise nothing was compared.
        Assert.True(seen.Count >= 4, $"SEGMENT_SEED={seed} saw only {string.Join(", ", seen)}");
    }

    private static async Task<string> Agree(SiloHost silo, Service service, HttpClient ofrep, string flag, string segment, Who who)
    {
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
        var question = $$"""{"flag":"{{flag}}","context":{{who.Json}}}""";

        // The first use of a key is an event too: answers around it differ in their position.
        var (grain, told, explained) = await Eventually.Until(
            "answers at one position",
            async () =>
            {
                var answer = await grains.GetGrain<ISegmentRouter>($"production/{segment}").Ask(flag, who.Context);
                using var asked = await ofrep.PostAsync($"/ofrep/v1/evaluate/flags/{flag}", Answers.Text($$"""{"context":{{who.Json}}}"""));
                return (
                    Grain: answer, Ofrep: JsonElement.Parse(await asked.Content.ReadAsStringAsync()),
                    Explain: await silo.Admin.PostAsync("/api/v1/environments/production/explain", Answers.Text(question)).Json());
            },
            answers => answers.Grain.ErrorCode is not null
                || (answers.Ofrep.TryGetProperty("metadata", out var metadata) && Number(metadata, "position") == answers.Grain.Position
                    && Number(answers.Explain, "position") == answers.Grain.Position));
        var http = await silo.Admin.PostAsync($"/api/v1/segments/production/{segment}/route", Answers.Text(question)).Json();
        var own = service.Router.Route(flag, who.User);

        var expected = (Text(told, "variant"), Text(told, "reason") ?? "ERROR", Text(told, "errorCode"));
        Assert.Equal(expected, (grain.Variant, grain.Reason!, grain.ErrorCode));
        Assert.Equal(expected, (own.VariantName, own.ReasonName, own.ErrorCode));
        Assert.Equal(expected, (Text(explained, "variant"), Text(explained, "reason")!, Text(explained, "errorCode")));
        Assert.Equal(expected, (Text(http, "variant"), Text(http, "reason")!, Text(http, "errorCode")));
        Assert.Equal(Text(told, "errorDetails"), grain.ErrorDetails);
        Assert.Equal(own.IsNew, grain.IsNew);
        if (grain.ErrorCode is null)
        {
            var metadata = told.GetProperty("metadata");
            Assert.Equal((Text(metadata, "rollout"), Number(metadata, "version")), (grain.Rollout, grain.Version));
            Assert.Equal(Number(metadata, "bucket"), grain.Bucket);
            Assert.Equal((Text(metadata, "segment"), metadata.GetProperty("position").GetInt64()), (grain.DecidedBy, grain.Position));
            Assert.Equal(explained.GetProperty("position").GetInt64(), grain.Position);
            Assert.True(JsonElement.DeepEquals(told.GetProperty("value"), JsonElement.Parse(grain.Value!)));
        }

        // The place in the segment: as the router sees it, and as the rules lead to it.
        var table = silo.Services.GetRequiredService<Grains.Routing.IRoutingTables>().Current.Environment("production")!;
        var context = new Domain.Routing.EvaluationContext().Begin(table);
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(who.Json));
        reader.Read();
        Assert.True(context.Read(ref reader));
        Assert.Equal(Domain.Routing.Router.Belongs(table, segment, context), grain.Belongs);
        Assert.Equal(grain.Belongs, http.TryGetProperty("belongs", out var belongs) ? belongs.GetBoolean() : null);
        Assert.Equal(
            grain.Rules.Select(one => (one.Rule, one.Matched, one.Saw)),
            http.GetProperty("rules").EnumerateArray()
                .Select(one => (Text(one, "rule")!, one.GetProperty("matched").GetBoolean(), Text(one, "saw")!)));
        return grain.ErrorCode ?? $"{grain.Variant}/{grain.Reason}";
    }

    private static async Task Begin(SiloHost silo, Random random)
    {
        var segments = new JsonObject();
        foreach (var key in Segments)
        {
            segments[key] = Definition(random);
        }

        for (var i = 0; i < Flags; i++)
        {
            var named = Segments.ToArray();
            random.Shuffle(named);
            var percentage = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 60), _ => 100 };
            var step = new JsonObject { ["percentage"] = $"{percentage}%", ["hold"] = "1h" };
            var shared = percentage < 100 && random.Next(2) == 0;

            // A step that puts no user on new is refused.
            if (random.Next(2) == 0 || (percentage == 0 && !shared))
            {
                step["segments"] = new JsonArray(named[0]);
            }

            if (shared)
            {
                var share = $"{random.Next(percentage + 1, 100)}%";
                step["audience"] = new JsonArray(new JsonObject { ["segment"] = named[1], ["percentage"] = share });
            }

            var plan = new JsonObject
            {
                ["plan"] = $"p{i}",
                ["flag"] = $"flag-{i}",
                ["segments"] = segments.DeepClone(),
                ["metrics"] = new JsonObject { ["error_rate"] = new JsonObject { ["ratio"] = "errors / requests" } },
                ["phases"] = new JsonArray(new JsonObject { ["name"] = "all", ["steps"] = new JsonArray(step) }),
            };
            if (random.Next(4) == 0)
            {
                plan["stickyBy"] = "account";
            }

            await silo.Admin.PutAsync($"/api/v1/plans/p{i}", Answers.Text(plan.ToJsonString())).Json(201);
            var rollout = new { id = $"r{i}", plan = $"p{i}", environment = "production" };
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", rollout).Json(201);
            await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/r{i}/start", new { }).Json();
            switch (random.Next(5))
            {
                case 0:
                    await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/r{i}/rollback", new { reason = "by chance" }).Json();
                    break;
                case 1 when step.ContainsKey("segments"):
                    var back = new { reason = "by chance", segments = new[] { named[0] } };
                    await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/r{i}/rollback", back).Json();
                    break;
            }
        }

        foreach (var key in Segments)
        {
            var add = Enumerable.Range(0, 40).Where(_ => random.Next(4) == 0).Select(i => $"user-{i}").ToArray();
            await silo.Admin.PostAsJsonAsync($"/api/v1/segments/production/{key}/members", new { add }).Json();
        }
    }

    private static JsonObject Definition(Random random)
    {
        var segment = new JsonObject { ["any"] = new JsonArray(Rule(random, 2), Rule(random, 1)) };
        if (random.Next(3) == 0)
        {
            segment["balance"] = new JsonObject { ["by"] = new JsonArray("region"), ["cap"] = $"{random.Next(10, 90)}%" };
        }

        return segment;
    }

    private static JsonObject Rule(Random random, int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => new JsonObject { ["attribute"] = "plan", ["in"] = new JsonArray("pro", "team") },
        1 => new JsonObject { ["attribute"] = "age", ["number"] = $">= {random.Next(100)}" },
        2 => new JsonObject { ["attribute"] = "region", ["equals"] = "eu" },
        3 => new JsonObject { ["attribute"] = "id", ["in"] = new JsonArray(9007199254740993) },
        4 => new JsonObject { ["attribute"] = "internal", ["equals"] = true },
        5 => new JsonObject { ["optedIn"] = true },
        6 => new JsonObject { ["all"] = new JsonArray(Rule(random, depth - 1), Rule(random, depth - 1)) },
        7 => new JsonObject { ["any"] = new JsonArray(Rule(random, depth - 1), Rule(random, depth - 1)) },
        _ => new JsonObject { ["not"] = Rule(random, depth - 1) },
    };

    private static string? Text(JsonElement answer, string name) => answer.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static long? Number(JsonElement answer, string name) => answer.TryGetProperty(name, out var number) ? number.GetInt64() : null;

    /// <summary>A user, as each door takes one.</summary>
    private sealed record Who(string Json, RolloutUser User, RouteContext Context)
    {
        public static Who Any(Random random)
        {
            var key = random.Next(6) == 0 ? null : $"user-{random.Next(60)}";
            var (region, tariff) = (Regions[random.Next(Regions.Length)], Tariffs[random.Next(Tariffs.Length)]);
            var id = Ids[random.Next(Ids.Length)];
            var (age, inside) = (Math.Round(random.NextDouble() * 100, random.Next(2)), random.Next(4) == 0);
            var account = random.Next(3) == 0 ? null : $"account-{random.Next(9)}";
            var json = new JsonObject
            {
                ["targetingKey"] = key,
                ["region"] = region,
                ["plan"] = tariff,
                ["age"] = age,
                ["internal"] = inside,
                ["account"] = account,
            };
            var user = new RolloutUser(key).With("region", region).With("plan", tariff).With("age", age).With("internal", inside)
                .With("account", account);
            var context = RouteContext.Of(key).With("region", region).With("plan", tariff).With("age", age).With("internal", inside)
                .With("account", account);
            if (id is { } number)
            {
                json["id"] = number;
                (user, context) = (user.With("id", number), context.With("id", number));
            }

            return new Who(json.ToJsonString(), user, context);
        }
    }
}
