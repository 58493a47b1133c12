using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Benchmarks.Servers;

/// <summary>
/// Pins all threads of this process, and processes it starts without a core of their own, to one core until it is disposed: the load takes
/// nothing from the server's core.
/// </summary>
internal sealed class LoadCore : IDisposable
{
    private LoadCore()
    {
    }

    /// <summary>Moves this process there.</summary>
    public static LoadCore Of(int core)
    {
        Move(core.ToString(CultureInfo.InvariantCulture));
        return new LoadCore();
    }

    public void Dispose() => Move(string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}"));

    private static void Move(string cores)
    {
        // All threads: the API of the runtime moves only one.
        var start = new ProcessStartInfo(
            "taskset", ["-a", "-c", "-p", cores, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardOutput = true };
        using var taskset = Process.Start(start)!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset did not move this process to {cores}.");
        }
    }
}
