using Orchestrator.Api.Callers;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>A session, as its cookie says it, held against what this node knows.</summary>
internal sealed class Session(Ticket ticket, EndedSessions ended, SessionWatches watches, TimeProvider wall) : ICallerSession
{
    public Ticket Ticket => ticket;

    /// <summary>The caller: the holder of the key, or the person.</summary>
    public Caller Caller => new(
        ticket.Holder, ticket.Role, ticket.Environment,
        ticket.Name is null ? null : new Person(ticket.Name, DateTimeOffset.FromUnixTimeMilliseconds(ticket.Until), wall))
    { Session = this };

    public bool IsOver(World world) => wall.GetUtcNow().ToUnixTimeMilliseconds() >= ticket.Until
        || world.Timeline != ticket.Timeline
        || ended.Has(ticket)
        || (ticket.Key is { } mark && !(world.Access.Working(ticket.Holder) is { } key && Ticket.MarkOf(key) == mark
            && key.Role == ticket.Role && key.Environment == ticket.Environment));

    public ISessionWatch Watch() => watches.Of(this);
}
