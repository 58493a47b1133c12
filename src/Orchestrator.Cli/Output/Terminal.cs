using System.Text;
using Spectre.Console;

namespace Orchestrator.Cli.Output;

/// <summary>Standard streams of a run, and what they can show.</summary>
internal sealed class Terminal
{
    /// <summary>Columns where the output is no terminal.</summary>
    private const int PipeWidth = 120;

    private const int SmallestWidth = 40;

    private static readonly AsyncLocal<Terminal?> Running = new();

    /// <summary>The terminal of the run; that of the process where no test gave one.</summary>
    public static Terminal Current
    {
        get => Running.Value ??= OfProcess();
        set => Running.Value = value;
    }

    public required TextReader In { get; init; }

    /// <summary>Results, and nothing else: a script reads it.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages, questions and problems.</summary>
    public required TextWriter Error { get; init; }

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>True where colours are wanted and can be shown.</summary>
    public bool Colour { get; init; }

    /// <summary>True where the output can show more than ASCII.</summary>
    public bool Unicode { get; init; }

    /// <summary>Size in columns and rows, read each time: a window changes.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (PipeWidth, int.MaxValue);

    /// <summary>Clock of waits and of ends of tokens.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        Func<string, string?> variable = Environment.GetEnvironmentVariable;
        var utf8 = Utf8(variable);
        if (utf8)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        var shows = !Console.IsOutputRedirected && variable("TERM") is not "dumb";
        return new Terminal
        {
            In = Console.In,
            Out = Console.Out,
            Error = Console.Error,
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = shows,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Colour = shows && string.IsNullOrEmpty(variable("NO_COLOR")),
            Unicode = utf8,
            Size = () => shows
                ? (Math.Max(SmallestWidth, Console.WindowWidth), Math.Max(2, Console.WindowHeight)) : (PipeWidth, int.MaxValue),
            Variable = variable,
        };
    }

    /// <summary>A console of Spectre that writes into <paramref name="writer"/>, as wide as this terminal.</summary>
    public IAnsiConsole ConsoleFor(TextWriter writer, int? width = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width ?? Size().Width;
        console.Profile.Capabilities.Unicode = Unicode;
        return console;
    }

    private static bool Utf8(Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var locale = new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }
}
