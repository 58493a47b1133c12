using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Api.Ofrep;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Silo;

/// <summary>What the process was told, read and checked.</summary>
/// <param name="Data">Folder of the embedded store, absolute.</param>
/// <param name="ClusterId">Name of the cluster.</param>
/// <param name="SiloPort">Null picks a free one.</param>
/// <param name="GatewayPort">Null opens none: nobody outside of the process calls grains.</param>
/// <param name="Lease">How long what a node knows counts as fresh.</param>
/// <param name="Speed">Orchestrator seconds in a real second.</param>
/// <param name="MetricsPublic">Whether <c>/metrics</c> needs no key on loopback.</param>
internal sealed record SiloSettings(
    string Data, string ClusterId, int? SiloPort, int? GatewayPort, TimeSpan Lease, double Speed, bool MetricsPublic)
{
    private const string Section = "Orchestrator";
    private static readonly string[] Known =
        ["Data", "Storage", "GrainState", "Role", "Cluster:Id", "Cluster:SiloPort", "Cluster:GatewayPort", "Lease", "Clock:Speed", "Auth", "Egress:Allow",
         "Metrics:Public", .. OfrepSettings.Keys, .. CheckpointSettings.Keys, .. ChannelSettings.SmtpKeys];

    /// <summary>Sections whose members others name.</summary>
    private static readonly string[] Open = ["Auth:", "Egress:Allow:", "Channels:"];

    /// <summary>Reads all of it. Throws <see cref="SettingsException"/> with every error at once.</summary>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var section = configuration.GetSection(Section);
        CheckKeys(section, errors);
        OneOf(section, "Storage", "embedded", ["embedded", "postgres"], ["embedded"], errors);
        OneOf(section, "GrainState", "store", ["store", "azure"], ["store"], errors);
        OneOf(section, "Role", "silo", ["silo", "evaluation"], ["silo"], errors);
        var settings = new SiloSettings(
            ReadData(section, errors),
            section["Cluster:Id"] is { Length: > 0 } id ? id : "orchestrator",
            Port(section, "Cluster:SiloPort", errors),
            Port(section, "Cluster:GatewayPort", errors),
            ReadLease(section, errors),
            ReadSpeed(section, errors),
            ReadMetricsPublic(section, errors));
        errors.AddRange(FirstKeys.Errors(configuration));
        errors.AddRange(EgressList.Errors(configuration));
        errors.AddRange(CheckpointSettings.Errors(configuration));
        errors.AddRange(OfrepSettings.Errors(configuration));
        errors.AddRange(ChannelSettings.Errors(configuration));
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    private static void CheckKeys(IConfigurationSection section, List<string> errors)
    {
        foreach (var (path, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !Known.Contains(path, StringComparer.OrdinalIgnoreCase)
                && !Open.Any(open => path.StartsWith(open, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add($"{Section}:{path} is no setting{Nearest.Hint(path, Known)}");
            }
        }
    }

    private static void OneOf(IConfigurationSection section, string key, string absent, string[] known, string[] built, List<string> errors)
    {
        var value = section[key] ?? absent;
        if (!known.Contains(value, StringComparer.Ordinal))
        {
            errors.Add($"{Section}:{key} must be {string.Join(" or ", known)}, but is '{value}'{Nearest.Hint(value, known)}");
        }
        else if (!built.Contains(value, StringComparer.Ordinal))
        {
            errors.Add($"{Section}:{key} is '{value}', which this build does not have yet; it has {string.Join(", ", built)}");
        }
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
                Directory.CreateDirectory(path);
            }

            return path;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException or NotSupportedException)
        {
            errors.Add($"{Section}:Data must be a folder that can be written, but '{value}' is not: {e.Message}");
            return value;
        }
    }

    private static int? Port(IConfigurationSection section, string key, List<string> errors)
    {
        if (section[key] is not { } value)
        {
            return null;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
        {
            return port;
        }

        errors.Add($"{Section}:{key} must be a port from 1 to 65535, but is '{value}'");
        return null;
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
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) || speed is < 0.001 or > 1_000_000)
        {
            errors.Add($"{Section}:Clock:Speed must be a number from 0.001 to 1000000, but is '{value}'");
        }

        return speed;
    }
}

/// <summary>The settings are wrong; every error at once.</summary>
internal sealed class SettingsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}
