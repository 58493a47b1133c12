using System.Collections.Concurrent;

namespace Orchestrator.Samples.Chat.Rooms;

/// <summary>The last messages of a room, in order.</summary>
internal sealed class Room
{
    private const int Kept = 200;
    private readonly Delivered?[] _ring = new Delivered?[Kept];
    private readonly Lock _gate = new();
    private long _last;

    public Delivered Append(ChatMessage message)
    {
        lock (_gate)
        {
            var delivered = new Delivered(++_last, message);
            _ring[_last % Kept] = delivered;
            return delivered;
        }
    }

    public Delivered[] After(long position)
    {
        lock (_gate)
        {
            var first = Math.Max(Math.Max(position, 0) + 1, _last - Kept + 1);
            return first > _last ? [] : [.. Enumerable.Range(0, (int)(_last - first + 1)).Select(i => _ring[(first + i) % Kept]!)];
        }
    }

    public bool Holds(Delivered delivered)
    {
        lock (_gate)
        {
            return delivered.Position <= _last - Kept || ReferenceEquals(_ring[delivered.Position % Kept], delivered);
        }
    }
}

/// <summary>All rooms; a room exists from its first message.</summary>
internal sealed class RoomBook
{
    private readonly ConcurrentDictionary<string, Room> _rooms = new();

    public Room Open(string name) => _rooms.GetOrAdd(name, static _ => new Room());

    public Room? Find(string name) => _rooms.GetValueOrDefault(name);
}
