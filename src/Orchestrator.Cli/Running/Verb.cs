using System.CommandLine;

namespace Orchestrator.Cli.Running;

/// <summary>A command with a description and examples, as its help shows them.</summary>
internal sealed class Verb : Command
{
    /// <param name="name">Name.</param>
    /// <param name="description">One line; its first sentence is the line of the parent's help.</param>
    /// <param name="examples">Whole command lines, each with a comment behind <c> # </c>.</param>
    public Verb(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    public IReadOnlyList<string> Examples { get; }

    /// <summary>Sets the work of the command.</summary>
    /// <param name="run">Returns the exit code; fails by an exception.</param>
    public Verb Does(Func<Invocation, CancellationToken, Task<ExitCode>> run)
    {
        SetAction((parsed, stop) => Runs.Run(parsed, run, stop));
        return this;
    }

    /// <summary>Sets the work of a command that needs no waiting.</summary>
    public Verb Does(Func<Invocation, ExitCode> run) => Does((invocation, _) => Task.FromResult(run(invocation)));

    /// <summary>Adds options and arguments, in the order of the help.</summary>
    public Verb With(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
                case Command command:
                    Add(command);
                    break;
                default:
                    throw new ArgumentException($"{symbol.Name} is neither an option, nor an argument, nor a command.", nameof(symbols));
            }
        }

        return this;
    }
}
