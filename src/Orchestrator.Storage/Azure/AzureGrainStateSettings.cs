using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// Place of grain state in Azure: <c>Orchestrator:Azure:{ConnectionString | ServiceUri, Container | Table}</c>. A connection string
/// carries its credentials; a service URI means the identity of the process (managed or workload identity, environment, developer).
/// </summary>
public sealed partial class AzureGrainStateSettings
{
    private const string Section = "Orchestrator:Azure";
    private const string BlobHost = ".blob.";
    private readonly Lazy<BlobServiceClient> _blobs;
    private readonly Lazy<TableServiceClient> _tables;

    private AzureGrainStateSettings(string container, string? table, Func<BlobServiceClient>? blobs, Func<TableServiceClient>? tables)
    {
        Container = container;
        Table = table;
        _blobs = new(blobs ?? (() => throw new InvalidOperationException("Neither grain state nor checkpoints use blobs.")));
        _tables = new(tables ?? (() => throw new InvalidOperationException("Grain state uses no table.")));
    }

    /// <summary>Keys of the settings, below <c>Orchestrator</c>.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["Azure:ConnectionString", "Azure:ServiceUri", "Azure:Container", "Azure:Table"];

    /// <summary>Name of the container; <c>grainstate</c> by default.</summary>
    public string Container { get; }

    /// <summary>Name of the table that holds grain state in place of the container; null for the container.</summary>
    public string? Table { get; }

    /// <summary>Errors in the settings, a sentence each. There are none when neither grain state nor checkpoints use Azure.</summary>
    public static IReadOnlyList<string> Errors(IConfiguration configuration)
    {
        var errors = new List<string>();
        var checkpoints = configuration["Orchestrator:Checkpoints:Container"];
        if (configuration["Orchestrator:GrainState"] == "azure" || !string.IsNullOrEmpty(checkpoints))
        {
            _ = Read(configuration, errors);
        }

        if (!string.IsNullOrEmpty(checkpoints) && !ContainerName().IsMatch(checkpoints))
        {
            errors.Add(
                "Orchestrator:Checkpoints:Container must be 3 to 63 lower case letters, digits and single hyphens, "
                + $"but is '{checkpoints}'");
        }

        return errors;
    }

    /// <summary>Reads the settings. Throws <see cref="StorageUnavailableException"/> with all errors.</summary>
    public static AzureGrainStateSettings Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        return Read(configuration, errors) ?? throw new StorageUnavailableException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>The one client for blobs: it is safe to share and holds the connections.</summary>
    internal BlobServiceClient Blobs() => _blobs.Value;

    /// <summary>The one client for tables.</summary>
    internal TableServiceClient Tables() => _tables.Value;

    private static AzureGrainStateSettings? Read(IConfiguration configuration, List<string> errors)
    {
        var section = configuration.GetSection(Section);
        var container = section["Container"] ?? "grainstate";
        if (container.Length is < 3 or > 63 || !ContainerName().IsMatch(container))
        {
            errors.Add($"{Section}:Container must be 3 to 63 lower case letters, digits and single hyphens, but is '{container}'");
        }

        var table = section["Table"] is { Length: > 0 } named ? named : null;
        if (table is not null && !TableName().IsMatch(table))
        {
            errors.Add($"{Section}:Table must be 3 to 63 letters and digits and begin with a letter, but is '{table}'");
        }

        if (table is not null && section["Container"] is not null)
        {
            errors.Add($"{Section}:Container and {Section}:Table exclude each other: grain state is in blobs or in a table");
        }

        // A connection string may have the endpoint of one service only.
        var needsBlobs = table is null || configuration["Orchestrator:Checkpoints:Container"] is { Length: > 0 };
        var (blobs, tables) = (section["ConnectionString"], section["ServiceUri"]) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => Wrong(
                "ConnectionString and ServiceUri exclude each other: "
                + "the first brings its credentials, the second uses the identity of this process",
                errors),
            ({ Length: > 0 } connection, _) => ByConnectionString(connection, needsBlobs, table is not null, errors),
            (_, { Length: > 0 } uri) => ByIdentity(uri, needsBlobs, table is not null, errors),
            _ => Wrong(
                "ConnectionString or ServiceUri is needed, because Orchestrator:GrainState is azure "
                + "or Orchestrator:Checkpoints:Container is set",
                errors),
        };
        return errors.Count == 0 ? new(container, table, blobs, tables) : null;
    }

    private static (Func<BlobServiceClient>? Blobs, Func<TableServiceClient>? Tables) ByConnectionString(
        string connection, bool needsBlobs, bool needsTables, List<string> errors)
    {
        try
        {
            var blobs = needsBlobs ? new BlobServiceClient(connection, Patient(new BlobClientOptions())) : null;
            var tables = needsTables ? new TableServiceClient(connection, Patient(new TableClientOptions())) : null;
            return (blobs is null ? null : () => blobs, tables is null ? null : () => tables);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // Not the text itself: it may hold a key.
            return Wrong($"ConnectionString is no connection string of a storage account: {e.Message}", errors);
        }
    }

    private static (Func<BlobServiceClient>? Blobs, Func<TableServiceClient>? Tables) ByIdentity(
        string text, bool needsBlobs, bool needsTables, List<string> errors)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.Query.Length > 0)
        {
            return Wrong(
                "ServiceUri must be like https://account.blob.core.windows.net, without a query, "
                + $"but is '{uri?.GetLeftPart(UriPartial.Path) ?? text}'", errors);
        }

        if (needsTables && !uri.Host.Contains(BlobHost, StringComparison.Ordinal))
        {
            return Wrong(
                "ServiceUri must be like https://account.blob.core.windows.net, because the address of the table is made from it, "
                + $"but is '{uri.GetLeftPart(UriPartial.Path)}'; a ConnectionString may name any address", errors);
        }

        var credential = new DefaultAzureCredential();
        var table = new UriBuilder(uri) { Host = uri.Host.Replace(BlobHost, ".table.", StringComparison.Ordinal) }.Uri;
        return (
            needsBlobs ? () => new BlobServiceClient(uri, credential, Patient(new BlobClientOptions())) : null,
            needsTables ? () => new TableServiceClient(table, credential, Patient(new TableClientOptions())) : null);
    }

    private static (Func<BlobServiceClient>? Blobs, Func<TableServiceClient>? Tables) Wrong(string error, List<string> errors)
    {
        errors.Add($"{Section}:{error}");
        return default;
    }

    // A grain waits for its state, so an attempt that hangs must end before its callers give up.
    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        return options;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex ContainerName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex TableName();
}
