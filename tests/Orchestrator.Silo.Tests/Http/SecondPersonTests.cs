using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Http;

public sealed class SecondPersonTests
{
    [Fact]
    public async Task Override_is_not_approved_with_a_key_that_its_asker_made()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var asked = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { @override = true, reason = "in a hurry" }).Json();
        var review = asked.GetProperty("reviews").EnumerateArray().Single(one => one.GetProperty("state").GetString() == "open").GetProperty("id")
            .GetString();

        using var made = await silo.NewClient("admin");
        Assert.Equal("review.own_override", await made.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        var (_, text) = await Made(made, "product");
        Assert.Equal("review.own_override", await silo.As(text).PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        Assert.Equal("review.own_override", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
    }

    [Fact]
    public async Task Each_role_decides_for_itself_and_keys_of_one_person_are_one_vote()
    {
        await using var silo = await SiloHost.Start();
        var world = silo.Services.GetRequiredService<IWorld>();
        var plan = Plans.Checkout.Replace("    objectives:", "    review: { roles: { product: 1, engineering: 1 } }\n    objectives:", StringComparison.Ordinal)
            .Replace("segments: [beta], hold: 1h", "percentage: 0%", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        var (anna, annasOther, ben) = (await Held("engineering", "Anna Berg"), await Held("product", " anna  BERG"), await Held("product", "Ben Tal"));
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        var listed = await silo.Admin.GetAsync("/api/v1/keys").Json();
        Assert.Equal(3, listed.GetProperty("keys").EnumerateArray().Count(key => key.TryGetProperty("person", out _)));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        JsonElement? asked = null;
        await Eventually.Until("a review is open", async () => (asked = Open(await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json())) is not null);
        var open = asked!.Value;
        Assert.Equal("""{"engineering":1,"product":1}""", open.GetProperty("needs").GetRawText());
        Assert.Equal("1 of engineering and 1 of product", open.GetProperty("lacks").GetProperty("text").GetString());

        var review = open.GetProperty("id").GetString();
        var after = Open(await anna.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json())!.Value;
        Assert.Equal("""{"roles":{"product":1},"more":0,"text":"1 of product"}""", after.GetProperty("lacks").GetRawText());
        Assert.Equal("Anna Berg", after.GetProperty("decisions")[0].GetProperty("countsAs").GetString());
        Assert.Equal("review.already_decided", await annasOther.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        var done = await ben.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json();
        var closed = Assert.Single(done.GetProperty("reviews").EnumerateArray());
        Assert.Equal(("approved", false), (closed.GetProperty("state").GetString(), closed.TryGetProperty("lacks", out _)));

        static JsonElement? Open(JsonElement rollout) =>
            rollout.GetProperty("reviews").EnumerateArray().Where(one => one.GetProperty("state").GetString() == "open").Select(one => (JsonElement?)one)
                .FirstOrDefault();

        // A key in use before the review: it stands for who holds it, not for who made it.
        async Task<HttpClient> Held(string role, string person)
        {
            var key = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = role, role, person }).Json(201);
            var client = silo.As(key.GetProperty("key").GetString()!);
            await client.PostAsJsonAsync("/api/v1/rollouts/r1/complete-objective", new { objective = "docs" }).Json();
            await Eventually.Until("the first use of the key is kept", () => world.Current.Access.Working(key.GetProperty("id").GetString()!)?.FirstUsedAt is not null);
            return client;
        }
    }

    [Fact]
    public async Task Two_people_who_only_read_before_decide_the_first_review()
    {
        await using var silo = await SiloHost.Start();
        var world = silo.Services.GetRequiredService<IWorld>();
        var plan = Plans.Checkout.Replace("    objectives:", "    review: { roles: { product: 2 } }\n    objectives:", StringComparison.Ordinal)
            .Replace("segments: [beta], hold: 1h", "percentage: 0%", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/complete-objective", new { objective = "docs" }).Json();
        var (pia, pit) = (await Held("Pia Sand"), await Held("Pit Lund"));
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        string? review = null;
        await Eventually.Until("a review is open", async () => (review = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("reviews").EnumerateArray()
            .Where(one => one.GetProperty("state").GetString() == "open").Select(one => one.GetProperty("id").GetString())
            .FirstOrDefault()) is not null);
        await pia.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json();
        var done = await pit.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json();
        Assert.Equal(
            "approved", done.GetProperty("reviews").EnumerateArray().Single(one => one.GetProperty("id").GetString() == review).GetProperty("state").GetString());

        async Task<HttpClient> Held(string person)
        {
            var key = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = person, role = "product", person }).Json(201);
            var client = silo.As(key.GetProperty("key").GetString()!);
            await client.GetAsync("/api/v1/rollouts/r1").Json();
            await Eventually.Until("the first read of the key is kept", () => world.Current.Access.Working(key.GetProperty("id").GetString()!)?.FirstReadAt is not null);
            return client;
        }
    }

    [Theory]
    [InlineData("evaluation", "Anna Berg", "decides no review")]
    [InlineData("ingest", "Anna Berg", "decides no review")]
    [InlineData("product", " ", "")]
    public async Task A_key_without_a_holder_declares_no_person(string role, string person, string message)
    {
        await using var silo = await SiloHost.Start();
        using var answer = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = role, role, person, environment = role == "product" ? null : "production" });
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(422, (int)answer.StatusCode);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal("person", error.GetProperty("path").GetString());
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(string Id, string Text)> Made(HttpClient by, string role)
    {
        var key = await by.PostAsJsonAsync("/api/v1/keys", new { name = role, role }).Json(201);
        return (key.GetProperty("id").GetString()!, key.GetProperty("key").GetString()!);
    }
}
