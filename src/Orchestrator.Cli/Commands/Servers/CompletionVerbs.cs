using System.CommandLine;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Completion in shells: their scripts, and the verb that the scripts call.</summary>
internal static class CompletionVerbs
{
    public static Command Completion()
    {
        var shell = new Argument<string>("shell") { Description = "Shell: " + string.Join(", ", ShellScripts.Shells) };
        shell.AcceptOnlyFromAmong([.. ShellScripts.Shells]);
        return new Verb(
            "completion", "Write the completion script of a shell: verbs, options, and names from the server",
            "rollout completion bash > ~/.local/share/bash-completion/completions/rollout", "rollout completion zsh > ~/.zfunc/_rollout",
            "rollout completion fish > ~/.config/fish/completions/rollout.fish", "rollout completion pwsh | Out-String | Invoke-Expression")
            .With(shell).Does(invocation =>
            {
                invocation.Terminal.Out.Write(ShellScripts.Of(invocation.Value(shell)));
                return ExitCode.Success;
            });
    }

    /// <summary>Words of the command line, the last one being typed; a line for each way to go on, its description behind a tab.</summary>
    public static Command Complete()
    {
        var words = new Argument<string[]>("words") { Description = "Words behind rollout, the last one being typed", Arity = ArgumentArity.ZeroOrMore };
        var verb = new Verb("__complete", "Complete a command line", "rollout __complete -- get ''").With(words).Does(invocation =>
        {
            foreach (var line in Completer.Complete(invocation.Parsed.RootCommandResult.Command, invocation.Value(words)))
            {
                invocation.Terminal.Out.WriteLine(line);
            }

            return ExitCode.Success;
        });
        verb.Hidden = true;
        return verb;
    }
}
