using System.CommandLine;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Servers;

namespace Orchestrator.Cli.Running;

/// <summary>One run of a command: what was typed, the terminal, and the server.</summary>
internal sealed class Invocation(ParseResult parsed, Terminal terminal) : IDisposable
{
    private ApiClient? _api;
    private ServerSettings? _server;

    public Terminal Terminal => terminal;

    public ParseResult Parsed => parsed;

    public Printer Printer { get; } = new(terminal, parsed.GetValue(GlobalOptions.Output) ?? OutputFormat.Table);

    /// <summary>Servers and credentials: options, then the environment, then the context.</summary>
    public ServerSettings Server
    {
        get => _server ??= ServerSettings.Of(parsed, terminal);
        init => _server = value;
    }

    /// <summary>The client; made when first asked for, because many commands need no server.</summary>
    public ApiClient Api => _api ??= Server.Client();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>A message for people, on stderr: stdout has results only.</summary>
    public void Say(string message) => terminal.Error.WriteLine(message);

    public void Dispose() => _api?.Dispose();
}
