using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Every key of a file of scenarios, as <c>docs/scenarios.schema.json</c> has it; a test holds the two together.</summary>
internal static class ScenarioKeys
{
    public static readonly MappingKeys File = new("file", "plan", "common", "scenarios");

    public static readonly MappingKeys Scenario = new(
        "scenario", "name", "title", "seed", "start", "environment", "begin", "length", "sampling", "traffic", "counters", "signals",
        "segments", "silences", "restarts", "alerts", "reviews", "objectives", "commands", "expect");

    public static readonly MappingKeys Common = new("common", Scenario.Keys.Where(key => key is not ("name" or "title")).ToImmutableArray());

    public static readonly MappingKeys Signals = new("signals", "new", "legacy", "shadow");

    public static readonly MappingKeys Level = new("level", "base", "noise", "season", "changes");

    public static readonly MappingKeys Season = new("season", "every", "amplitude", "peak");

    public static readonly MappingKeys Change = new("change", "step", "at", "to", "over", "gap");

    public static readonly MappingKeys Segment = new("segment", "share", "signals");

    public static readonly MappingKeys Silence = new("silence", "of", "step", "at", "for");

    public static readonly MappingKeys Restart = new("restart", "step", "at", "for", "samples");

    public static readonly MappingKeys Alert = new("alert", "name", "step", "at", "for");

    public static readonly MappingKeys Review = new("review", "step", "trigger", "decide", "after", "reason");

    public static readonly MappingKeys Objectives = new("objectives", "after");

    public static readonly MappingKeys Command = new("command", "do", "step", "at", "reason", "segments");

    public static readonly MappingKeys Expect = new(
        "expect", "status", "step", "percentage", "incidents", "fires", "rollsBack", "reached", "at");

    public static readonly MappingKeys RollsBack = new("rollsBack", "by", "step", "at", "within");

    public static readonly MappingKeys Reached = new("reached", "step", "by", "notBefore");

    public static readonly MappingKeys Instant = new("instant", "step", "at", "status", "in", "percentage");

    public static readonly ImmutableArray<MappingKeys> All =
    [
        File, Common, Scenario, Signals, Level, Season, Change, Segment, Silence, Restart, Alert, Review, Objectives, Command, Expect,
        RollsBack, Reached, Instant,
    ];
}
