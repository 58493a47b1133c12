using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo.Tests;

/// <summary>The real executable as a process of its own, which can be killed.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process) => _process = process;

    /// <summary>Everything it wrote to standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Starts it and waits until it says where it listens.</summary>
    public static Task<SiloProcess> Start(string folder, params string[] settings) => Started(Launch(OnFreePort(folder, settings)));

    /// <summary>Starts it with so many files that it may open, as <c>ulimit -n</c> would.</summary>
    public static Task<SiloProcess> StartWithin(int files, string folder, params string[] settings) =>
        Started(Launch(OnFreePort(folder, settings), "prlimit", $"--nofile={files}:{files}", "dotnet"));

    /// <summary>Starts it with more in its environment.</summary>
    public static Task<SiloProcess> StartIn(IReadOnlyDictionary<string, string> environment, string folder, params string[] settings) =>
        Started(Launch(OnFreePort(folder, settings), ["env", .. environment.Select(one => $"{one.Key}={one.Value}"), "dotnet"]));

    private static string[] OnFreePort(string folder, string[] settings) => ["--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={folder}", .. settings];

    private static async Task<SiloProcess> Started(SiloProcess silo)
    {
        var first = await Task.WhenAny(silo._listening.Task, silo._process.WaitForExitAsync(), Task.Delay(SiloHost.Patience));
        Assert.True(first == silo._listening.Task, $"The silo did not start: {silo.Output}");
        silo.Address = await silo._listening.Task;
        return silo;
    }

    /// <summary>Starts it for what it says when it cannot start.</summary>
    public static async Task<(int Exit, string Output)> RunToEnd(params string[] args)
    {
        await using var silo = Launch(args);
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        await silo._process.WaitForExitAsync(patience.Token);
        return (silo._process.ExitCode, silo.Output);
    }

    public HttpClient As(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = SiloHost.Patience };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public Task Exited => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    public int ProcessId => _process.Id;

    /// <summary>SIGTERM, as an operator stops it. Returns at once.</summary>
    public void Terminate() => Send("TERM");

    /// <summary>SIGSTOP: its connections stay open, and it answers none.</summary>
    public void Pause() => Send("STOP");

    /// <summary>SIGCONT: ends the pause.</summary>
    public void Continue() => Send("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill();
        }

        _process.Dispose();
    }

    private static SiloProcess Launch(string[] args, params string[] under)
    {
        string[] command = [.. under.Length == 0 ? ["dotnet"] : under, "exec", typeof(SiloApplication).Assembly.Location, .. args];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(ChosenKeys.AdminVariable);
        start.Environment.Remove(ChosenKeys.EvaluationVariable);
        var silo = new SiloProcess(new Process { StartInfo = start });
        silo._process.OutputDataReceived += (_, line) => silo.Hear(line.Data);
        silo._process.ErrorDataReceived += (_, line) => silo.Hear(line.Data);
        silo._process.Start();
        silo._process.BeginOutputReadLine();
        silo._process.BeginErrorReadLine();
        return silo;
    }

    private void Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Listening on (http://[^;,\s]+)")]
    private static partial Regex Listening();
}
