using System.Globalization;
using System.Text.Json;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Time;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>Orchestrator time that continues over restarts: the anchor of an accelerated clock is stored with the data.</summary>
internal static class PersistedClock
{
    private const string Key = "clock.anchor";

    /// <summary>Age of a report up to which its node counts as running.</summary>
    private static readonly TimeSpan Running = TimeSpan.FromSeconds(5);

    /// <summary>The real moment of an orchestrator moment of these data.</summary>
    public static async Task<DateTimeOffset> Real(InstallationFacts facts, DateTimeOffset moment) =>
        Read(await facts.Get(Key)) is { Speed: not 1 } anchor ? anchor.Real + ((moment - anchor.Orchestrator) / anchor.Speed) : moment;

    /// <summary>
    /// The clock for these data. Throws <see cref="SettingsException"/> when the requested speed would turn time back, or differs from that
    /// of the running nodes.
    /// </summary>
    public static async Task<OrchestratorClock> Open(InstallationFacts facts, INodeRegistry nodes, TimeProvider real, double speed)
    {
        var json = await facts.Get(Key);
        var kept = Read(json);
        if (kept?.Speed == speed)
        {
            return new OrchestratorClock(real, kept);
        }

        if ((kept?.Speed ?? 1) != speed && (await nodes.All()).FirstOrDefault(node => node.Age < Running) is { } other)
        {
            throw new SettingsException([string.Create(
                CultureInfo.InvariantCulture, $"Orchestrator:Clock:Speed is {speed}, but node {other.Report.Id} runs on these data with {kept?.Speed ?? 1}. Start all of them with the same.")]);
        }

        var now = real.GetUtcNow();
        var continued = kept is null ? now : new OrchestratorClock(real, kept).GetUtcNow();
        if (speed == 1)
        {
            // Time recorded ahead of the wall clock would not advance until the wall clock has reached it.
            if (continued > now)
            {
                throw new SettingsException([string.Create(
                    CultureInfo.InvariantCulture,
                    $"Orchestrator:Clock:Speed is 1, but these data have been run faster and their time is {continued:u}. Start with Orchestrator:Clock:Speed={kept!.Speed}, or with other data.")]);
            }

            if (kept is not null)
            {
                await facts.Set(Key, JsonSerializer.Serialize(ClockAnchor.WallClock));
            }

            return new OrchestratorClock(real, ClockAnchor.WallClock);
        }

        // Another silo that starts at the same moment may have been faster: all use one anchor.
        var holds = JsonSerializer.Deserialize<ClockAnchor>(
            await facts.Keep(Key, json, JsonSerializer.Serialize(new ClockAnchor(now, continued, speed))))!;
        return holds.Speed == speed
            ? new OrchestratorClock(real, holds)
            : throw new SettingsException([string.Create(
                CultureInfo.InvariantCulture,
                $"Orchestrator:Clock:Speed is {speed}, but another silo on these data has just started with {holds.Speed}. Start all of them with the same.")]);
    }

    private static ClockAnchor? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<ClockAnchor>(json);
}
