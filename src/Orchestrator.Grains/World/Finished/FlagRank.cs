using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// Place of a rollout among those of its flag; the first one decides the flag: the unfinished one that was started, else the one that
/// ended last (a completed rollout keeps serving), else one that waits for its start. A quarantined rollout that holds the flag decides
/// it: it may have been started, and it routes to legacy.
/// </summary>
/// <param name="Unread">True when its stream was changed outside of the product, and it may hold the flag.</param>
/// <param name="Started">True when it was started.</param>
/// <param name="Unfinished">True while it may still change.</param>
/// <param name="At">Time of its newest event while it is unfinished; else of its end.</param>
/// <param name="Retired">True when it is retired.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct FlagRank(bool Unread, bool Started, bool Unfinished, DateTimeOffset At, bool Retired, string Id)
    : IComparable<FlagRank>
{
    public static FlagRank Of(World world, RolloutState state) => new(
        IsUnread(world, state.Environment, state.Plan.Flag, state.Id), state.PhaseIndex >= 0, state.Unfinished,
        state.Unfinished ? state.LastAt : state.Since, state.Status == RolloutStatus.Retired, state.Id);

    public static FlagRank Of(World world, FinishedRollout entry) => new(
        IsUnread(world, entry.Environment, entry.Plan.Flag, entry.Id), entry.Started, false, entry.Since,
        entry.Status == RolloutStatus.Retired, entry.Id);

    /// <summary>The first of a flag is the least.</summary>
    public int CompareTo(FlagRank other) =>
        Unread != other.Unread ? other.Unread.CompareTo(Unread)
        : Started != other.Started ? other.Started.CompareTo(Started)
        : Unfinished != other.Unfinished ? other.Unfinished.CompareTo(Unfinished)
        : At != other.At ? other.At.CompareTo(At)
        : Retired != other.Retired ? Retired.CompareTo(other.Retired)
        : string.CompareOrdinal(Id, other.Id);

    /// <summary>Order of entries of one flag whose streams are not in doubt.</summary>
    public static int Compare(FinishedRollout x, FinishedRollout y) => Of(World.Empty, x).CompareTo(Of(World.Empty, y));

    private static bool IsUnread(World world, string environment, string flag, string id) =>
        world.Broken.Count > 0 && world.Broken.ContainsKey(RolloutEvents.Stream(id)) && MayHold(world, environment, flag, id);

    /// <summary>True when the rollout holds its flag by the environment, or when the environment's stream cannot be trusted.</summary>
    private static bool MayHold(World world, string environment, string flag, string id) =>
        world.Broken.ContainsKey(EnvironmentEvents.Stream(environment))
        || world.Environments.GetValueOrDefault(environment)?.State.Claims.GetValueOrDefault(flag) is not { } claim
        || claim.Rollout == id;
}
