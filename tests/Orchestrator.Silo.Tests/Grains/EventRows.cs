using Orchestrator.Domain.Events;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>A log in memory with the real chain.</summary>
internal sealed class EventRows
{
    private readonly List<RecordedEvent> _all = [];
    private readonly Dictionary<string, RecordedEvent> _last = [];

    public IReadOnlyList<RecordedEvent> All => _all;

    public RecordedEvent Append(string stream, NewEvent e, DateTimeOffset at, Actor? actor = null)
    {
        var last = _last.GetValueOrDefault(stream);
        var recorded = new RecordedEvent
        {
            Position = _all.Count + 1,
            Stream = stream,
            Version = (last?.Version ?? 0) + 1,
            Id = e.Id,
            Type = e.Type,
            Schema = e.Schema,
            At = at,
            Actor = actor ?? Actor.System,
            Cause = null,
            Correlation = null,
            CommandId = "c",
            Data = e.Data,
            Hash = default,
        };
        recorded = recorded with { Hash = HashChain.Expected((last?.Hash ?? HashChain.Origin).Span, recorded) };
        _all.Add(recorded);
        _last[stream] = recorded;
        return recorded;
    }
}
