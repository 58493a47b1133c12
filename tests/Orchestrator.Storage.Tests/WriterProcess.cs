using System.Diagnostics;

namespace Orchestrator.Storage.Tests;

/// <summary>The program of tests/Orchestrator.Storage.Writer as a real process.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;

    private WriterProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    public static WriterProcess Start(string folder, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Storage.Writer.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", program, folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new WriterProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL: no handler runs, no buffer is flushed.</summary>
    public void Kill() => _process.Kill();

    public async Task<(int ExitCode, string Errors)> Ended()
    {
        using var patience = new CancellationTokenSource(Some.Patience);
        var errors = await _process.StandardError.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
