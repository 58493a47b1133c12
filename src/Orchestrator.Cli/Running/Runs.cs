using System.CommandLine;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Running;

/// <summary>Runs a command: every failure becomes a message on stderr and an exit code.</summary>
internal static class Runs
{
    /// <summary>The terminal of the run.</summary>
    public static Terminal Terminal
    {
        get => Terminal.Current;
        set => Terminal.Current = value;
    }

    public static async Task<int> Run(ParseResult parsed, Func<Invocation, CancellationToken, Task<ExitCode>> run, CancellationToken stop)
    {
        var terminal = Terminal;
        try
        {
            using var invocation = new Invocation(parsed, terminal);
            return (int)await run(invocation, stop);
        }
        catch (Failure failure)
        {
            return Tell(terminal, failure.Code, failure.Message, failure.Errors);
        }
        catch (OrchestratorApiException problem)
        {
            return Tell(
                terminal, Code(problem), problem.Code is { Length: > 0 } code ? $"{problem.Message} ({code})" : problem.Message,
                [.. problem.Errors.Select(error => $"{error.Path}: {error.Message}")]);
        }
        catch (OrchestratorUnreachableException unreachable)
        {
            return Tell(terminal, ExitCode.Unreachable, unreachable.Message, []);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Tell(terminal, ExitCode.Interrupted, "Interrupted.", []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Tell(terminal, ExitCode.Failed, error.Message, []);
        }
    }

    /// <summary>The exit code of a problem of the API.</summary>
    public static ExitCode Code(OrchestratorApiException problem) => problem.Status switch
    {
        401 or 403 => ExitCode.NotAllowed,
        404 => ExitCode.NotFound,
        409 or 412 => ExitCode.Refused,
        400 or 413 or 415 or 422 => ExitCode.Invalid,
        408 or 429 or >= 500 => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };

    private static int Tell(Terminal terminal, ExitCode code, string message, IReadOnlyList<string> errors)
    {
        terminal.Error.WriteLine(Plain.Line(message));
        foreach (var error in errors)
        {
            terminal.Error.WriteLine("  " + Plain.Line(error));
        }

        return (int)code;
    }
}
