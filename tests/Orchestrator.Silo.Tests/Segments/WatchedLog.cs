using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Segments;

/// <summary>The real log, which counts what is read of one stream, and holds appends to it while the test says so.</summary>
internal sealed class WatchedLog(string watched) : IEventLog
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IEventLog _real = null!;
    private volatile TaskCompletionSource? _held;
    private int _read;

    /// <summary>Readings of the stream.</summary>
    public int Read => Volatile.Read(ref _read);

    /// <summary>Completes when an append to the stream is held.</summary>
    public Task Reached => _reached.Task;

    public static void Put(IServiceCollection services, WatchedLog log)
    {
        var real = services.Last(service => service.ServiceType == typeof(IEventLog)).ImplementationFactory!;
        services.AddSingleton<IEventLog>(provider =>
        {
            log._real = (IEventLog)real(provider);
            return log;
        });
    }

    /// <summary>Holds appends to the stream until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default)
    {
        if (stream == watched && _held is { } held)
        {
            _reached.TrySetResult();
            await held.Task;
        }

        return await _real.Append(stream, expectedVersion, events, metadata, stop);
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default)
    {
        if (stream == watched)
        {
            Interlocked.Increment(ref _read);
        }

        return _real.ReadStream(stream, afterVersion, limit, stop);
    }

    public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
        _real.FindCommand(stream, commandId, stop);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default) =>
        _real.ReadAll(afterPosition, limit, stop);

    public Task<long> Head(CancellationToken stop = default) => _real.Head(stop);

    public Task WaitForNews(long afterPosition, CancellationToken stop = default) => _real.WaitForNews(afterPosition, stop);
}
