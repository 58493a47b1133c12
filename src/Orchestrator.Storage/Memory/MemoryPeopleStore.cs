using Orchestrator.Grains.Cluster;

namespace Orchestrator.Storage.Memory;

/// <summary>Exchange of a single process: there is no other node, and its own sketches are in its memory already.</summary>
internal sealed class MemoryPeopleStore : IPeopleStore
{
    public Task Keep(string node, IReadOnlyCollection<StoredPeople> counts, CancellationToken stop = default) => Task.CompletedTask;

    public Task<PeopleNews> Since(string node, long? mark, CancellationToken stop = default) => Task.FromResult(new PeopleNews([], 0));

    public Task Forget(long hour, CancellationToken stop = default) => Task.CompletedTask;
}
