using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>A real terminal with a program in it: tmux on a socket of its own, which ends with the test.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private readonly string _folder;

    private Tmux(string folder, int width, int height) => (_folder, Width, Height) = (folder, width, height);

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Starts the command <c>rollout</c> in a terminal of a size.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="variables">Environment variables of the command.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<Tmux> Start(int width, int height, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("tmux-").FullName;
        var terminal = new Tmux(folder, width, height);
        var config = Path.Combine(folder, "tmux.conf");
        await File.WriteAllTextAsync(config, "set -g status off\nset -g default-terminal tmux-256color\nset -sg escape-time 0\nset -g exit-empty off\n");
        var script = Path.Combine(folder, "run.sh");
        var set = string.Concat(variables.Select(one => $"export {one.Key}={Quoted(one.Value)}\n"));
        var words = string.Join(' ', args.Prepend(typeof(RolloutCommandLine).Assembly.Location).Select(Quoted));

        // The terminal stays after the command, so that its last words can be read.
        await File.WriteAllTextAsync(script, $"{set}dotnet exec {words} 2> {Quoted(folder)}/stderr\necho \"exit $?\"\nexec cat\n");
        var size = (string[])["-x", Text(width), "-y", Text(height)];
        await terminal.Do(["-f", config, "new-session", "-d", .. size, "bash", script]);
        return terminal;
    }

    /// <summary>Rows on the terminal now.</summary>
    public async Task<string[]> Frame()
    {
        var rows = (await Do("capture-pane", "-p")).Split('\n');
        return rows.Length > Height ? rows[..Height] : [.. rows, .. Enumerable.Repeat("", Height - rows.Length)];
    }

    /// <summary>Rows with the sequences of their colours.</summary>
    public Task<string> Coloured() => Do("capture-pane", "-p", "-e");

    public Task Press(string key) => Do("send-keys", key);

    public async Task Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        await Do("resize-window", "-x", Text(width), "-y", Text(height));
    }

    /// <summary>True while the cursor is shown.</summary>
    public async Task<bool> CursorShown() => (await Do("display-message", "-p", "#{cursor_flag}")).Trim() == "1";

    /// <summary>True while the screen of a program is shown instead of the shell's.</summary>
    public async Task<bool> Alternate() => (await Do("display-message", "-p", "#{alternate_on}")).Trim() == "1";

    public string Stderr() => File.Exists(Path.Combine(_folder, "stderr")) ? File.ReadAllText(Path.Combine(_folder, "stderr")) : "";

    public async ValueTask DisposeAsync()
    {
        await Do("kill-server");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> Do(params string[] args)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-S", Path.Combine(_folder, "socket"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        start.Environment.Remove("NO_COLOR");
        using var tmux = Process.Start(start)!;
        var error = tmux.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await tmux.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tmux.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tmux.ExitCode == 0, $"tmux {string.Join(' ', args)}: {await error}");
        return output;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
