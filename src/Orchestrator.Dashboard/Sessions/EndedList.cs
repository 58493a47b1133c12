using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// The sessions that were ended before their time. Expired ones are left out. At the limit, the sessions of the holder with the most are
/// joined: every session of that holder that began up to the youngest of them is over. So a full list ends more sessions, never fewer.
/// </summary>
internal sealed class EndedList
{
    /// <summary>Most entries.</summary>
    public const int Most = 1_000;

    /// <summary>Longest text that is read: an entry has at most 200 characters of a subject, escaped.</summary>
    public const int LongestText = 4_000_000;

    /// <summary>Holder that stands for all holders. No id of a holder has an asterisk alone.</summary>
    private const string Everyone = "*";

    public static readonly EndedList Empty = new([]);

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly FrozenSet<string> _ids;
    private readonly FrozenDictionary<string, long> _upTo;

    private EndedList(ImmutableArray<EndedSession> all)
    {
        All = all;
        _ids = all.Where(one => one.Id is not null).Select(one => one.Id!).ToFrozenSet(StringComparer.Ordinal);
        _upTo = all.Where(one => one.Id is null).GroupBy(one => one.Holder, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Max(one => one.Began), StringComparer.Ordinal);
    }

    public ImmutableArray<EndedSession> All { get; }

    /// <summary>All sessions that began up to a time are over: the list that takes the place of one that cannot be read.</summary>
    public static EndedList AllUpTo(long began, long until) => new([new EndedSession(Everyone, null, began, until)]);

    /// <summary>Reads a stored list; null when it is none.</summary>
    public static EndedList? Read(string? text)
    {
        if (text is null)
        {
            return Empty;
        }

        try
        {
            return text.Length <= LongestText
                && JsonSerializer.Deserialize<ImmutableArray<EndedSession?>>(text, Json) is { IsDefault: false } all
                && all.All(one => one?.Holder is not null) ? new EndedList([.. all!]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(All, Json);

    /// <summary>True when the session is over.</summary>
    public bool Has(Ticket ticket) => _ids.Contains(ticket.Id)
        || _upTo.GetValueOrDefault(ticket.Holder, long.MinValue) >= ticket.Began
        || _upTo.GetValueOrDefault(Everyone, long.MinValue) >= ticket.Began;

    /// <summary>The list with more ended sessions, without those that expired before <paramref name="now"/>.</summary>
    public EndedList With(IEnumerable<EndedSession> more, long now)
    {
        List<EndedSession> all = [.. All.Concat(more).Where(one => one.Until > now).DistinctBy(one => (one.Holder, one.Id, one.Began))];
        while (all.Count > Most)
        {
            Join(all);
        }

        return new EndedList([.. all]);
    }

    private static void Join(List<EndedSession> all)
    {
        var busiest = all.GroupBy(one => one.Holder, StringComparer.Ordinal).MaxBy(group => group.Count())!;

        // So many holders with one each: the older half of them all.
        HashSet<EndedSession> joined = busiest.Count() > 1 ? [.. busiest] : [.. all.OrderBy(one => one.Began).Take(all.Count / 2)];
        var holder = busiest.Count() > 1 ? busiest.Key : Everyone;
        all.RemoveAll(joined.Contains);
        all.Add(new EndedSession(holder, null, joined.Max(one => one.Began), joined.Max(one => one.Until)));
    }
}
