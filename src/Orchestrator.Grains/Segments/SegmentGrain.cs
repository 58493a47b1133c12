using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Segments;

/// <summary>One segment; the grain's key is <c>{environment}/{key}</c>. Questions for routing come beside its changes.</summary>
public interface ISegmentGrain : ISegmentRouter
{
    Task<CommandResult> Execute(SegmentCommand command, Envelope envelope);

    /// <summary>Records a node's count of users. A count by another rule than the segment's is ignored.</summary>
    Task Measure([Immutable] PopulationReport report);
}

internal sealed class SegmentGrain(IEventLog log, OrchestratorClock clock, SegmentAnswers answers, ILogger<SegmentGrain> logger)
    : AggregateGrain<SegmentState, SegmentEvent>(log, clock, logger), ISegmentGrain
{
    /// <summary>All nodes' counts of the rule in force. Lost with the activation: each node sends its whole count again.</summary>
    private (string Rule, PopulationCount Count)? _population;

    protected override string Stream => SegmentEvents.Stream(this.GetPrimaryKeyString());

    protected override EventCatalog<SegmentEvent> Catalog => SegmentEvents.Catalog;

    /// <summary>Loads nothing: a question is answered from the routing table, and a change loads what it decides on.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<SegmentAnswer> Route(string? flag, RouteContext context)
    {
        var name = this.GetPrimaryKeyString();
        var end = name.IndexOf('/', StringComparison.Ordinal);
        var answer = await answers.Route(end < 0 ? name : name[..end], name[(end + 1)..], flag, context);
        if (answer.ErrorCode == SegmentAnswers.SegmentNotFound && !IsLoaded)
        {
            // Keys come from outside: what is no segment must not stay in memory.
            DeactivateOnIdle();
        }

        return answer;
    }

    public Task<CommandResult> Execute(SegmentCommand command, Envelope envelope) =>
        Run(envelope, (state, _) => SegmentDecider.Decide(state, command));

    public async Task Measure(PopulationReport report)
    {
        await EnsureLoaded();
        if (!IsLoaded || State.Definition is not { Balance: not null } definition || SegmentDefinitions.RuleHash(definition) != report.Rule)
        {
            return;
        }

        if (_population is not { } known || known.Rule != report.Rule)
        {
            _population = known = (report.Rule, new PopulationCount());
        }

        if (known.Count.Merge(report))
        {
            var (asked, qualified) = known.Count.Estimate();
            await Execute(new SegmentCommand.Measure(report.Rule, asked, qualified), Envelope.By(Actor.System));
        }
    }
}
