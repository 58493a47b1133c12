using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// The streams of a world in groups, and each group in runs, one for each part. A run ends where the hash of a stream's name says so: a
/// stream that comes or goes changes one run, and two snapshots share all other parts. Streams that change no more are in the order of
/// their last event, so that they grow at their end.
/// </summary>
internal static class PartGroups
{
    private const string Rest = "rest";
    private const string Finished = "finished";

    /// <summary>Average number of streams in a part; at most four times as many.</summary>
    private const int Usual = 256;

    /// <summary>The same for entries of finished rollouts, which are a hundredth of a state.</summary>
    private const int UsualFinished = 4096;

    /// <summary>The group that answers what an environment's flags were, but for rollouts that had left the memory and came back.</summary>
    public static string OfEnvironment(string environment) => EnvironmentEvents.Stream(environment);

    /// <summary>
    /// All streams of a world but that of keys: who may do what is always read from the log, so that no file beside it decides that.
    /// </summary>
    public static IEnumerable<string> Streams(World world) =>
        world.Ends.Keys.Union(world.Quarantined.Keys).Union(world.Broken.Keys).Where(stream => stream != AccessEvents.Prefix)
            .Concat(world.Finished.Select(entry => entry.Stream));

    /// <summary>Runs of streams with their group. Each stream is in one of them.</summary>
    public static IEnumerable<(string Group, IReadOnlyList<string> Streams)> Of(World world) => Streams(world)
        .GroupBy(stream => Group(stream, world), StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .SelectMany(group => Runs(Ordered(world, group.Key, group), group.Key == Finished ? UsualFinished : Usual)
            .Select(run => (group.Key, run)));

    private static string Group(string stream, World world)
    {
        if (stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal))
        {
            var id = stream[RolloutEvents.Prefix.Length..];
            return world.Rollouts.TryGetValue(id, out var rollout) ? OfEnvironment(rollout.State.Environment)
                : world.Finished.Find(id) is not null ? Finished
                : Rest;
        }

        if (stream.StartsWith(SegmentEvents.Prefix, StringComparison.Ordinal))
        {
            var name = stream[SegmentEvents.Prefix.Length..];
            return OfEnvironment(name.Split('/')[0]);
        }

        return stream.StartsWith(EnvironmentEvents.Prefix, StringComparison.Ordinal) ? stream
            : stream.StartsWith(PlanEvents.Prefix, StringComparison.Ordinal) ? PlanEvents.Prefix
            : Rest;
    }

    private static IEnumerable<string> Ordered(World world, string group, IEnumerable<string> streams) => group == Finished
        ? streams.OrderBy(stream => world.Finished.OfStream(stream)!.Position)
        : streams.Order(StringComparer.Ordinal);

    private static IEnumerable<IReadOnlyList<string>> Runs(IEnumerable<string> streams, int usual)
    {
        var run = new List<string>();
        foreach (var stream in streams)
        {
            run.Add(stream);
            if (Mixed(stream) % usual == 0 || run.Count == 4 * usual)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    /// <summary>FNV-1a, which is the same in every process.</summary>
    private static uint Mixed(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var one in text)
        {
            hash = unchecked((hash ^ one) * 16_777_619u);
        }

        return hash ^ (hash >> 15);
    }
}
