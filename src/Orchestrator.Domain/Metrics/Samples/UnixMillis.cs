namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>Instants as whole Unix milliseconds, the unit of the windows.</summary>
internal static class UnixMillis
{
    public static long Of(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    public static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
