using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Segments;

/// <summary>Decides about a segment. Idempotent by state: a command whose result is already true yields no event.</summary>
public static class SegmentDecider
{
    /// <summary>Most users' keys in one list of a command.</summary>
    public const int MostMembers = 10_000;

    /// <summary>The decision.</summary>
    public static Decision<SegmentEvent> Decide(SegmentState state, SegmentCommand command) => command switch
    {
        SegmentCommand.Define define => Define(state, define),
        SegmentCommand.ChangeMembers change => Change(state, change),
        SegmentCommand.Measure measure => Measure(state, measure),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };

    private static Decision<SegmentEvent> Define(SegmentState state, SegmentCommand.Define define)
    {
        if (state.Definition is null)
        {
            return define.MemberKey.Length < 16
                ? Decision<SegmentEvent>.No("segment.member_key_too_short", "A segment needs a random key of at least 16 bytes for its members.")
                : Decision<SegmentEvent>.Of(new SegmentEvent.SegmentDefined(define.Definition, define.MemberKey));
        }

        // Records that hold arrays compare by reference; the stored form decides whether there is a change.
        return SegmentDefinitionJson.Write(state.Definition).AsSpan().SequenceEqual(SegmentDefinitionJson.Write(define.Definition))
            ? Decision<SegmentEvent>.Of()
            : Decision<SegmentEvent>.Of(new SegmentEvent.SegmentDefined(define.Definition, state.Members.MemberKey.ToArray()));
    }

    private static Decision<SegmentEvent> Change(SegmentState state, SegmentCommand.ChangeMembers change)
    {
        if (state.Definition is null)
        {
            return Decision<SegmentEvent>.No("segment.unknown", "The segment is not defined.");
        }

        if (change.Add.Length > MostMembers || change.Remove.Length > MostMembers)
        {
            return Decision<SegmentEvent>.No(
                "segment.too_many_members", $"At most {MostMembers} members can be added and removed at once; send the rest in another request.");
        }

        var members = state.Members;
        var remove = Hashes(change.Remove, members);
        var added = Hashes(change.Add, members).Except(remove).Where(member => !members.Contains(member)).ToImmutableArray();
        var removed = remove.Where(members.Contains).ToImmutableArray();
        return added.IsEmpty && removed.IsEmpty
            ? Decision<SegmentEvent>.Of()
            : Decision<SegmentEvent>.Of(new SegmentEvent.MembersChanged(added, removed));
    }

    private static Decision<SegmentEvent> Measure(SegmentState state, SegmentCommand.Measure measure) =>
        state.Definition is { Balance: not null } definition && SegmentDefinitions.RuleHash(definition) == measure.Rule
            && Population.After(state.Population, measure.Asked, measure.Qualified) is { } population
            ? Decision<SegmentEvent>.Of(
                new SegmentEvent.PopulationMeasured(Math.Round((decimal)population.Share, 9), population.Asked, population.Qualified))
            : Decision<SegmentEvent>.Of();

    // In the order of the hashes: the order of the request would show which users were added together.
    private static SortedSet<MemberHash> Hashes(ImmutableArray<string> keys, MemberSet members)
    {
        var hashes = new SortedSet<MemberHash>();
        foreach (var key in keys)
        {
            hashes.Add(MemberHash.Of(key, members.MemberKey));
        }

        return hashes;
    }
}
