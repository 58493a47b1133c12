using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// Where grain state in Azure lies: <c>Orchestrator:Azure:{ConnectionString | ServiceUri, Container}</c>. A connection string carries its
/// credentials; a service URI means the identity of the process (managed or workload identity, environment, developer).
/// </summary>
public sealed partial class AzureGrainStateSettings
{
    private const string Section = "Orchestrator:Azure";
    private readonly Lazy<BlobServiceClient> client;

    private AzureGrainStateSettings(string container, Func<BlobServiceClient> create)
    {
        Container = container;
        client = new(create);
    }

    /// <summary>The settings there are, below <c>Orchestrator</c>.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["Azure:ConnectionString", "Azure:ServiceUri", "Azure:Container"];

    /// <summary>Name of the container; <c>grainstate</c> unless told otherwise.</summary>
    public string Container { get; }

    /// <summary>Every mistake in the settings, a sentence each; none when neither grain state nor checkpoints go there.</summary>
    public static IReadOnlyList<string> Errors(IConfiguration configuration)
    {
        var errors = new List<string>();
        var checkpoints = configuration["Orchestrator:Checkpoints:Container"];
        if (configuration["Orchestrator:GrainState"] == "azure" || !string.IsNullOrEmpty(checkpoints))
        {
            _ = Read(configuration.GetSection(Section), errors);
        }

        if (!string.IsNullOrEmpty(checkpoints) && !ContainerName().IsMatch(checkpoints))
        {
            errors.Add($"Orchestrator:Checkpoints:Container must be 3 to 63 lower case letters, digits and single hyphens, but is '{checkpoints}'");
        }

        return errors;
    }

    /// <summary>Reads them. Throws <see cref="StorageUnavailableException"/> with all mistakes.</summary>
    public static AzureGrainStateSettings Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        return Read(configuration.GetSection(Section), errors) ?? throw new StorageUnavailableException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>One client for all: it is safe to share and holds the connections.</summary>
    internal BlobServiceClient Client() => client.Value;

    private static AzureGrainStateSettings? Read(IConfigurationSection section, List<string> errors)
    {
        var container = section["Container"] ?? "grainstate";
        if (container.Length is < 3 or > 63 || !ContainerName().IsMatch(container))
        {
            errors.Add($"{Section}:Container must be 3 to 63 lower case letters, digits and single hyphens, but is '{container}'");
        }

        var create = (section["ConnectionString"], section["ServiceUri"]) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => Mistaken("ConnectionString and ServiceUri exclude each other: the first brings its credentials, the second uses this process's identity", errors),
            ({ Length: > 0 } connection, _) => ByConnectionString(connection, errors),
            (_, { Length: > 0 } uri) => ByIdentity(uri, errors),
            _ => Mistaken("ConnectionString or ServiceUri is needed, because Orchestrator:GrainState is azure or Orchestrator:Checkpoints:Container is set", errors),
        };
        return errors.Count == 0 ? new(container, create!) : null;
    }

    private static Func<BlobServiceClient>? ByConnectionString(string connection, List<string> errors)
    {
        try
        {
            var made = new BlobServiceClient(connection, Options());
            return () => made;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // Not the text itself: it may hold a key.
            return Mistaken($"ConnectionString is no connection string of a storage account: {e.Message}", errors);
        }
    }

    private static Func<BlobServiceClient>? ByIdentity(string text, List<string> errors) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Query.Length == 0
            ? () => new BlobServiceClient(uri, new DefaultAzureCredential(), Options())
            : Mistaken($"ServiceUri must be like https://account.blob.core.windows.net, without a query, but is '{uri?.GetLeftPart(UriPartial.Path) ?? text}'", errors);

    private static Func<BlobServiceClient>? Mistaken(string what, List<string> errors)
    {
        errors.Add($"{Section}:{what}");
        return null;
    }

    // A grain waits for its state, so a try that hangs must end before its callers give up.
    private static BlobClientOptions Options() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential, MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1),
            NetworkTimeout = TimeSpan.FromSeconds(10),
        },
    };

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex ContainerName();
}
