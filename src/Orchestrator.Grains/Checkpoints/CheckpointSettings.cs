using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>Where checkpoints go: <c>Orchestrator:Checkpoints:{Folder, Every, Key}</c>.</summary>
/// <param name="Folder">Gets <c>checkpoint.json</c>, replaced each time; null writes none.</param>
/// <param name="Every">Real time between two, 1 s to 1 d.</param>
/// <param name="Key">PEM file of the private key (ECDSA, P-256); made when missing. Keep it where the log is not.</param>
public sealed record CheckpointSettings(string? Folder, TimeSpan Every, string Key)
{
    /// <summary>The keys of the section.</summary>
    public static readonly string[] Keys = ["Checkpoints:Folder", "Checkpoints:Every", "Checkpoints:Key"];

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration["Orchestrator:Checkpoints:Every"] is { } every && (!Durations.TryParse(every, out var time) || time < Shortest || time > Longest))
        {
            yield return $"Orchestrator:Checkpoints:Every must be a duration from 1s to 1d, but is '{every}'";
        }
    }

    /// <summary>Reads them; the key lies in <paramref name="data"/> unless said otherwise.</summary>
    public static CheckpointSettings Read(IConfiguration configuration, string data)
    {
        var section = configuration.GetSection("Orchestrator:Checkpoints");
        return new CheckpointSettings(
            section["Folder"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : null,
            Durations.TryParse(section["Every"] ?? "10m", out var every) ? every : TimeSpan.FromMinutes(10),
            Path.GetFullPath(section["Key"] ?? Path.Combine(data, "checkpoint-key.pem")));
    }
}
