using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>One source of one rollout: asks all its queries, and remembers how it fared.</summary>
internal sealed class SourceWorker(SignalSource source, ISourceKind kind, SourceRounds rounds)
{
    private const int AtOnce = 4;

    private readonly HashSet<string> _failing = [];
    private List<(string Query, bool Failing, string Text)> _turns = [];

    public string Name => source.Name;

    /// <summary>Null before the first round ended.</summary>
    public SourceStatus? Status { get; private set; }

    /// <summary>The samples of a round, as a body for the windows; null when it brought none.</summary>
    public async Task<byte[]?> Ask(RolloutState state, OrchestratorClock clock, CancellationToken stop)
    {
        var asked = clock.GetUtcNow();
        using var turns = new SemaphoreSlim(AtOnce);
        var ask = kind.Begin(state);
        var scrapes = await Task.WhenAll(SourceQuery.Of(source, state).Select(async query =>
        {
            await turns.WaitAsync(stop);
            try
            {
                return await ask(query, stop);
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

    /// <summary>Queries that began or ceased to fail since this was last asked: told once, not every round.</summary>
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
        Status = new SourceStatus(
            source.Name,
            outcomes.All(outcome => outcome.State == QueryState.Failing) ? "failing" : failed is not null ? "partly" : succeeded || Status?.State == "ok" ? "ok" : "waiting",
            now,
            succeeded ? now : Status?.LastSuccess,
            failed is not null ? now : Status?.LastError,
            failed is not null ? $"{Named(failed.Query)}: {failed.Text}" : Status?.Error,
            [.. outcomes.Select(outcome => new QueryStatus(
                outcome.Query.Series.Name, Word(outcome.Query.Audience.Variant), Word(outcome.Query.Audience.Traffic), outcome.Query.Audience.Segment,
                Word(outcome.State), outcome.Text))]);
    }

    private static string Named(SourceQuery query) =>
        $"{query.Series.Name} of {Word(query.Audience.Variant)}{(query.Audience.Traffic == Traffic.Shadow ? " shadow" : "")}{(query.Audience.Segment is { } segment ? " in " + segment : "")}";

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
