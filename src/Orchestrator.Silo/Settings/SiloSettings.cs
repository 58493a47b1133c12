using System.Globalization;
using Npgsql;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Oidc;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Integrity;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Notifications;
using Orchestrator.Storage.Azure;

namespace Orchestrator.Silo.Settings;

/// <summary>Settings of the process, read and validated.</summary>
/// <param name="Data">Folder of the embedded store and of a node's own files, absolute.</param>
/// <param name="Postgres">Connection string of the cluster's store; null for the embedded one.</param>
/// <param name="AzureState">True when grain state is in Azure (blobs or a table) and not beside the events.</param>
/// <param name="Evaluation">True when this node only answers evaluations and is not a member of the cluster.</param>
/// <param name="Place">Its settings in the cluster.</param>
/// <param name="Lease">Time for which a node's table counts as fresh.</param>
/// <param name="Speed">Orchestrator seconds in a real second.</param>
/// <param name="Connections">Limits of the process's connections.</param>
/// <param name="MetricsPublic">True when <c>/metrics</c> needs no key on loopback.</param>
/// <param name="Edge">Proxies between clients and the process.</param>
/// <param name="NodeName">Name of the node; null for that of the machine.</param>
internal sealed record SiloSettings(
    string Data, string? Postgres, bool AzureState, bool Evaluation, ClusterPlace Place, TimeSpan Lease, double Speed,
    ConnectionLimits Connections, bool MetricsPublic,
    EdgeSettings Edge, string? NodeName)
{
    private const string Section = "Orchestrator";
    private const int LongestNodeName = 40;
    private static readonly string[] Known =
        ["Data", "Storage", "GrainState", "Role", .. ClusterPlace.Keys, "Lease", "Clock:Speed", "Auth", "Egress:Allow",
         "Metrics:Public", "PublicUrl", "NodeName", EdgeSettings.KnownProxiesKey, ConnectionLimits.Key, .. AzureGrainStateSettings.Keys, .. OfrepSettings.Keys,
         .. CheckpointSettings.Keys, .. IntegritySettings.Keys, .. SignalSettings.Keys, .. BackupSettings.Keys, .. ChannelSettings.SmtpKeys,
         .. SessionSettings.Keys];

    /// <summary>Sections whose setting names are defined elsewhere.</summary>
    private static readonly string[] Open = ["Auth:", "Egress:Allow:", "Channels:", "Credentials:"];

    /// <summary>Reads all of it. Throws <see cref="SettingsException"/> with every error at once.</summary>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var section = configuration.GetSection(Section);
        CheckKeys(section, errors);
        var postgres = OneOf(section, "Storage", "embedded", "postgres", errors);
        var azure = OneOf(section, "GrainState", "store", "azure", errors);
        var evaluation = OneOf(section, "Role", "silo", "evaluation", errors);
        if (evaluation && !postgres)
        {
            errors.Add($"{Section}:Role is 'evaluation', but {Section}:Storage is 'embedded': one process owns the embedded store, so an evaluation node cannot follow its log; use 'postgres'");
        }

        var files = ConnectionLimits.FilesOfProcess();
        errors.AddRange(ConnectionLimits.Errors(configuration, files));
        var settings = new SiloSettings(
            ReadData(section, errors),
            postgres ? ReadConnection(configuration, errors) : null,
            azure,
            evaluation,
            ClusterPlace.Read(section, postgres, errors),
            ReadLease(section, errors),
            ReadSpeed(section, errors),
            ConnectionLimits.Read(configuration, files),
            ReadMetricsPublic(section, errors),
            EdgeSettings.Read(section, errors),
            ReadNodeName(section, errors));
        errors.AddRange(ChosenKeys.Errors(configuration));
        errors.AddRange(OidcSettings.Errors(configuration));
        errors.AddRange(AzureGrainStateSettings.Errors(configuration));
        errors.AddRange(EgressList.Errors(configuration));
        errors.AddRange(CheckpointSettings.Errors(configuration));
        errors.AddRange(IntegritySettings.Errors(configuration));
        errors.AddRange(SignalSettings.Errors(configuration));
        errors.AddRange(BackupSettings.Errors(configuration));
        errors.AddRange(OfrepSettings.Errors(configuration));
        errors.AddRange(SessionSettings.Errors(configuration));
        errors.AddRange(ChannelSettings.Errors(configuration));
        errors.AddRange(CredentialSettings.Errors(configuration));
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    private static void CheckKeys(IConfigurationSection section, List<string> errors)
    {
        foreach (var (path, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !Known.Contains(path, StringComparer.OrdinalIgnoreCase)
                && !Open.Any(open => path.StartsWith(open, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add($"{Section}:{path} is not a known setting{Nearest.Hint(path, Known)}");
            }
        }
    }

    /// <summary>True for the second of two values.</summary>
    private static bool OneOf(IConfigurationSection section, string key, string usual, string other, List<string> errors)
    {
        var value = section[key] ?? usual;
        if (value != usual && value != other)
        {
            errors.Add($"{Section}:{key} must be {usual} or {other}, but is '{value}'{Nearest.Hint(value, [usual, other])}");
        }

        return value == other;
    }

    private static string ReadConnection(IConfiguration configuration, List<string> errors)
    {
        const string Key = "ConnectionStrings:Orchestrator";
        var value = configuration.GetConnectionString(Section);
        if (string.IsNullOrWhiteSpace(value))
        {
            errors.Add($"{Key} is needed where {Section}:Storage is 'postgres', such as Host=localhost;Database=orchestrator;Username=orchestrator;Password=...");
            return "";
        }

        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(value).Host))
            {
                errors.Add($"{Key} names no Host");
            }
        }
        catch (ArgumentException e)
        {
            // Its message names the keyword, never a value.
            errors.Add($"{Key} cannot be read: {e.Message}");
        }

        return value;
    }

    private static string ReadData(IConfigurationSection section, List<string> errors)
    {
        var value = section["Data"] ?? "data";
        try
        {
            var path = Path.GetFullPath(value);
            if (File.Exists(path))
            {
                errors.Add($"{Section}:Data must be a folder, but '{path}' is a file");
            }
            else
            {
                PrivateFiles.MakeFolder(path);
            }

            return path;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException or NotSupportedException)
        {
            errors.Add($"{Section}:Data must be a folder that can be written, but '{value}' is not: {e.Message}");
            return value;
        }
    }

    private static TimeSpan ReadLease(IConfigurationSection section, List<string> errors)
    {
        var value = section["Lease"] ?? "10s";
        if (!Durations.TryParse(value, out var lease) || lease < TimeSpan.FromSeconds(2) || lease > TimeSpan.FromSeconds(60))
        {
            errors.Add($"{Section}:Lease must be a duration from 2s to 60s, but is '{value}'");
        }

        return lease;
    }

    private static string? ReadNodeName(IConfigurationSection section, List<string> errors)
    {
        var name = section["NodeName"];
        if (name is not null
            && !(name.Length is >= 1 and <= LongestNodeName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            errors.Add($"{Section}:NodeName must be 1 to {LongestNodeName} letters, digits, '-' and '_', but is '{name}'");
        }

        return name;
    }

    private static bool ReadMetricsPublic(IConfigurationSection section, List<string> errors)
    {
        var value = section["Metrics:Public"] ?? "false";
        if (!bool.TryParse(value, out var open))
        {
            errors.Add($"{Section}:Metrics:Public must be true or false, but is '{value}'");
        }

        return open;
    }

    private static double ReadSpeed(IConfigurationSection section, List<string> errors)
    {
        var value = section["Clock:Speed"] ?? "1";
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed)
            || speed is < 0.001 or > 1_000_000)
        {
            errors.Add($"{Section}:Clock:Speed must be a number from 0.001 to 1000000, but is '{value}'");
        }

        return speed;
    }
}

/// <summary>Invalid settings; every error at once.</summary>
internal sealed class SettingsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}
