using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Callers;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>
/// Records in the log the first use of a key and the name of a person. Nothing waits for it, a rollback least of all; a note that could not
/// be written is retried at the caller's next request.
/// </summary>
internal sealed partial class CallerRecorder(IGrainFactory grains, IWorld world, NodeIdentity node, ILogger<CallerRecorder> logger)
{
    /// <summary>Notes being written: no more than two for each key and known person, since each leaves when it is done.</summary>
    private readonly ConcurrentDictionary<AccessCommand, bool> _underWay = [];

    public void Note(Caller caller, bool reading)
    {
        // An evaluation node writes nothing: a read there is no use that other nodes know of.
        if (node.Role != NodeIdentity.Evaluation && Missing(caller, reading, world.Current.Access) is { } command
            && _underWay.TryAdd(command, true))
        {
            _ = Keep(caller.KeyId, command);
        }
    }

    private static AccessCommand? Missing(Caller caller, bool reading, AccessState access)
    {
        if (caller.Person is { } person)
        {
            if (reading)
            {
                return null;
            }

            var known = access.People.GetValueOrDefault(caller.KeyId);
            return known == person.Name || (known is null && access.People.Count >= AccessDecider.MostPeople)
                ? null
                : new AccessCommand.Introduce(caller.KeyId, person.Name);
        }

        // Only a key that a person created, and that may decide reviews, could count as a second person.
        return caller.Role.May(Permission.Review)
            && access.Working(caller.KeyId) is { CreatedBy: not null, FirstUsedAt: null } key
            && !(reading && key.FirstReadAt is not null)
            ? new AccessCommand.Use(caller.KeyId, reading)
            : null;
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
            _underWay.TryRemove(command, out _);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Note about the caller {Caller} not written, retried at its next request: {Reason}")]
    private partial void LogNotKept(string caller, string reason);
}
