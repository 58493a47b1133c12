using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>One source of one rollout: runs all its queries and keeps its status.</summary>
/// <param name="source">The source in the plan.</param>
/// <param name="kind">Runs the queries.</param>
/// <param name="rounds">Makes samples from the answers.</param>
/// <param name="every">Time between two polls.</param>
/// <param name="since">Time of the first poll.</param>
internal sealed class SourceWorker(SignalSource source, ISourceKind kind, SourceRounds rounds, TimeSpan every, DateTimeOffset since)
{
    private const int AtOnce = 4;

    /// <summary>Polls without a finished round after which the last status no longer counts.</summary>
    private const int MostMissed = 3;

    private readonly HashSet<string> _failing = [];
    private List<(string Query, bool Failing, string Text)> _turns = [];

    public string Name => source.Name;

    private SourceStatus? _status;

    /// <summary>Status at a moment; null before the first round ended. A round that ended long ago proves nothing.</summary>
    public SourceStatus? Status(DateTimeOffset now)
    {
        var newest = _status?.LastRound ?? since;
        if (now - newest <= MostMissed * every)
        {
            return _status;
        }

        var error = $"no round has ended since {newest:u}, though one is due every {Durations.Rounded(every)}";
        return (_status ?? new SourceStatus(source.Name, "failing", newest, null, null, null, [])) with
        {
            State = "failing",
            LastError = now,
            Error = error
        };
    }

    /// <summary>Status after a round that failed with an exception.</summary>
    public void Broken(Exception failure, DateTimeOffset now) =>
        _status = (_status ?? new SourceStatus(source.Name, "failing", now, null, now, null, [])) with
        {
            State = "failing",
            LastRound = now,
            LastError = now,
            Error = $"the round failed: {failure.Message}",
        };

    /// <summary>The samples of a round, as a body for the windows; null when there are none.</summary>
    public async Task<byte[]?> Ask(RolloutState state, OrchestratorClock clock, CancellationToken stop)
    {
        var asked = clock.GetUtcNow();
        using var turns = new SemaphoreSlim(AtOnce);
        var ask = kind.Begin(state);
        var scrapes = await Task.WhenAll(SourceQuery.Of(source, RulesInForce.Scope(state)).Select(async query =>
        {
            await turns.WaitAsync(stop);
            try
            {
                return await ask(query, stop);
            }
            catch (Exception odd) when (odd is not OperationCanceledException)
            {
                return Scrape.Failed(query, $"the query failed: {odd.Message}");
            }
            finally
            {
                turns.Release();
            }
        }));
        var round = rounds.Take(scrapes, asked);
        Remember(round.Outcomes, clock.GetUtcNow());
        return round.Body;
    }

    /// <summary>Queries that began or ceased to fail since the last call: logged once, not every round.</summary>
    public IReadOnlyList<(string Query, bool Failing, string Text)> TakeTurns()
    {
        var turns = _turns;
        _turns = [];
        return turns;
    }

    private void Remember(IReadOnlyList<QueryOutcome> outcomes, DateTimeOffset now)
    {
        foreach (var outcome in outcomes)
        {
            Measures.SourceQueries.Add(1, new KeyValuePair<string, object?>("outcome", Word(outcome.State)));
            var name = Named(outcome.Query);
            if (outcome.State == QueryState.Failing ? _failing.Add(name) : outcome.State == QueryState.Ok && _failing.Remove(name))
            {
                _turns.Add((name, outcome.State == QueryState.Failing, outcome.Text));
            }
        }

        var failed = outcomes.FirstOrDefault(outcome => outcome.State == QueryState.Failing);
        var succeeded = outcomes.Any(outcome => outcome.State == QueryState.Ok);
        _status = new SourceStatus(
            source.Name,
            StateOf(outcomes, succeeded || _status?.State == "ok"),
            now,
            succeeded ? now : _status?.LastSuccess,
            failed is not null ? now : _status?.LastError,
            failed is not null ? $"{Named(failed.Query)}: {failed.Text}" : _status?.Error,
            [.. outcomes.Select(outcome => new QueryStatus(
                outcome.Query.Series.Name, Word(outcome.Query.Audience.Variant), Word(outcome.Query.Audience.Traffic),
                outcome.Query.Audience.Segment,
                Word(outcome.State), outcome.Text))]);
    }

    private static string StateOf(IReadOnlyList<QueryOutcome> outcomes, bool wasOk)
    {
        var failing = outcomes.Count(outcome => outcome.State == QueryState.Failing);
        if (failing == outcomes.Count)
        {
            return "failing";
        }

        return failing > 0 ? "partly" : wasOk ? "ok" : "waiting";
    }

    private static string Named(SourceQuery query) =>
        $"{query.Series.Name} of {Word(query.Audience.Variant)}{(query.Audience.Traffic == Traffic.Shadow ? " shadow" : "")}{(query.Audience.Segment is { } segment ? " in " + segment : "")}";

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
