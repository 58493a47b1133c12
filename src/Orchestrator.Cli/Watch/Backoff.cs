namespace Orchestrator.Cli.Watch;

/// <summary>
/// Waits between tries: each twice the one before, up to a bound, and spread, so that many watchers do not return together.
/// </summary>
internal sealed class Backoff(Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private TimeSpan _next = First;

    /// <summary>The wait after a failure: from three quarters of the step to the whole of it.</summary>
    public TimeSpan Failed()
    {
        var wait = _next * (0.75 + (0.25 * random.NextDouble()));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return wait;
    }

    public void Succeeded() => _next = First;
}
