using System.Diagnostics;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Steady;

/// <summary>Memory of a silo while a load runs.</summary>
internal sealed class Memory
{
    private readonly List<(double At, double Resident, double Heap)> _seen = [];

    private Memory()
    {
    }

    /// <summary>Samples it until the load has ended, and prints it every minute.</summary>
    public static async Task<Memory> Watch(BenchSilo silo, Task load, TimeSpan every)
    {
        var (memory, began) = (new Memory(), Stopwatch.GetTimestamp());
        while (!load.IsCompleted)
        {
            var seen = (At: Stopwatch.GetElapsedTime(began).TotalSeconds, silo.Server.ResidentMegabytes.Now, await silo.HeapMegabytes());
            if (memory._seen.Count == 0 || (int)(seen.At / 60) > (int)(memory._seen[^1].At / 60))
            {
                Console.WriteLine(FormattableString.Invariant($"{seen.At:0} s: {seen.Now:0.0} MB resident, heap {seen.Item3:0.0} MB"));
            }

            memory._seen.Add(seen);
            await Task.WhenAny(load, Task.Delay(every));
        }

        return memory;
    }

    /// <summary>Medians between two moments, in MB.</summary>
    public (double Resident, double Heap) Between(double from, double to)
    {
        var within = _seen.Where(one => one.At >= from && one.At <= to).ToArray();
        return (within.Select(one => one.Resident).Median(), within.Select(one => one.Heap).Median());
    }
}
