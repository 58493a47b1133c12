using System.Collections.Concurrent;

namespace Orchestrator.Grains.Access;

/// <summary>
/// Newest use of each key on this node, in memory: a key that is in use is seen before it is revoked, and no request writes for it. A
/// restart forgets it, and other nodes do not know it.
/// </summary>
/// <param name="time">Real time.</param>
public sealed class KeyUses(TimeProvider time)
{
    /// <summary>Most keys noted, revoked ones among them; uses of a further key are not noted.</summary>
    public const int Most = 10_000;

    /// <summary>A use within this time of the one noted changes nothing: evaluations of one key come by the thousand.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Mark> _marks = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Notes a use of a working key. Allocates nothing for a key that it knows.</summary>
    public void Note(string key)
    {
        var now = time.GetTimestamp();
        if (_marks.TryGetValue(key, out var mark))
        {
            if (time.GetElapsedTime(Volatile.Read(ref mark.At), now) >= Grain)
            {
                Volatile.Write(ref mark.At, now);
            }
        }
        else if (Volatile.Read(ref _count) < Most && _marks.TryAdd(key, new Mark { At = now }))
        {
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Time since the newest use on this node; null for none since its start.</summary>
    public TimeSpan? Since(string key) => _marks.TryGetValue(key, out var mark) ? time.GetElapsedTime(Volatile.Read(ref mark.At)) : null;

    private sealed class Mark
    {
        /// <summary>Timestamp of the use.</summary>
        public long At;
    }
}
