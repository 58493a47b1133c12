namespace Orchestrator.Benchmarks;

/// <summary>Number and duration of a load's repetitions.</summary>
internal sealed record Repetition(int Rounds, int Seconds, int WarmUpSeconds)
{
    /// <summary>True with BENCH_SHORT=1: a short run that shows that the section works, without usable measurements.</summary>
    public static bool Short { get; } = Environment.GetEnvironmentVariable("BENCH_SHORT") == "1";

    /// <summary>The given value, or the shortest one.</summary>
    public Repetition OrShort => Short ? new(1, 2, 2) : this;
}
