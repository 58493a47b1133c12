using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>Events that were recorded, as a log that takes no more.</summary>
internal sealed class RowLog(IReadOnlyList<RecordedEvent> all) : IEventLog
{
    public Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default) =>
        Task.FromResult<IReadOnlyList<RecordedEvent>>(
            [.. all.Where(one => one.Stream == stream && one.Version > afterVersion).Take(limit)]);

    public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default) =>
        Task.FromResult<IReadOnlyList<RecordedEvent>>([.. all.Where(one => one.Position > afterPosition).Take(limit)]);

    public Task<long> Head(CancellationToken stop = default) => Task.FromResult(all[^1].Position);

    public Task WaitForNews(long afterPosition, CancellationToken stop = default) => Task.CompletedTask;
}
