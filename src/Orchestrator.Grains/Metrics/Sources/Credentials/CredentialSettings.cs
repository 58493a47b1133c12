using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Metrics.Sources.Credentials;

/// <summary>Credentials for sources by name, under <c>Orchestrator:Credentials:{name}</c>. Read once, at the start.</summary>
public sealed class CredentialSettings
{
    public const string Section = "Orchestrator:Credentials";

    private readonly Dictionary<string, SourceCredentials> _known;

    public CredentialSettings(IConfiguration configuration) => _known = configuration.GetSection(Section).GetChildren()
        .ToDictionary(one => one.Key, one => new SourceCredentials(one), StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything wrong with the settings. No sentence holds a value that could be a secret.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) =>
        configuration.GetSection(Section).GetChildren().SelectMany(CredentialCheck.Errors);

    /// <summary>Those of a name; null when the configuration has none.</summary>
    internal SourceCredentials? Find(string name) => _known.GetValueOrDefault(name);

    /// <summary>Why a plan cannot use them with an address; null when it can.</summary>
    internal string? Refusal(string name, Uri address) => Find(name) is not { } credentials
        ? $"the configuration has no credentials '{name}' ({Section}:{name})"
        : credentials.MeantFor(address) ? null
        : $"the credentials '{name}' are not meant for {address.Host}:{address.Port}; {Section}:{name}:Hosts names their hosts";
}
