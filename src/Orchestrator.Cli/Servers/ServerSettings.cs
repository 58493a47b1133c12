using System.CommandLine;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>Servers to ask, in order, and the credentials for them.</summary>
/// <param name="Addresses">Addresses; at least one.</param>
/// <param name="Credential">API key or token; null when none is known.</param>
/// <param name="Environment">Default environment of the context; null for none.</param>
/// <param name="Context">Name of the context that gave something; null for none.</param>
internal sealed record ServerSettings(
    IReadOnlyList<Uri> Addresses, Func<CancellationToken, ValueTask<string?>> Credential, string? Environment, string? Context)
{
    /// <summary>Address of a silo that runs here with its defaults.</summary>
    private const string Here = "http://127.0.0.1:5080";

    private const int MostServers = 20;
    private const int LongestKeyFile = 4096;
    private const int LongestContext = 63;

    /// <summary>Reads options, then the environment, then the context.</summary>
    /// <param name="parsed">Command line.</param>
    /// <param name="terminal">Environment and file.</param>
    /// <param name="refresh">False keeps a token that is over as it is: a call that may be cut off must not use a refresh token up.</param>
    public static ServerSettings Of(ParseResult parsed, Terminal terminal, bool refresh = true)
    {
        var file = ConfigFile.Read(terminal);
        var chosen = parsed.GetValue(GlobalOptions.Context) ?? NonEmpty(terminal.Variable("ROLLOUT_CONTEXT"));
        if (chosen is not null && !file.Contexts.ContainsKey(chosen))
        {
            throw Failure.Invalid($"No context is named \"{chosen}\" in {ConfigFile.PathOf(terminal)}. There are: {Names(file)}.");
        }

        var name = chosen ?? file.Current;
        var context = name is null ? null : file.Contexts.GetValueOrDefault(name);
        var texts = Given(parsed, terminal) is { Length: > 0 } given ? given
            : context?.Servers is { Count: > 0 } known ? [.. known]
            : [Here];
        var addresses = Addressed(texts);
        var trusted = IsFor(context, addresses) ? context : null;
        return new ServerSettings(addresses, CredentialOf(parsed, terminal, name, trusted, refresh), context?.Environment, name);
    }

    /// <summary>Name of the context that a command is about: the option, the variable, the current one; null for none.</summary>
    public static string? ContextOf(ParseResult parsed, Terminal terminal, ConfigFile file) =>
        parsed.GetValue(GlobalOptions.Context) ?? NonEmpty(terminal.Variable("ROLLOUT_CONTEXT")) ?? file.Current;

    /// <summary>Addresses of options or of the environment; none when neither names one.</summary>
    public static string[] Given(ParseResult parsed, Terminal terminal) =>
        parsed.GetValue(GlobalOptions.Server) is { Length: > 0 } given ? given
        : NonEmpty(terminal.Variable("ROLLOUT_SERVER")) is { } variable
            ? variable.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>The name, when it can be one of a context: it stands in command lines and messages.</summary>
    public static string Named(string name) =>
        name.Length is > 0 and <= LongestContext && name[0] != '-'
            && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.')
            ? name
            : throw Failure.Invalid($"A context is named \"{Plain.Line(name)}\"; it must be 1 to {LongestContext} of letters, digits, -, _ and ., and not begin with -.");

    /// <summary>A client for these servers.</summary>
    /// <param name="timeout">Longest time of one request to one server; null for the usual one.</param>
    public ApiClient Client(TimeSpan? timeout = null)
    {
        var options = new ApiClientOptions { Servers = Addresses, Credential = Credential, UserAgent = "rollout" };
        return new ApiClient(timeout is { } bound ? options with { Timeout = bound } : options);
    }

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

    /// <summary>
    /// True when all addresses are the context's own. Its credentials go nowhere else: a forgotten variable must not send the key of one
    /// server to another.
    /// </summary>
    private static bool IsFor(ConfigFile.Context? context, IReadOnlyList<Uri> addresses)
    {
        var own = (context?.Servers ?? []).Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null).ToList();
        return addresses.All(own.Contains);
    }

    private static Func<CancellationToken, ValueTask<string?>> CredentialOf(
        ParseResult parsed, Terminal terminal, string? name, ConfigFile.Context? context, bool refresh)
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

        return context?.Token is null ? _ => ValueTask.FromResult(context?.Key) : stop => DeviceLogin.Token(terminal, name!, stop, refresh);
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

    private static string Names(ConfigFile file) => file.Contexts.Count == 0 ? "none" : string.Join(", ", file.Contexts.Keys);

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
