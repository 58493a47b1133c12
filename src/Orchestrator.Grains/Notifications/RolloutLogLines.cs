using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// One log line for each event that needs attention and for each change of the users on new, under the category
/// <c>Orchestrator.Rollouts</c>. Written by the one follower for the whole cluster, so a line is on one node only.
/// </summary>
internal sealed partial class RolloutLogLines(ILoggerFactory loggers)
{
    /// <summary>Category of the lines, for filters.</summary>
    public const string Category = "Orchestrator.Rollouts";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <param name="recorded">The stored event.</param>
    /// <param name="happened">The same event, deserialized.</param>
    /// <param name="rollout">The rollout.</param>
    public void Write(RecordedEvent recorded, RolloutEvent happened, RolloutState rollout)
    {
        var notice = Notice.Of(happened, rollout.Plan);
        var level = happened is TriggerFired fired ? fired.Level : notice?.Level;
        if (level is not (Level.Critical or Level.Warning) && !Moves(happened))
        {
            return;
        }

        var severity = level switch { Level.Critical => LogLevel.Critical, Level.Warning => LogLevel.Warning, _ => LogLevel.Information };
        var (type, cause, text) = (happened.GetType().Name, Cause(happened, recorded.Actor),
            OneLine(notice?.Text ?? notice?.Title ?? happened.GetType().Name));
        if (Share(happened) is { } share)
        {
            LogMoved(severity, rollout.Id, rollout.Environment, type, cause, share, recorded.Actor.Id, recorded.Position, text);
        }
        else
        {
            LogHappened(severity, rollout.Id, rollout.Environment, type, cause, recorded.Actor.Id, recorded.Position, text);
        }
    }

    /// <summary>True for an event that changes the users on new.</summary>
    private static bool Moves(RolloutEvent happened) =>
        happened is PercentageRaised or PercentageLowered or SegmentsIncluded or RolledBack or SegmentRolledBack or RolloutRestored
            or SegmentRestored or RolloutHeld or RolloutConfirmed or RolloutAborted;

    /// <summary>The trigger, the incident or the rule behind it; else the actor.</summary>
    private static string Cause(RolloutEvent happened, Actor actor) => happened switch
    {
        TriggerFired e => e.Trigger,
        RolledBack { Trigger: { } trigger } => trigger,
        SegmentRolledBack { Trigger: { } trigger } => trigger,
        IncidentOpened e => e.Incident,
        IncidentEscalated e => e.Incident,
        ReviewOpened e => e.Review,
        _ => actor.Kind == ActorKind.User ? $"{actor.Id} ({actor.Role})" : actor.Id,
    };

    private static decimal? Share(RolloutEvent happened) => happened switch
    {
        PercentageRaised e => e.To,
        PercentageLowered e => e.To,
        RolloutRestored e => e.Percentage,
        RolledBack or RolloutHeld or RolloutAborted => 0,
        _ => null,
    };

    /// <summary>Reasons are free text: a line break in one must not forge a log line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    [LoggerMessage(Message = "{Rollout} in {Environment}: {EventType} by {Cause}, {Percentage}% ({By}, position {Position}): {Text}")]
    private partial void LogMoved(
        LogLevel level, string rollout, string environment, string eventType, string cause, decimal percentage, string by, long position,
        string text);

    [LoggerMessage(Message = "{Rollout} in {Environment}: {EventType} by {Cause} ({By}, position {Position}): {Text}")]
    private partial void LogHappened(
        LogLevel level, string rollout, string environment, string eventType, string cause, string by, long position, string text);
}
