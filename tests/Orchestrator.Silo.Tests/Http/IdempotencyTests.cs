using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class IdempotencyTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task A_key_that_comes_again_with_another_body_is_refused_and_changes_nothing()
    {
        await Put("once", 1).Json();
        Assert.Equal("idempotency.key_reused", await Put("once", 2).Problem(422));
        await Put("once", 1).Json();
        await Put("another", 2).Json();

        Assert.Equal(2, (await shared.Host.Admin.GetAsync("/api/v1/environments/keys/flags/f").Json()).GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task The_same_key_of_somebody_else_or_elsewhere_is_another_request()
    {
        await Put("mine", 3, "g").Json();
        await Put("mine", 4, "h").Json();
        using var devops = await shared.Host.NewClient("devops");
        await Put("mine", 5, "g", devops).Json();

        Assert.Equal(5, (await shared.Host.Admin.GetAsync("/api/v1/environments/keys/flags/g").Json()).GetProperty("value").GetInt32());
    }

    private Task<HttpResponseMessage> Put(string key, int value, string flag = "f", HttpClient? client = null) => (client ?? shared.Host.Admin).SendAsync(
        new HttpRequestMessage(HttpMethod.Put, $"/api/v1/environments/keys/flags/{flag}")
        {
            Content = JsonContent.Create(new { value }), Headers = { { "Idempotency-Key", key } },
        });
}
