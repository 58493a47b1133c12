using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Domain.Journeys;

/// <summary>
/// Makes a journey of the answers after single events, in the order of the log. Events of one instant count together: no moment lies
/// between them.
/// </summary>
/// <param name="from">Begin of the requested time; null for all of it.</param>
public sealed class JourneyBuilder(DateTimeOffset? from)
{
    private readonly Queue<JourneyInterval> _ended = [];
    private JourneyInterval? _open;
    private Turn? _turn;
    private Explanation? _seen;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private bool _cut;

    /// <summary>
    /// The time of the next event. One of a clock that was set back counts from the newest time before it, as in every question about a
    /// moment.
    /// </summary>
    public void Reach(DateTimeOffset at)
    {
        if (at > _newest)
        {
            EndTurn();
            _newest = at;
        }
    }

    /// <summary>The answer after an event that may have changed it, at the time that was reached.</summary>
    /// <param name="cause">The event.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="reason">The event in words, given the answers before and after its instant.</param>
    public void See(RecordedEvent cause, Explanation answer, Func<Explanation?, Explanation, string> reason)
    {
        if (!Same(_seen, answer))
        {
            var moves = _seen?.Variant != answer.Variant;
            _turn = _turn is { Moves: true } && !moves ? _turn : new Turn(cause, reason, moves);
        }

        _seen = answer;
    }

    /// <summary>The journey up to the newest event.</summary>
    public Journey End()
    {
        EndTurn();
        var all = _open is null ? _ended : _ended.Append(_open);
        return new Journey([.. all], _cut);
    }

    private void EndTurn()
    {
        var turn = _turn;
        _turn = null;
        if (turn is null || Same(_open?.Answer, _seen))
        {
            return;
        }

        if (_open is not null)
        {
            Keep(_open with { Until = _newest });
        }

        _open = new JourneyInterval(_newest, null, _seen!, turn.Cause, turn.Reason(_open?.Answer, _seen!));
    }

    private void Keep(JourneyInterval ended)
    {
        if (ended.Until <= from)
        {
            return;
        }

        if (_ended.Count == Journey.Most - 1)
        {
            _ended.Dequeue();
            _cut = true;
        }

        _ended.Enqueue(ended);
    }

    /// <summary>True for answers of one interval. Before the first event there is no flag.</summary>
    private static bool Same(Explanation? one, Explanation? other) => (one, other) switch
    {
        (null, null) => true,
        (null, { } first) => first.ErrorCode == RouteError.FlagNotFound.Name(),
        ({ } last, null) => last.ErrorCode == RouteError.FlagNotFound.Name(),
        var (left, right) => left.Variant == right.Variant && left.Reason == right.Reason && left.ErrorCode == right.ErrorCode
            && left.Rollout == right.Rollout && left.Phase == right.Phase && left.Step == right.Step
            && left.Value?.GetRawText() == right.Value?.GetRawText(),
    };

    /// <summary>The event that changed the answer in the newest instant.</summary>
    /// <param name="Cause">The event.</param>
    /// <param name="Reason">It in words.</param>
    /// <param name="Moves">True when the variant changed by it.</param>
    private sealed record Turn(RecordedEvent Cause, Func<Explanation?, Explanation, string> Reason, bool Moves);
}
