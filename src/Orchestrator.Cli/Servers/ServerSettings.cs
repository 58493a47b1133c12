using System.CommandLine;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Servers;

/// <summary>Servers to ask, in order, and the credentials for them.</summary>
/// <param name="Addresses">Addresses; at least one.</param>
/// <param name="Credential">API key or token; null when none is known.</param>
/// <param name="Environment">Default environment of the context; null for none.</param>
/// <param name="Context">Name of the context that gave something; null for none.</param>
internal sealed record ServerSettings(IReadOnlyList<Uri> Addresses, Func<CancellationToken, ValueTask<string?>> Credential, string? Environment, string? Context)
{
    /// <summary>Address of a silo that runs here with its defaults.</summary>
    private const string Here = "http://127.0.0.1:5080";

    private const int MostServers = 20;
    private const int LongestKeyFile = 4096;

    /// <summary>Reads options, then the environment, then the context.</summary>
    public static ServerSettings Of(ParseResult parsed, Terminal terminal)
    {
        var file = ConfigFile.Read(terminal);
        var chosen = parsed.GetValue(GlobalOptions.Context) ?? NonEmpty(terminal.Variable("ROLLOUT_CONTEXT"));
        if (chosen is not null && !file.Contexts.ContainsKey(chosen))
        {
            throw Failure.Invalid($"No context is named \"{chosen}\" in {ConfigFile.PathOf(terminal)}. There are: {Names(file)}.");
        }

        var name = chosen ?? file.Current;
        var context = name is null ? null : file.Contexts.GetValueOrDefault(name);
        string[] texts = parsed.GetValue(GlobalOptions.Server) is { Length: > 0 } given ? given
            : NonEmpty(terminal.Variable("ROLLOUT_SERVER")) is { } variable ? variable.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : context?.Servers is { Count: > 0 } known ? [.. known]
            : [Here];
        return new ServerSettings(Addressed(texts), CredentialOf(parsed, terminal, name, context), context?.Environment, name);
    }

    /// <summary>A client for these servers.</summary>
    public ApiClient Client() => new(new ApiClientOptions { Servers = Addresses, Credential = Credential, UserAgent = "rollout" });

    /// <summary>Absolute addresses over HTTP; all that are wrong at once.</summary>
    public static IReadOnlyList<Uri> Addressed(IReadOnlyList<string> texts)
    {
        var wrong = texts.Where(text => !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")).ToArray();
        if (wrong.Length > 0)
        {
            throw Failure.Invalid("A server is no address.", [.. wrong.Select(text => $"{text}: must be http://host:port or https://host")]);
        }

        return texts.Count <= MostServers ? [.. texts.Select(text => new Uri(text))]
            : throw Failure.Invalid($"{texts.Count} servers are named; at most {MostServers} are tried.");
    }

    private static Func<CancellationToken, ValueTask<string?>> CredentialOf(ParseResult parsed, Terminal terminal, string? name, ConfigFile.Context? context)
    {
        if (parsed.GetValue(GlobalOptions.KeyFile) is { } file)
        {
            var key = Key(file);
            return _ => ValueTask.FromResult<string?>(key);
        }

        if (NonEmpty(terminal.Variable("ROLLOUT_API_KEY")) is { } given)
        {
            return _ => ValueTask.FromResult<string?>(given.Trim());
        }

        return context?.Token is null ? _ => ValueTask.FromResult(context?.Key) : stop => DeviceLogin.Token(terminal, name!, stop);
    }

    private static string Key(FileInfo file)
    {
        if (!file.Exists)
        {
            throw Failure.Invalid($"--key-file: {file.FullName} does not exist.");
        }

        return file.Length is > 0 and <= LongestKeyFile ? File.ReadAllText(file.FullName).Trim()
            : throw Failure.Invalid($"--key-file: {file.FullName} has {file.Length} bytes; a key has 1 to {LongestKeyFile}.");
    }

    private static string Names(ConfigFile file) => file.Contexts.Count == 0 ? "none" : string.Join(", ", file.Contexts.Keys.Order(StringComparer.Ordinal));

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
