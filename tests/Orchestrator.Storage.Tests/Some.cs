using System.Text;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Tests;

/// <summary>Test data.</summary>
internal static class Some
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly DateTimeOffset Noon = new(2031, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static string Stream() => "rollout/" + Guid.NewGuid().ToString("N");

    public static NewEvent Event(string json = """{"percentage":10}""") => new(Guid.NewGuid(), "rollout.percentage_raised", 1, Encoding.UTF8.GetBytes(json));

    public static NewEvent[] Events(int count) => [.. Enumerable.Range(1, count).Select(i => Event($$"""{"percentage":{{i}}}"""))];

    public static AppendMetadata Metadata(string? command = null) =>
        new(Noon, Actor.User("key-1", "devops"), command ?? Guid.NewGuid().ToString("N"), "cause-1", "correlation-1");

    /// <summary>Appends and expects it to work.</summary>
    public static async Task<IReadOnlyList<RecordedEvent>> Appended(
        this IEventLog log, string stream, long expectedVersion, params NewEvent[] events) =>
        Assert.IsType<AppendOutcome.Appended>(await log.Append(stream, expectedVersion, events, Metadata())).Events;
}
