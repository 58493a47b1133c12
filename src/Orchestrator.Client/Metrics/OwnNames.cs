using System.Collections.Concurrent;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Client.Metrics;

/// <summary>Names of the series that the service counts itself. What cannot be counted is said once, with the reason.</summary>
internal sealed class OwnNames
{
    /// <summary>Names of one process: with all their buckets a sample stays below what the orchestrator takes at once.</summary>
    public const int Most = 50;

    /// <summary>At most <see cref="Most"/>.</summary>
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <summary>At most <see cref="Most"/>; one sentence a name.</summary>
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _news = new();
    private readonly Lock _gate = new();

    /// <summary>Refusals since the last call.</summary>
    public IEnumerable<string> TakeNews()
    {
        while (_news.TryDequeue(out var sentence))
        {
            yield return sentence;
        }
    }

    /// <summary>True for a name that is counted under.</summary>
    public bool Contains(string name) => _names.ContainsKey(name);

    /// <summary>True for a name that may be counted under.</summary>
    public bool Admit(string? name)
    {
        name ??= "";
        if (_names.ContainsKey(name))
        {
            return true;
        }

        var reason = !MetricReader.IsSeries(name) ? "a series is named by up to 128 letters, digits, _ . : and -, and begins with a letter or _"
            : Meter.IsTaken(name) ? "the client counts under that name itself"
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

    /// <summary>Notes that something could not be counted.</summary>
    public void Refuse(string? name, string reason)
    {
        name ??= "";
        if (_refused.Count < Most && _refused.TryAdd(name, reason))
        {
            _news.Enqueue($"'{(name.Length > 128 ? name[..128] + "…" : name)}' is not counted: {reason}");
        }
    }
}
