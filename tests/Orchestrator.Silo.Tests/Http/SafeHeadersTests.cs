using System.Net;
using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Headers for browsers, on answers of every kind.</summary>
public sealed class SafeHeadersTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Theory]
    [InlineData("GET", "/api/v1/rollouts", 200)]
    [InlineData("GET", "/api/v1/rollouts/none", 404)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("DELETE", "/api/v1/rollouts", 405)]
    [InlineData("POST", "/api/v1/environments/production/explain", 422)]
    [InlineData("POST", "/ofrep/v1/evaluate/flags", 401)]
    [InlineData("GET", "/ofrep/v1/evaluate/flags", 405)]
    [InlineData("GET", "/ofrep/v1/nothing", 404)]
    [InlineData("GET", "/ofrep/v1/stream", 401)]
    [InlineData("GET", "/health/live", 200)]
    public async Task Answer_of_every_kind_has_them(string method, string path, int status)
    {
        using var request =
            new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { }) : null };
        using var response = await (path.StartsWith("/api", StringComparison.Ordinal) ? shared.Host.Admin : shared.Host.As(null))
            .SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        AssertSafe(response);
    }

    [Fact]
    public async Task Body_that_is_too_large_is_answered_with_them()
    {
        using var response =
            await shared.Host.Admin.PutAsync("/api/v1/plans/p", new ByteArrayContent(new byte[2 * 1024 * 1024]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        AssertSafe(response);
    }

    private static void AssertSafe(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
