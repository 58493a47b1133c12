namespace Orchestrator.Domain.Metrics;

/// <summary>Instants as whole Unix milliseconds, the unit of the windows.</summary>
internal static class Instant
{
    public static long Of(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    public static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
