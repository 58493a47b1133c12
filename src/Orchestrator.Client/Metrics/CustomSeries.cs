using System.Collections.Concurrent;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Client.Metrics;

/// <summary>Names of the series of the service itself. A refused name is reported once, with the reason.</summary>
internal sealed class CustomSeries
{
    /// <summary>Names of one process: a sample with all their buckets stays below the orchestrator's limit of a body.</summary>
    public const int Most = 50;

    /// <summary>At most <see cref="Most"/>.</summary>
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <summary>At most <see cref="Most"/>; the reason by name.</summary>
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _unreported = new();
    private readonly Lock _gate = new();

    /// <summary>Refusals since the last call.</summary>
    public IEnumerable<string> TakeRefusals()
    {
        while (_unreported.TryDequeue(out var sentence))
        {
            yield return sentence;
        }
    }

    /// <summary>True for an admitted name.</summary>
    public bool Contains(string name) => _names.ContainsKey(name);

    /// <summary>Admits a name; false for one that cannot be counted.</summary>
    public bool Admit(string? name)
    {
        name ??= "";
        if (_names.ContainsKey(name))
        {
            return true;
        }

        var reason = !MetricReader.IsSeries(name) ? "a name has up to 128 letters, digits, _ . : and -, and begins with a letter or _"
            : Meter.IsTaken(name) ? "the client reports a series of that name itself"
            : null;
        lock (_gate)
        {
            reason ??= _names.Count >= Most && !_names.ContainsKey(name) ? $"a process may have {Most} series of its own" : null;
            if (reason is null)
            {
                _names[name] = true;
                return true;
            }
        }

        Refuse(name, reason);
        return false;
    }

    /// <summary>Notes that a series or a value is not counted.</summary>
    public void Refuse(string? name, string reason)
    {
        name ??= "";
        if (_refused.Count < Most && _refused.TryAdd(name, reason))
        {
            _unreported.Enqueue($"Series '{(name.Length > 128 ? name[..128] + "…" : name)}' is not counted: {reason}");
        }
    }
}
