using System.CommandLine;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Running;

/// <summary>The question before a step forward. A step back never asks.</summary>
internal static class Confirmation
{
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Go on without asking" };

    /// <summary>Says what will happen, and asks. Ends the run when the answer is no, or when there is no terminal to answer at.</summary>
    public static void Ask(Invocation invocation, string sentence, bool yes)
    {
        invocation.Say(Plain.Line(sentence));
        if (yes)
        {
            return;
        }

        if (!invocation.Terminal.InIsTerminal)
        {
            throw Failure.Invalid("This goes forward, and there is no terminal to ask at. Add --yes.");
        }

        invocation.Terminal.Error.Write("Go on? [y/N] ");
        if (invocation.Terminal.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new Failure(ExitCode.Refused, "Nothing was done.");
        }
    }
}
