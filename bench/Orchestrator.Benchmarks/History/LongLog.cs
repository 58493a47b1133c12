using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Orchestrator.Benchmarks.Simulate;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.PlanFiles;

namespace Orchestrator.Benchmarks.History;

/// <summary>
/// Writes a long log straight into the file of the embedded store, with the chain of the product: one rollout after another in each
/// environment and for each plan, simulated from the strategy's plan. They are aborted after some weeks; all are over at the end.
/// </summary>
internal sealed class LongLog
{
    public const int Environments = 50;

    private const int PlanCount = 4;
    private const int Batch = 50_000;

    /// <summary>Room for the events by which all rollouts end.</summary>
    private const int Ending = 40_000;

    private static readonly int[] UsualWeeks = [17, 4];
    private static readonly TimeSpan Span = TimeSpan.FromDays(365);
    private static readonly Actor Admin = Actor.User("env-admin", "admin");

    private readonly int[] _weeks;
    private readonly Dictionary<string, (long Version, ReadOnlyMemory<byte> Hash)> _ends = [];
    private readonly Actor[] _actors = [Actor.Timer, Admin];
    private readonly SqliteConnection _connection;
    private SqliteCommand _insert = null!;

    private LongLog(SqliteConnection connection, DateTimeOffset from, TimeSpan step, int[] weeks) =>
        (_connection, From, Step, _weeks) = (connection, from, step, weeks);

    /// <summary>Time of the first event.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Time between two events.</summary>
    public TimeSpan Step { get; }

    public long Written { get; private set; }

    public int Rollouts { get; private set; }

    public static string FlagOf(int plan) => $"flag{plan}";

    /// <summary>Id of a rollout of this many events; null for none.</summary>
    public string? Longest { get; private set; }

    /// <summary>Writes at least so many events into an empty store.</summary>
    /// <param name="folder">Folder of the store.</param>
    /// <param name="events">Events.</param>
    /// <param name="weeks">Weeks after which rollouts are aborted, in turn; 17 and 4 for null.</param>
    /// <param name="longest">Events of one more rollout, which is paused and resumed; 0 for none.</param>
    public static LongLog Write(string folder, long events, int[]? weeks = null, int longest = 0)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "orchestrator.db")};Pooling=False");
        connection.Open();
        using (var fast = connection.CreateCommand())
        {
            fast.CommandText = "PRAGMA synchronous = OFF";
            fast.ExecuteNonQuery();
        }

        var log = new LongLog(
            connection, DateTimeOffset.UtcNow - Span - TimeSpan.FromHours(1), Span / (events + Ending + longest), weeks ?? UsualWeeks);
        log.Fill(events, longest);
        return log;
    }

    private void Fill(long events, int longest)
    {
        var stories = Enumerable.Range(0, PlanCount).Select(Stories).ToArray();
        var lanes = (
            from environment in Enumerable.Range(0, Environments)
            from plan in Enumerable.Range(0, PlanCount)
            select new Queue<(string Stream, NewEvent Event)>()).ToArray();
        Begin();
        for (var lane = 0; Written < events || lanes.Any(one => one.Count > 0); lane = (lane + 1) % lanes.Length)
        {
            if (lanes[lane].Count == 0 && Written < events)
            {
                var number = Rollouts++;
                var told = stories[lane % PlanCount][number / lanes.Length % _weeks.Length];
                foreach (var one in Rollout($"r{number}", $"team-{lane / PlanCount}", lane % PlanCount, told))
                {
                    lanes[lane].Enqueue(one);
                }
            }

            if (lanes[lane].TryDequeue(out var next))
            {
                Append(next.Stream, next.Event);
            }
        }

        if (longest > 0)
        {
            Longest = "longest";
            foreach (var (stream, one) in Rollout(Longest, "team-0", PlanCount, Paused(Read(PlanCount), longest)))
            {
                Append(stream, one);
            }
        }

        Commit();
    }

    /// <summary>Histories of rollouts of a plan.</summary>
    private Happened<RolloutEvent>[][] Stories(int plan)
    {
        var read = Read(plan);
        return [.. _weeks.Select(weeks => Aborted(read, weeks))];
    }

    private static Plan Read(int plan)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "samples/plans/chat-architecture.yaml"));
        return PlanText.Read(Regex.Replace(text, "(?m)^flag:.*$", $"flag: {FlagOf(plan)}")).Plan
            ?? throw new InvalidOperationException("The sample plan has errors.");
    }

    private static Happened<RolloutEvent>[] Paused(Plan plan, int events)
    {
        var rollout = Story.Of(plan, TimeSpan.Zero, TimeSpan.FromHours(1)).Rollout;
        while (rollout.Events.Count < events)
        {
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(5));
            rollout.Command(new RolloutCommand.Pause("a look"), Admin);
            rollout.Command(new RolloutCommand.Resume("well"), Admin);
        }

        return [.. rollout.Events];
    }

    private static Happened<RolloutEvent>[] Aborted(Plan plan, int weeks)
    {
        var rollout = Story.Of(plan, TimeSpan.FromDays(7 * weeks), TimeSpan.FromHours(1)).Rollout;
        rollout.Command(new RolloutCommand.Abort("enough"), Admin);
        return rollout.State.Status == RolloutStatus.Aborted ? [.. rollout.Events]
            : throw new InvalidOperationException($"The rollout ended as {rollout.State.Status}.");
    }

    private static IEnumerable<(string Stream, NewEvent Event)> Rollout(
        string id, string environment, int plan, Happened<RolloutEvent>[] told)
    {
        yield return (EnvironmentEvents.Stream(environment), EnvironmentEvents.Catalog.Write(
            new EnvironmentEvent.FlagClaimed(FlagOf(plan), id), Guid.CreateVersion7()));
        foreach (var one in told)
        {
            var happened = one.Event is RolloutEvent.RolloutCreated created
                ? created with { Rollout = id, Environment = environment }
                : one.Event;
            yield return (RolloutEvents.Stream(id), RolloutEvents.Catalog.Write(happened, Guid.CreateVersion7()));
        }

        yield return (EnvironmentEvents.Stream(environment), EnvironmentEvents.Catalog.Write(
            new EnvironmentEvent.FlagReleased(FlagOf(plan), id), Guid.CreateVersion7()));
    }

    private void Append(string stream, NewEvent one)
    {
        var (version, hash) = _ends.GetValueOrDefault(stream, (0, HashChain.Origin));
        var recorded = new RecordedEvent
        {
            Position = 0,
            Stream = stream,
            Version = version + 1,
            Id = one.Id,
            Type = one.Type,
            Schema = one.Schema,
            At = From + (Written * Step),
            Actor = _actors[Written % 2],
            Cause = null,
            Correlation = null,
            CommandId = one.Id.ToString("N"),
            Data = one.Data,
            Hash = default,
        };
        var next = HashChain.Expected(hash.Span, recorded);
        _ends[stream] = (version + 1, next);
        object?[] values =
        [
            stream, recorded.Version, recorded.Id.ToByteArray(bigEndian: true), recorded.Type, recorded.Schema, recorded.At.UtcTicks,
            (int)recorded.Actor.Kind, recorded.Actor.Id, recorded.Actor.Role, recorded.CommandId, recorded.Data.ToArray(), next,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            _insert.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        _insert.ExecuteNonQuery();
        if (++Written % Batch == 0)
        {
            Commit();
            Begin();
        }
    }

    private void Begin()
    {
        _insert = _connection.CreateCommand();
        _insert.Transaction = _connection.BeginTransaction();
        _insert.CommandText =
            """
            INSERT INTO events (stream, version, id, type, schema, at, actor_kind, actor_id, actor_role, command_id, data, hash)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;
        for (var i = 0; i < 12; i++)
        {
            _insert.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }
    }

    private void Commit()
    {
        var transaction = _insert.Transaction!;
        transaction.Commit();
        transaction.Dispose();
        _insert.Dispose();
    }
}
