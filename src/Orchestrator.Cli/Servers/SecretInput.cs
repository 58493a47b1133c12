using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>
/// An API key from standard input. A command line is seen by other users of the machine, and stays in the history of the shell.
/// </summary>
internal static class SecretInput
{
    private const int LongestKey = 4096;

    /// <summary>The first line of stdin; at a terminal typed without being shown.</summary>
    public static string Key(Terminal terminal)
    {
        var key = (terminal.InIsTerminal && !Console.IsInputRedirected ? Typed(terminal) : Line(terminal)).Trim();
        return key.Length == 0 ? throw Failure.Invalid("There is no key on stdin.")
            : key.All(one => one is > ' ' and <= '~') ? key
            : throw Failure.Invalid("The key on stdin has spaces or characters that no key has.");
    }

    private static string Typed(Terminal terminal)
    {
        terminal.Error.Write("API key: ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar >= ' ' && typed.Length <= LongestKey)
            {
                typed.Append(key.KeyChar);
            }
        }

        terminal.Error.WriteLine();
        return Bounded(typed.ToString());
    }

    private static string Line(Terminal terminal)
    {
        var text = new char[LongestKey + 2];
        var line = new string(text, 0, terminal.In.ReadBlock(text, 0, text.Length));
        return Bounded(line.Split('\n', 2)[0]);
    }

    private static string Bounded(string key) =>
        key.Length <= LongestKey + 1 ? key : throw Failure.Invalid($"The key on stdin has more than {LongestKey} characters.");
}
