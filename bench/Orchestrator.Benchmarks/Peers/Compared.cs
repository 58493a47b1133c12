using System.Globalization;
using Orchestrator.Benchmarks.Ofrep;

namespace Orchestrator.Benchmarks.Peers;

/// <summary>A load of one server for a number of seconds.</summary>
internal sealed record Turn(string Name, Func<int, Task<OfrepLoad>> Run);

/// <summary>Costs of several servers under the same load; the others are compared with the first.</summary>
internal sealed class Compared
{
    private readonly List<(string Name, List<OfrepLoad> Loads)> _measured;

    private Compared(IEnumerable<Turn> turns) => _measured = [.. turns.Select(turn => (turn.Name, new List<OfrepLoad>()))];

    public static async Task<Compared> Of(Turn[] turns, int rounds, int seconds, int warmUp)
    {
        var compared = new Compared(turns);
        foreach (var turn in turns)
        {
            // Twice: the second half runs what the first half made the runtime compile again.
            await turn.Run(warmUp / 2);
            await turn.Run(warmUp / 2);
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (turn, (_, loads)) in turns.Zip(compared._measured))
            {
                loads.Add(await turn.Run(seconds));
            }
        }

        return compared;
    }

    /// <summary>
    /// CPU of a request relative to the first server: the median of the ratios within a round, because the load of neighbours changes
    /// slower than that.
    /// </summary>
    public double Times(string name) =>
        _measured.Single(one => one.Name == name).Loads.Zip(_measured[0].Loads, (there, first) => there.CpuPer100K / first.CpuPer100K)
            .Median();

    /// <summary>The measurements behind the ratio.</summary>
    public IEnumerable<Row> Rows(string kind) => _measured.Select(one => new Row(
        $"{kind}, {one.Name}: CPU seconds per 100,000 requests",
        $"{Text(Cpu(one.Loads))} ({Text(one.Loads.Min(load => load.CpuPer100K))} to {Text(one.Loads.Max(load => load.CpuPer100K))})"));

    /// <summary>Rows of errors: a server that fails requests is cheap for a bad reason, and its ratio means nothing.</summary>
    public IEnumerable<Row> Errors(string kind) =>
        _measured.Select(one => (one.Name, Count: one.Loads.Sum(load => load.Errors), Asked: one.Loads.Sum(load => load.Requests)))
        .Select(one => new Row($"{kind}, {one.Name}: errors", $"{one.Count} of {one.Asked}", "none", one.Count == 0));

    private static double Cpu(IEnumerable<OfrepLoad> loads) => loads.Select(load => load.CpuPer100K).Median();

    private static string Text(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
