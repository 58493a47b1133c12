using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Faults.Processes;

/// <summary>The built executable as a process.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _said = new();

    private NodeProcess(Process process, string name, string log)
    {
        (_process, Name) = (process, name);
        _log = new StreamWriter(log) { AutoFlush = true };
    }

    /// <summary><c>silo-1/2</c>: the second process of silo-1.</summary>
    public string Name { get; }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    /// <param name="name">Name in the recording.</param>
    /// <param name="log">File of its output.</param>
    /// <param name="prefix">Program that runs it, for example <c>ip netns exec n1</c>; it must become the process by exec.</param>
    /// <param name="program">An assembly beside this one, and its command line.</param>
    /// <param name="environment">Additional environment variables.</param>
    public static NodeProcess Start(string name, string log, IReadOnlyList<string> prefix, IReadOnlyList<string> program,
        IReadOnlyDictionary<string, string> environment)
    {
        string[] line = [.. prefix, "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, program[0]), .. program.Skip(1)];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Server GC sizes itself by all processors; several nodes on one machine must not each take all of them.
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var node = new NodeProcess(new Process { StartInfo = start }, name, log);
        node._process.OutputDataReceived += (_, said) => node.Hear(said.Data);
        node._process.ErrorDataReceived += (_, said) => node.Hear(said.Data);
        node._process.Start();
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Waits for its line "Listening on"; fails with its output when it ends or is too slow.</summary>
    public async Task<Uri> Listening()
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_listening.Task, ended, Task.Delay(Patience)) == _listening.Task)
        {
            return await _listening.Task;
        }

        throw new InvalidOperationException($"{Name} did not start ({(ended.IsCompleted ? $"exit {_process.ExitCode}" : "too slow")}):\n{Said}");
    }

    public void Send(Signal signal) => signal.Send(_process.Id);

    public Task Ended() => _process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Kill);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _log.WriteLine(line);
            if (!_listening.Task.IsCompleted)
            {
                _said.AppendLine(line);
            }
        }

        if (Address().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Listening on (http://[^;,\s]+)")]
    private static partial Regex Address();
}
