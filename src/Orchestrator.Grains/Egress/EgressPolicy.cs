using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// Which hosts this process may call. Addresses come from plans, and whoever may write a plan must not thereby be able to knock at
/// everything that this machine can reach. Loopback is always allowed.
/// </summary>
public sealed class EgressPolicy
{
    /// <summary>The setting: hosts (<c>hooks.example.com</c>), whole domains (<c>*.example.com</c>), or <c>*</c> for all.</summary>
    public const string Setting = "Orchestrator:Egress:Allow";

    private readonly string[] _allowed;

    public EgressPolicy(params IEnumerable<string> allowed) => _allowed = [.. allowed];

    public static EgressPolicy Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        return new EgressPolicy(section.GetChildren().Select(child => child.Value).Append(section.Value).OfType<string>()
            .SelectMany(value => value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)));
    }

    public bool Allows(Uri address) =>
        address.IsLoopback || _allowed.Any(pattern => Matches(pattern, address.IdnHost));

    /// <summary>Why it may not be called, for people; null when it may.</summary>
    public string? Refusal(Uri address) => address.Scheme is not ("http" or "https") ? $"{address.Scheme} is no scheme that is called"
        : Allows(address) ? null
        : $"the host {address.IdnHost} is not in {Setting}";

    private static bool Matches(string pattern, string host) =>
        pattern == "*"
        || string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));
}
