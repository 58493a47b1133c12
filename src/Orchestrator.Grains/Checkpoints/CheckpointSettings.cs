using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>Targets of checkpoints: <c>Orchestrator:Checkpoints:{Folder, Webhook, Secret, Container, Every, Key}</c>.</summary>
/// <param name="Folder">Gets <c>checkpoint.json</c>, replaced each time; null writes none.</param>
/// <param name="Every">Real time between two, 1 s to 1 d.</param>
/// <param name="Key">PEM file of the private key (ECDSA, P-256); created when missing. Keep it away from the log.</param>
public sealed record CheckpointSettings(string? Folder, TimeSpan Every, string Key)
{
    /// <summary>
    /// Address of a receiver that stores every checkpoint; null for none. Its host is subject to <c>Orchestrator:Egress:Allow</c>.
    /// </summary>
    public string? Webhook { get; init; }

    /// <summary>
    /// Keys that sign the messages to the receiver, as for notifications; empty leaves only the signature of the checkpoint itself.
    /// </summary>
    public IReadOnlyList<byte[]> WebhookKeys { get; init; } = [];

    /// <summary>Container of the storage account under <c>Orchestrator:Azure</c>; null for none. It gets a new blob each time.</summary>
    public string? Container { get; init; }

    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = ["Checkpoints:Folder", "Checkpoints:Every", "Checkpoints:Key", "Checkpoints:Webhook", "Checkpoints:Secret", "Checkpoints:Container"];

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration["Orchestrator:Checkpoints:Every"] is { } every && (!Durations.TryParse(every, out var time) || time < Shortest || time > Longest))
        {
            yield return $"Orchestrator:Checkpoints:Every must be a duration from 1s to 1d, but is '{every}'";
        }

        if (configuration["Orchestrator:Checkpoints:Webhook"] is { Length: > 0 } target
            && !(Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return $"Orchestrator:Checkpoints:Webhook must be an http or https address, but is '{target}'";
        }

        if (Secrets(configuration).Any(secret => !Signature.IsKey(secret)))
        {
            yield return "Orchestrator:Checkpoints:Secret must be whsec_ with base64 of 24 to 64 bytes, or a text of 24 characters and more";
        }
    }

    /// <summary>Reads them; the key is in <paramref name="data"/> unless configured otherwise.</summary>
    public static CheckpointSettings Read(IConfiguration configuration, string data)
    {
        var section = configuration.GetSection("Orchestrator:Checkpoints");
        return new CheckpointSettings(
            section["Folder"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : null,
            Durations.TryParse(section["Every"] ?? "10m", out var every) ? every : TimeSpan.FromMinutes(10),
            Path.GetFullPath(section["Key"] ?? Path.Combine(data, "checkpoint-key.pem")))
        {
            Webhook = section["Webhook"] is { Length: > 0 } target ? target : null,
            WebhookKeys = [.. Secrets(configuration).Select(Signature.Key)],
            Container = section["Container"] is { Length: > 0 } container ? container : null,
        };
    }

    private static string[] Secrets(IConfiguration configuration) =>
        (configuration["Orchestrator:Checkpoints:Secret"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
