using System.Collections.Immutable;

namespace Orchestrator.Domain.People;

/// <summary>Single hours, and several of them together.</summary>
public sealed partial class PeopleTally
{
    private (int Version, int Segments, ImmutableArray<PeopleWindow> Hours)? _finished;

    /// <summary>Each hour of the long window by itself, oldest first, the present one last; none before the first hour began.</summary>
    public ImmutableArray<PeopleWindow> ByHour()
    {
        lock (_lock)
        {
            if (_hour is null)
            {
                return [];
            }

            var (first, hour) = Span();
            if (_finished is not { } known || known.Version != _pastVersion || known.Segments != _segments.Length)
            {
                var finished = ImmutableArray.CreateBuilder<PeopleWindow>();
                for (var one = first; one < hour; one++)
                {
                    var past = _past.GetValueOrDefault(one);
                    finished.Add(
                        Window(one, one, past is null ? null : past.Of, null, _segments) with { Refused = past?.Refused == true });
                }

                _finished = known = (_pastVersion, _segments.Length, finished.ToImmutable());
            }

            return known.Hours.Add(Window(hour, hour, null, _now, _segments));
        }
    }

    /// <summary>Different users in these hours together; null where not all of them are in the long window.</summary>
    /// <param name="first">Number of the first hour.</param>
    /// <param name="last">Number of the last hour.</param>
    public PeopleWindow? Over(long first, long last)
    {
        lock (_lock)
        {
            var (from, hour) = Span();
            if (_hour is null || first < from || last > hour || first > last)
            {
                return null;
            }

            var past = _past.Where(one => one.Key >= first && one.Key <= last).Select(one => one.Value).ToArray();
            var window = Window(first, last, place => Together(past, place), last == hour ? _now : null, _segments);
            return window with { Refused = window.Refused || past.Any(one => one.Refused) };
        }
    }

    /// <summary>
    /// Different users in these hours together, of a segment or of all. Never waits for another thread: null where one has the counts in
    /// hand, where not all of the hours are in the long window, and where not all users could be counted.
    /// </summary>
    /// <param name="first">Number of the first hour.</param>
    /// <param name="last">Number of the last hour.</param>
    /// <param name="segment">Key of the segment; null for all users.</param>
    internal PeopleNumbers? TryOver(long first, long last, string? segment)
    {
        if (!_lock.TryEnter())
        {
            return null;
        }

        try
        {
            var (from, hour) = Span();
            var place = segment is null ? -1 : Array.IndexOf(_segments, segment);
            if (_hour is null || first < from || last > hour || first > last || (segment is not null && place < 0))
            {
                return null;
            }

            var past = _past.Where(one => one.Key >= first && one.Key <= last).Select(one => one.Value).ToArray();
            var now = last == hour ? _now : null;
            return past.Any(one => one.Refused) || now?.Refused == true ? null : Numbers(place, one => Together(past, one), now);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private static byte[] Together(IEnumerable<PastHour> hours, int place)
    {
        Span<byte> registers = stackalloc byte[PeopleSketch.Registers];
        registers.Clear();
        foreach (var hour in hours)
        {
            PackedPeople.TryMerge(hour.Of(place), registers);
        }

        return PackedPeople.Of(registers);
    }
}
