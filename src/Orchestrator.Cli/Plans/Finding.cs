using Orchestrator.Domain.Documents;

namespace Orchestrator.Cli.Plans;

/// <summary>An error or a warning at its place in a file.</summary>
/// <param name="File">File as typed.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Path">Path of the value; empty for the text itself.</param>
/// <param name="IsError">False for a warning.</param>
/// <param name="Message">A sentence with the value and the rule.</param>
internal sealed record Finding(string File, int Line, int Column, string Path, bool IsError, string Message)
{
    public static Finding Of(PlanInput input, InputError error, bool isError = true)
    {
        var (line, column) = input.Source.Place(error);
        return new Finding(input.Name, line, column, error.Path, isError, error.Message);
    }

    public string Severity => IsError ? "error" : "warning";

    /// <summary>The path and the message, as people read them.</summary>
    public string Told => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
