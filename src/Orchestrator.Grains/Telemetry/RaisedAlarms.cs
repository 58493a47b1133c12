using System.Collections.Concurrent;

namespace Orchestrator.Grains.Telemetry;

/// <summary>
/// Alarms that components of this node raise and end, one sentence for each cause: among <c>alarms</c> of <c>/api/v1/nodes</c> and the
/// gauge
/// <c>orchestrator_node_alarms</c>. Causes are named by the program, never by input, so their number is bounded by the code.
/// </summary>
public sealed class RaisedAlarms
{
    private readonly ConcurrentDictionary<string, string> _raised = new(StringComparer.Ordinal);

    /// <summary>The sentences, in the order of their causes.</summary>
    public IEnumerable<string> All => _raised.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value);

    /// <summary>The sentence of a cause; null while there is none.</summary>
    public string? Of(string cause) => _raised.GetValueOrDefault(cause);

    /// <summary>Raises the alarm of a cause; true when it was not raised before.</summary>
    public bool Raise(string cause, string sentence)
    {
        var isNew = _raised.TryAdd(cause, sentence);
        _raised[cause] = sentence;
        return isNew;
    }

    /// <summary>Ends the alarm of a cause; true when there was one.</summary>
    public bool Clear(string cause) => _raised.TryRemove(cause, out _);
}
