using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>
/// Keeps in the log what callers are known by: the first use of a key, and the name of a person. Nothing waits for it, a rollback least of all; what could not be kept
/// is tried again at the caller's next change.
/// </summary>
internal sealed partial class CallerNotes(IGrainFactory grains, IWorld world, ILogger<CallerNotes> logger)
{
    /// <summary>Callers whose note is on its way: no more than there are keys and kept people, since each goes when its note is done.</summary>
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    public void Note(Caller caller)
    {
        if (Missing(caller, world.Current.Access) is { } command && _underWay.TryAdd(caller.KeyId, true))
        {
            _ = Keep(caller.KeyId, command);
        }
    }

    private static AccessCommand? Missing(Caller caller, AccessState access)
    {
        if (caller.Person is { } person)
        {
            var known = access.People.GetValueOrDefault(caller.KeyId);
            return known == person.Name || (known is null && access.People.Count >= AccessDecider.MostPeople) ? null : new AccessCommand.Introduce(caller.KeyId, person.Name);
        }

        // Only a key that somebody made, for people, could stand for two of them.
        return caller.Role.May(Permission.Review) && access.Working(caller.KeyId) is { CreatedBy: not null, FirstUsedAt: null } ? new AccessCommand.Use(caller.KeyId) : null;
    }

    private async Task Keep(string id, AccessCommand command)
    {
        try
        {
            await Task.Yield();
            await grains.GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(command, Envelope.By(Actor.System));
        }
        catch (Exception e)
        {
            LogNotKept(id, e.Message);
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }

    [LoggerMessage(LogLevel.Debug, "What {Caller} is known by could not be kept now: {Reason}")]
    private partial void LogNotKept(string caller, string reason);
}
