using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Metrics.Sources.Credentials;

/// <summary>Credentials for sources by name, under <c>Orchestrator:Credentials:{name}</c>. Read once, at the start.</summary>
public sealed class CredentialSettings
{
    public const string Section = "Orchestrator:Credentials";

    private readonly Dictionary<string, SourceCredentials> _known;

    public CredentialSettings(IConfiguration configuration) => _known = configuration.GetSection(Section).GetChildren()
        .ToDictionary(one => one.Key, one => new SourceCredentials(one), StringComparer.OrdinalIgnoreCase);

    /// <summary>Errors of the settings. No sentence contains a value that could be a secret.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) =>
        configuration.GetSection(Section).GetChildren().SelectMany(CredentialCheck.Errors);

    /// <summary>Credentials by name; null when the configuration has none.</summary>
    internal SourceCredentials? Find(string name) => _known.GetValueOrDefault(name);

    /// <summary>Reason why a plan cannot use them with an address; null when it can.</summary>
    internal string? Refusal(string name, Uri address) => Find(name) is not { } credentials
        ? $"the configuration has no credentials '{name}' ({Section}:{name})"
        : credentials.MeantFor(address) ? null
        : $"the credentials '{name}' are not allowed for {address.Host}:{address.Port}; {Section}:{name}:Hosts lists the allowed hosts";
}
