using System.Diagnostics;

namespace Orchestrator.Samples.Demo;

/// <summary>One answer as the user saw it; times are timestamps of <see cref="Stopwatch"/>.</summary>
internal sealed record Answer(User User, bool OnNew, int Status, long Sent, long Came)
{
    public TimeSpan Took => Stopwatch.GetElapsedTime(Sent, Came);
}

/// <summary>Counts of what the users saw, as opposed to what the orchestrator says.</summary>
internal sealed class Tally(int users)
{
    private readonly Lock _gate = new();
    private readonly long[] _seenAt = new long[users];
    private readonly bool[] _onNew = new bool[users];
    private readonly List<Answer> _onNewSinceFault = [];
    private long _answers;
    private long _errors;
    private long _faultAt = long.MaxValue;

    public long Answers => Interlocked.Read(ref _answers);

    public long Errors => Interlocked.Read(ref _errors);

    public void Note(Answer answer)
    {
        lock (_gate)
        {
            _answers++;
            _errors += answer.Status >= 500 ? 1 : 0;
            (_seenAt[answer.User.Index], _onNew[answer.User.Index]) = (answer.Came, answer.OnNew);
            if (answer.OnNew && answer.Sent >= _faultAt)
            {
                _onNewSinceFault.Add(answer);
            }
        }
    }

    public void NoAnswer() => Interlocked.Increment(ref _errors);

    /// <summary>From now on remember every answer of the new path; gives the moment.</summary>
    public long FaultStarts()
    {
        lock (_gate)
        {
            return _faultAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Users seen in the last second, and how many of them on new; all of them or those of some indexes.</summary>
    public (int Seen, int OnNew) LastSecond(IEnumerable<int>? of = null)
    {
        var since = Stopwatch.GetTimestamp() - Stopwatch.Frequency;
        lock (_gate)
        {
            var seen = 0;
            var onNew = 0;
            foreach (var i in of ?? Enumerable.Range(0, users))
            {
                if (_seenAt[i] >= since)
                {
                    seen++;
                    onNew += _onNew[i] ? 1 : 0;
                }
            }

            return (seen, onNew);
        }
    }

    public Answer[] OnNewSinceFault()
    {
        lock (_gate)
        {
            return [.. _onNewSinceFault];
        }
    }
}
