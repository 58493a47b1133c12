namespace Orchestrator.Domain.People;

/// <summary>
/// Bound of the sketches that this process counts into. Flags, segments and hours come from plans and the clock, never from requests, but
/// many plans with many segments must not fill the memory either.
/// </summary>
public sealed class PeopleRoom(int most = PeopleRoom.Most)
{
    /// <summary>Most sketches at once, 4 KiB each: 64 MiB.</summary>
    public const int Most = 16_384;

    private int _used;

    /// <summary>The room of all flags of this process.</summary>
    public static PeopleRoom OfProcess { get; } = new();

    /// <summary>Sketches in use.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Reserves a sketch; false when there is no room.</summary>
    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _used) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _used);
        return false;
    }

    internal void Return(int sketches) => Interlocked.Add(ref _used, -sketches);

    /// <summary>Corrects the number: flags that left the table took their sketches with them.</summary>
    public void Correct(int used) => Volatile.Write(ref _used, used);
}
