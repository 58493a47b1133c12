namespace Orchestrator.Benchmarks;

/// <summary>How often and how long a load is repeated.</summary>
internal sealed record Repetition(int Rounds, int Seconds, int WarmUpSeconds)
{
    /// <summary>Whether BENCH_SHORT asks for a try that measures nothing worth keeping.</summary>
    public static bool Short { get; } = Environment.GetEnvironmentVariable("BENCH_SHORT") == "1";

    /// <summary>This, or the shortest there is.</summary>
    public Repetition OrShort => Short ? new(1, 2, 2) : this;
}
