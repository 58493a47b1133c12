using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.Aggregates;

/// <summary>Outcome of one attempt to decide a command and append its events.</summary>
internal abstract record CommandAttempt
{
    private CommandAttempt()
    {
    }

    /// <summary>Nothing is to be appended: refused, unchanged, or another version than the expected one.</summary>
    public sealed record Answered(CommandResult Result) : CommandAttempt;

    /// <summary>The events are in the log.</summary>
    public sealed record Appended(IReadOnlyList<RecordedEvent> Events) : CommandAttempt
    {
        public CommandResult Result => new(CommandOutcome.Applied, Events[^1].Version, Events[^1].Position);
    }

    /// <summary>Another writer was first: nothing was written, and the command is to be decided again.</summary>
    public sealed record Overtaken : CommandAttempt;

    /// <summary>The log may hold the events or not.</summary>
    public sealed record Unknown(string Reason) : CommandAttempt;
}
