using System.Text.Json;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Silo.Tests.Http;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(0, "0s", "0s")]
    [InlineData(12, "12ms", "12ms")]
    [InlineData(999, "999ms", "999ms")]
    [InlineData(1000, "1s", "1s")]
    [InlineData(45_801, "45.801s", "45.8s")]
    [InlineData(300_000, "5m", "5m")]
    [InlineData(94_747_000, "94747s", "1d 2h")]
    [InlineData(604_800_000, "1w", "1w")]
    public void Views_write_durations_so_that_programs_read_them_back_and_people_read_them(long milliseconds, string json, string text)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Equal($"\"{json}\"", JsonSerializer.Serialize(duration, ApiJson.Options));
        Assert.True(Durations.TryParse(json, out var read));
        Assert.Equal(duration, read);
        Assert.Equal(text, Durations.Readable(duration));
    }
}
