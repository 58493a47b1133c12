using System.Collections.Immutable;

namespace Orchestrator.Domain.Events;

/// <summary>An aggregate's answer to a command. No event means that the state is already as wanted.</summary>
/// <typeparam name="TEvent">The aggregate's closed family of events.</typeparam>
public abstract record Decision<TEvent>
{
    private Decision()
    {
    }

    /// <summary>These events follow; none when the state is already as wanted.</summary>
    public sealed record Accepted(ImmutableArray<TEvent> Events) : Decision<TEvent>;

    /// <summary>The state does not allow the command.</summary>
    /// <param name="Code">Stable, such as <c>rollout.not_running</c>.</param>
    /// <param name="Message">Display text, one sentence.</param>
    public sealed record Refused(string Code, string Message) : Decision<TEvent>;

    /// <summary>Accepted with these events.</summary>
    public static Decision<TEvent> Of(params ReadOnlySpan<TEvent> events) => new Accepted([.. events]);

    /// <summary>Refused.</summary>
    public static Decision<TEvent> No(string code, string message) => new Refused(code, message);
}
