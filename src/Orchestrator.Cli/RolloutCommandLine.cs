using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Servers;

namespace Orchestrator.Cli;

/// <summary>The command <c>rollout</c>: all its verbs, their help, and a run of it.</summary>
internal static class RolloutCommandLine
{
    private const string Description = "Progressive rollouts from the terminal and the pipeline.";

    /// <summary>Runs a command line.</summary>
    /// <param name="args">Words after <c>rollout</c>.</param>
    /// <param name="terminal">Streams.</param>
    /// <param name="stop">Interrupts the run.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(IReadOnlyList<string> args, Terminal terminal, CancellationToken stop = default)
    {
        Runs.Terminal = terminal;
        // A word with @ is text, such as a reason that begins with a name, and no file with more words.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var wrong = parsed.Action as ParseErrorAction;
        if (wrong is not null)
        {
            // The message is what counts; a verb with verbs below it shows those.
            wrong.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
        }

        var invocation = new InvocationConfiguration
        {
            // Stdout has results only.
            Output = wrong is null ? terminal.Out : terminal.Error,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        var code = await parsed.InvokeAsync(invocation, stop);
        return parsed.Errors.Count > 0 && code == 1 ? (int)ExitCode.Invalid : code;
    }

    /// <summary>The whole tree of commands.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand(Description);
        GlobalOptions.AddTo(root);
        foreach (var command in Commands.All.Verbs())
        {
            root.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ExampleHelp((HelpAction)help.Action!);
        }

        return root;
    }

    /// <summary>The help of System.CommandLine, with the examples of a verb at its end.</summary>
    private sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
            {
                var o = parseResult.InvocationConfiguration.Output;
                o.WriteLine("Examples:");
                foreach (var example in verb.Examples)
                {
                    o.WriteLine("  " + example);
                }

                o.WriteLine();
            }

            return code;
        }
    }
}
