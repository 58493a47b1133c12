using System.Collections.Concurrent;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// Rate limit for each key, with bursts of the same number. Each key has one number: the moment at which everything it was granted
/// will have been earned (the generic cell rate algorithm of ITU-T I.371).
/// </summary>
internal sealed class RateLimits(int perSecond, TimeProvider time)
{
    /// <summary>Bounded by the number of issued keys: only a valid key gets here.</summary>
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly double _cost = (double)time.TimestampFrequency / perSecond;

    /// <summary>0 allows the request; else the whole seconds, at least 1, after which there is room again.</summary>
    public int SecondsToWait(string key)
    {
        var account = _accounts.GetOrAdd(key, static _ => new Account());
        var now = time.GetTimestamp();
        while (true)
        {
            var before = Volatile.Read(ref account.Earned);
            var after = Math.Max(before, now) + _cost;
            var tooMuch = after - now - time.TimestampFrequency;
            if (tooMuch > 0.5)
            {
                return Math.Max(1, (int)Math.Ceiling(tooMuch / time.TimestampFrequency));
            }

            if (Interlocked.CompareExchange(ref account.Earned, after, before) == before)
            {
                return 0;
            }
        }
    }

    private sealed class Account
    {
        public double Earned;
    }
}
