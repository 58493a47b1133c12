using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing.Journeys;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>The reader merges the streams of a flag, page by page, and reads no other.</summary>
public sealed class JourneyReaderTests
{
    private static readonly JourneyQuestion Question =
        new("production", "checkoutLogging", table => new EvaluationContext().Begin(table).Key("u2"), null, null);

    [Fact]
    public async Task Streams_of_many_pages_give_the_journey_of_the_whole_log()
    {
        var log = Log(values: 450);
        var world = log.Aggregate(World.Empty, WorldFolds.Fold);
        var streams = JourneyStreams.Of(world, "production", "checkoutLogging");
        var read = new ReadStreams(log);
        var journey = await JourneyReader.Read(read, world, Question, streams, TestContext.Current.CancellationToken);

        var fold = new JourneyFold(Question, AccessState.Initial);
        Assert.All(log, fold.Fold);
        Assert.Equal(
            fold.End().Intervals.Select(one => (one.From, one.Cause.Position)),
            journey.Intervals.Select(one => (one.From, one.Cause.Position)));
        Assert.True(journey.Intervals.Length > 400, $"{journey.Intervals.Length} intervals");
        Assert.Equal(["environment/production", "rollout/other", "rollout/r1"], read.Asked.Order());
    }

    [Fact]
    public async Task Events_above_the_position_of_the_world_do_not_count()
    {
        var log = Log(values: 10);
        var world = log.Take(log.Count - 3).Aggregate(World.Empty, WorldFolds.Fold);
        var streams = JourneyStreams.Of(world, "production", "checkoutLogging");
        var journey = await JourneyReader.Read(new ReadStreams(log), world, Question, streams, TestContext.Current.CancellationToken);
        Assert.True(journey.Intervals[^1].Cause.Position <= world.Position);
    }

    [Fact]
    public async Task A_client_that_goes_ends_the_reading()
    {
        var log = Log(values: 10);
        var world = log.Aggregate(World.Empty, WorldFolds.Fold);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => JourneyReader.Read(
            new ReadStreams(log), world, Question, JourneyStreams.Of(world, "production", "checkoutLogging"), gone.Token));
    }

    /// <summary>Two rollouts whose phases give the flag a value, one of another environment, and many static values.</summary>
    private static IReadOnlyList<RecordedEvent> Log(int values) => RandomHistory.Of(
    [
        RandomHistory.Create("elsewhere"), RandomHistory.Create("other"),
        .. Enumerable.Range(0, values).Select(i => RandomHistory.Write(
            EnvironmentEvents.Stream("production"), EnvironmentEvents.Catalog.Write(
                new EnvironmentEvent.FlagSet("checkoutLogging", $"{i}"), Guid.Empty), minutesBefore: 1)),
        RandomHistory.Create("r1"), RandomHistory.RunIntoErrors("r1"),
    ]);

    /// <summary>Streams of a log in memory, and the names of those that were asked for.</summary>
    private sealed class ReadStreams(IReadOnlyList<RecordedEvent> all) : IEventLog
    {
        public HashSet<string> Asked { get; } = [];

        public Task<IReadOnlyList<RecordedEvent>> ReadStream(
            string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default)
        {
            stop.ThrowIfCancellationRequested();
            Asked.Add(stream);
            return Task.FromResult<IReadOnlyList<RecordedEvent>>(
                [.. all.Where(one => one.Stream == stream && one.Version > afterVersion).Take(limit)]);
        }

        public Task<AppendOutcome> Append(
            string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata,
            CancellationToken stop = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default) =>
            throw new NotSupportedException();

        public Task<long> Head(CancellationToken stop = default) => throw new NotSupportedException();

        public Task WaitForNews(long afterPosition, CancellationToken stop = default) => throw new NotSupportedException();
    }
}
