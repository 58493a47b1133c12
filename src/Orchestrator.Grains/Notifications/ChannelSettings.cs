using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Notifications;

/// <summary>Settings of channels outside of the plan: secrets, and the SMTP server. Never from a plan, which every reader sees.</summary>
public sealed class ChannelSettings(IConfiguration configuration)
{
    public const string Section = "Orchestrator:Channels";
    public const string PublicUrl = "Orchestrator:PublicUrl";
    private const string Smtp = "Orchestrator:Smtp";
    private static readonly string[] Securities = ["none", "starttls", "tls"];

    /// <summary>Known settings of the SMTP server, for validation.</summary>
    public static readonly string[] SmtpKeys = ["Smtp:Host", "Smtp:Port", "Smtp:User", "Smtp:Password", "Smtp:From", "Smtp:Security"];

    /// <summary>The SMTP server; null when none is set.</summary>
    public SmtpServer? Server { get; } = configuration[$"{Smtp}:Host"] is { Length: > 0 } host
        ? new SmtpServer(
            host, int.Parse(configuration[$"{Smtp}:Port"] ?? "587", CultureInfo.InvariantCulture), configuration[$"{Smtp}:Security"] ?? "starttls",
            configuration[$"{Smtp}:User"], configuration[$"{Smtp}:Password"] ?? "", configuration[$"{Smtp}:From"]!)
        : null;

    /// <summary>Keys that sign the notifications of the channel; several during a rotation. Empty signs nothing.</summary>
    public IReadOnlyList<byte[]> Keys(string channel) =>
        [.. (configuration[$"{Section}:{channel}:Secret"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Signature.Key)];

    /// <summary>PagerDuty's routing key of the service that a channel pages: the first secret; null when none is set.</summary>
    public string? RoutingKey(string channel) =>
        (configuration[$"{Section}:{channel}:Secret"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();

    /// <summary>The link as an absolute address; null while the public address of the orchestrator is not configured.</summary>
    public string? Absolute(string link) => configuration[PublicUrl] is { Length: > 0 } at ? at.TrimEnd('/') + link : null;

    /// <summary>The link as an absolute address where that is configured, else as a path.</summary>
    public string Link(string link) => Absolute(link) ?? link;

    /// <summary>Address of a channel whose address is a secret.</summary>
    public string? Target(string channel) => configuration[$"{Section}:{channel}:Target"] is { Length: > 0 } target ? target : null;

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        foreach (var channel in configuration.GetSection(Section).GetChildren())
        {
            foreach (var odd in channel.GetChildren()
                .Where(c => !c.Key.Equals("Secret", StringComparison.OrdinalIgnoreCase) && !c.Key.Equals("Target", StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{Section}:{channel.Key}:{odd.Key} is not a known setting; a channel has Secret and Target";
            }

            if ((channel["Secret"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(secret => !Signature.IsKey(secret)))
            {
                yield return $"{Section}:{channel.Key}:Secret must be whsec_ with base64 of 24 to 64 bytes, or a text of 24 characters and more";
            }

            if (channel["Target"] is { Length: > 0 } target && !Uri.TryCreate(target, UriKind.Absolute, out _)
                && !target.Contains('@', StringComparison.Ordinal))
            {
                yield return $"{Section}:{channel.Key}:Target must be an http or https address, or one of e-mail";
            }
        }

        if (configuration[PublicUrl] is { Length: > 0 } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
                && address is { Query: "", Fragment: "", UserInfo: "" }))
        {
            yield return $"{PublicUrl} must be an http or https address without user, query and fragment, such as https://rollouts.example.com, but is '{url}'";
        }

        if (configuration[$"{Smtp}:Port"] is { } port
            && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535))
        {
            yield return $"{Smtp}:Port must be a port from 1 to 65535, but is '{port}'";
        }

        if (configuration[$"{Smtp}:Security"] is { } security && !Securities.Contains(security, StringComparer.Ordinal))
        {
            yield return $"{Smtp}:Security must be {string.Join(" or ", Securities)}, but is '{security}'";
        }

        if (configuration[$"{Smtp}:Host"] is { Length: > 0 } && string.IsNullOrEmpty(configuration[$"{Smtp}:From"]))
        {
            yield return $"{Smtp}:From must be the sender address of e-mail";
        }
    }
}

/// <summary>SMTP server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="Security">none, starttls or tls.</param>
/// <param name="User">User name; null sends without authentication.</param>
/// <param name="Password">Password of the user.</param>
/// <param name="From">Sender address.</param>
public sealed record SmtpServer(string Host, int Port, string Security, string? User, string Password, string From);
