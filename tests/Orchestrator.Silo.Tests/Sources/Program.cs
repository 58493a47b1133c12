using System.Diagnostics;
using System.Text;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>A program of the machine, run for a test and ended by its process id.</summary>
internal sealed class Program : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _sign;

    private Program(Process process, string sign) => (_process, _sign) = (process, sign);

    /// <param name="name">As installed; eng/test.sh installs what the tests run.</param>
    /// <param name="sign">What it writes when it is ready.</param>
    /// <param name="args">Command line.</param>
    public static async Task<Program> Start(string name, string sign, params string[] args)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"'{name}' is not installed; eng/test.sh installs it (apt-get install {name}).");
        var start = new ProcessStartInfo(path, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        var program = new Program(new Process { StartInfo = start }, sign);
        program._process.OutputDataReceived += (_, line) => program.Hear(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Hear(line.Data);
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        var first = await Task.WhenAny(program._ready.Task, program._process.WaitForExitAsync(), Task.Delay(SiloHost.Patience));
        Assert.True(first == program._ready.Task, $"{name} did not say '{sign}': {program._output}");
        return program;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
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

        if (line.Contains(_sign, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
