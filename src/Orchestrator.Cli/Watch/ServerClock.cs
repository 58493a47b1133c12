namespace Orchestrator.Cli.Watch;

/// <summary>The orchestrator's time, from its last answer and the time gone since. A clock for trying out may run faster.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    private (DateTimeOffset Now, double Speed, long Stamp)? _known;

    /// <summary>Takes an answer that arrived just now.</summary>
    public void Take(DateTimeOffset now, double speed) =>
        _known = (now, double.IsFinite(speed) && speed is > 0 and <= MostSpeed ? speed : 1, time.GetTimestamp());

    /// <summary>The present; this computer's where no server answered.</summary>
    public DateTimeOffset Now
    {
        get
        {
            if (_known is not { } known)
            {
                return time.GetUtcNow();
            }

            var gone = time.GetElapsedTime(known.Stamp).TotalSeconds * known.Speed;
            return gone < (DateTimeOffset.MaxValue - known.Now).TotalSeconds ? known.Now.AddSeconds(gone) : DateTimeOffset.MaxValue;
        }
    }

    /// <summary>Bound of a speed that is believed.</summary>
    private const double MostSpeed = 1_000_000;
}
