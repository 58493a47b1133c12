namespace Orchestrator.Grains.Rollouts.WhatIf;

/// <summary>Room for what-ifs on this silo: one runs at a time, and few wait.</summary>
public sealed class WhatIfJobs : IDisposable
{
    /// <summary>Most what-ifs that wait or run.</summary>
    public const int Most = 8;

    /// <summary>Most what-ifs of one key that wait or run.</summary>
    public const int MostOfKey = 2;

    /// <summary>Longest run, in real time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<string> _keys = [];

    /// <summary>Takes a place; a refusal in words when there is none.</summary>
    public string? Enter(string key)
    {
        lock (_keys)
        {
            if (_keys.Count >= Most)
            {
                return $"This node holds {Most} what-ifs that wait or run, as many as it may.";
            }

            if (_keys.Count(one => one == key) >= MostOfKey)
            {
                return $"The key has {MostOfKey} what-ifs that wait or run on this node, as many as one key may.";
            }

            _keys.Add(key);
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string key)
    {
        lock (_keys)
        {
            _keys.Remove(key);
        }
    }

    /// <summary>Waits for the turn; disposing ends it.</summary>
    public async Task<IDisposable> Turn(CancellationToken stop)
    {
        await _turn.WaitAsync(stop).ConfigureAwait(false);
        return new Ending(_turn);
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private sealed class Ending(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
