using System.Collections.Concurrent;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Metrics.Samples;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The segments of a route that samples name, and the texts that they name them by. A user may belong to several: each rule then counts the
/// request, and the total counts it once.
/// </summary>
internal sealed class SegmentTags
{
    /// <summary>Most segments, one bit each. A plan names at most a hundred (decision 44); those taken back by hand may be added.</summary>
    private const int Most = 128;

    /// <summary>Most combinations whose text is kept. Segments rarely overlap in many ways; other texts are made on demand.</summary>
    private const int MostKept = 1000;

    private readonly (string Key, int Number)[] _segments;
    private readonly ConcurrentDictionary<UInt128, string> _texts = [];

    public SegmentTags(RoutedFlag route, NameIndex numbers, PeopleTally people)
    {
        _segments =
            [.. route.Judged.Concat(route.Named).Distinct(StringComparer.Ordinal).Take(Most).Select(key => (key, numbers.Find(key)))];
        People = [.. _segments.Select(segment => people.Place(segment.Key))];
    }

    /// <summary>Places of the segments among those whose users are counted apart; -1 for none.</summary>
    public int[] People { get; }

    /// <summary>The user's segments, one bit each.</summary>
    public UInt128 Find(EnvironmentTable environment, EvaluationContext user)
    {
        var (of, count) = (UInt128.Zero, 0);
        for (var i = 0; i < _segments.Length && count < Sample.MostSegments; i++)
        {
            if (environment.Segment(_segments[i].Number)?.Contains(user) == Match.Yes)
            {
                of |= UInt128.One << i;
                count++;
            }
        }

        return of;
    }

    /// <summary>The keys of these segments; null for none.</summary>
    public string? Text(UInt128 of) => of == UInt128.Zero ? null : _texts.TryGetValue(of, out var text) ? text : Write(of);

    private string Write(UInt128 of)
    {
        var text = string.Join(Sample.Between, _segments.Where((_, i) => (of >> i & 1) == 1).Select(segment => segment.Key));
        if (_texts.Count < MostKept)
        {
            _texts.TryAdd(of, text);
        }

        return text;
    }
}
