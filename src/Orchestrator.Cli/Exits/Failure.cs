namespace Orchestrator.Cli.Exits;

/// <summary>The end of a run with a message on stderr and an exit code.</summary>
/// <param name="code">Exit code.</param>
/// <param name="message">One sentence.</param>
/// <param name="errors">Each error of the input, as <c>path: rule</c>.</param>
internal sealed class Failure(ExitCode code, string message, IReadOnlyList<string>? errors = null) : Exception(message)
{
    public ExitCode Code => code;

    public IReadOnlyList<string> Errors => errors ?? [];

    public static Failure Invalid(string message, IReadOnlyList<string>? errors = null) => new(ExitCode.Invalid, message, errors);
}
