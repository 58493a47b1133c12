using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads a plan from a document and reports all its errors at once.</summary>
public static class PlanReader
{
    private const string TargetingKey = "targetingKey";

    /// <summary>Reads the root of a parsed YAML or JSON text.</summary>
    /// <param name="root">The root.</param>
    /// <param name="pathFault">Syntax error of a JSONPath, null for none: the domain references no library that evaluates one.</param>
    public static PlanReading Read(Node root, Func<string, string?>? pathFault = null) => Read(root, new Findings(), pathFault);

    /// <summary>Reads a plan from its canonical <see cref="Plan.Document"/>. Rules that are younger than the recorded document only warn.</summary>
    public static PlanReading ReadDocument(string document) =>
        JsonText.Parse(document, out var errors, DocumentLimits.Recorded) is { } root
            ? Read(root, new Findings(recorded: true), null)
            : PlanReading.Failed(errors);

    /// <summary>
    /// Errors of a recorded document against rules that are younger than it: they apply to a new rollout of it (decision 9).
    /// </summary>
    public static ImmutableArray<InputError> Younger(string document) =>
        JsonText.Parse(document, out var errors, DocumentLimits.Recorded) is { } root ? Read(root).Errors : errors;

    private static PlanReading Read(Node root, Findings findings, Func<string, string?>? pathFault)
    {
        var plan = new Field(root, "", findings).Mapping(PlanKeys.Plan) is { } mapping ? Read(mapping, pathFault) : null;
        return new PlanReading(findings.Any ? null : plan, findings.Errors, findings.Warnings);
    }

    private static Plan Read(MappingReader mapping, Func<string, string?>? pathFault)
    {
        var scope = new PlanScope { Flag = FlagReader.Routed(mapping.Require("flag")), PathFault = pathFault };
        var name = mapping.Require("plan")?.Name(underscore: false);
        var segments = Segments(mapping["segments"], scope);
        var metrics = MetricReader.Read(mapping["metrics"], scope);
        var channels = SignalReader.Channels(mapping.Items("channels"), scope);
        var triggers = TriggerReader.Read(mapping.Items("triggers"), scope, [], null, null);
        var phases = mapping.Require("phases") is { } p ? new PhaseReader(scope, [.. triggers.Select(t => t.Name)]).Read(p) : [];
        var alerts = SignalReader.Alerts(mapping.Items("alerts"), scope);
        if (!phases.IsEmpty && !triggers.Concat(phases.SelectMany(Triggers)).Any(t => t.Action is TriggerAction.Rollback)
            && !alerts.Any(a => a.RollsBack))
        {
            mapping.Field.Warn("no trigger rolls back: if new fails, only people take users back");
        }

        var calendar = mapping["calendar"] is { } times ? CalendarReader.Read(times) : null;
        if (calendar is not null && !phases.IsEmpty)
        {
            CalendarCheck.Phases(mapping["phases"]!, phases, calendar);
        }

        var judgement = mapping["judgement"] is { } judged ? PolicyReader.Judgement(judged) : new Judgement();
        var document = CanonicalJson.Write(mapping.Field.Node, PlanKeys.Ordered);
        var plan = new Plan
        {
            Name = name ?? "",
            Title = mapping["title"] is { } title ? title.Text() ?? "" : name ?? "",
            Description = mapping["description"]?.Text(),
            Flag = scope.Flag ?? "",
            Document = document,
            Hash = CanonicalJson.Hash(document),
            Segments = segments,
            Metrics = metrics,
            Triggers = triggers,
            Phases = phases,
            Judgement = judgement,
            Alerts = alerts,
            Teams = PeopleReader.Teams(mapping.Items("teams")),
            Risks = PeopleReader.Risks(mapping.Items("risks")),
            Environments = FlagReader.Environments(mapping["environments"]),
            Dashboards = PeopleReader.Dashboards(mapping.Items("dashboards")),
            Approval = mapping["approvals"] is { } approvals ? PeopleReader.Approval(approvals) : new Approval([], 1, null),
            Calendar = calendar,
            Channels = channels,
            HealthChecks = SignalReader.Checks(mapping.Items("healthChecks"), scope),
            ConsistencyChecks = SignalReader.Checks(mapping.Items("consistencyChecks"), scope),
            Sources = SourceReader.Read(mapping.Items("sources"), scope, judgement.Sampling),
            OnStale = mapping["onStale"] is { } stale ? PolicyReader.Stale(stale) : null,
            Legacy = mapping["legacy"] is { } legacy ? PolicyReader.Legacy(legacy) : null,
            Bake = mapping["bake"] is { } bake ? Bake(bake,
                [.. triggers, .. phases is [.., { Steps: [.., var step] } last] ? last.Triggers.Concat(step.Triggers) : []], alerts) : null,
            KeepsSalt = mapping["stickiness"]?.OneOf("stickiness", PlanVocabulary.Stickiness.AsSpan()) == PlanVocabulary.KeepsSalt,
            StickyBy = mapping["stickyBy"] is { } by ? StickyBy(by, segments) : null,
            SignedPushes = mapping["signals"]?.Mapping(PlanKeys.Signals)?["signed"]?.Boolean() == true,
            OnUnwatched = (mapping["onUnwatched"] is { } unwatched ? PolicyReader.Unwatched(unwatched) : null) ?? UnwatchedPolicy.Legacy,
        };
        SegmentCheck.Judgeable(mapping, plan);
        DisplayOnlyAlerts.Warn(mapping, plan);
        return plan;
    }

    private static TimeSpan? Bake(Field field, IEnumerable<Trigger> inForce, ImmutableArray<AlertRule> alerts)
    {
        if (!alerts.Any(a => a.RollsBack)
            && !inForce.Any(t => t.Action is TriggerAction.Rollback or TriggerAction.RollbackSegment or TriggerAction.StepBack))
        {
            field.Warn("no trigger in force in the last step takes users back, so there is no rollback during the bake");
        }

        return field.Duration(positive: true);
    }

    private static string? StickyBy(Field field, ImmutableArray<PlanSegment> segments)
    {
        if (field.Text(256) is not { } name || name == TargetingKey)
        {
            return null;
        }

        foreach (var segment in segments.Where(segment => segment.Definition.Balance is not null || Parts(segment.Definition.Rule)))
        {
            field.Warn($"the segment '{segment.Key}' depends on single users (optedIn, targetingKey or balance): it can separate users whom '{Field.Short(name)}' keeps together");
        }

        return name;
    }

    private static bool Parts(SegmentRule rule) => rule switch
    {
        SegmentRule.All all => all.Rules.Any(Parts),
        SegmentRule.Any any => any.Rules.Any(Parts),
        SegmentRule.Not not => Parts(not.Rule),
        SegmentRule.Attribute attribute => attribute.Name == TargetingKey,
        _ => true,
    };

    private static IEnumerable<Trigger> Triggers(Phase phase) => phase.Triggers.Concat(phase.Steps.SelectMany(s => s.Triggers));

    private static ImmutableArray<PlanSegment> Segments(Field? field, PlanScope scope)
    {
        var segments = ImmutableArray.CreateBuilder<PlanSegment>();
        foreach (var (key, value) in field?.Named("segments") ?? [])
        {
            scope.Segments.Add(key);
            if (value.CheckName(key, underscore: false) && SegmentReader.Read(value) is { } definition)
            {
                segments.Add(new PlanSegment(key, definition));
            }
        }

        return segments.ToImmutable();
    }
}
