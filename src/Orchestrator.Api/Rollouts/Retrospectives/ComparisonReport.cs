using System.Globalization;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A comparison of rollouts as text: one column a rollout.</summary>
internal static class ComparisonReport
{
    private const string None = "–";

    public static IReadOnlyList<Block> Of(RolloutComparison comparison)
    {
        var all = comparison.Rollouts;
        string[] heads = ["", .. all.Select(one => one.Rollout)];
        return
        [
            new Block.Heading(1, $"{all[0].Rollout} beside {all.Length - 1} earlier rollouts"),
            new Block.Paragraph(all.Length == 1 ? "There is no earlier rollout to compare with." : "The first column is the rollout itself, the others are earlier ones, the newest first. Near misses are those of the events: times at which a condition held without firing."),
            new Block.Heading(2, "Course"),
            new Block.Table(heads, [.. Course(all).Select(row => (string[])[row.Name, .. row.Cells])]),
            new Block.Heading(2, "Time in each step"),
            new Block.Table(heads, [.. comparison.Steps.Select(step => (string[])[$"{step.Phase}, {step.Step}", .. step.Took.Select(took =>
                took is { } known ? Durations.Readable(known) : None)])]),
            new Block.Heading(2, "Time for which each gate was shut"),
            new Block.Table(heads, [.. Gates(all).Select(gate => (string[])[gate, .. all.Select(one => Waited(one, gate))])]),
            new Block.Heading(2, "Outcome"),
            new Block.Facts([.. all.Select(one => (one.Rollout, (string?)one.Outcome))]),
            .. comparison.LeftOut.IsEmpty ? [] : (Block[])[new Block.Paragraph($"Left out, because this node cannot read their events: {string.Join(", ", comparison.LeftOut)}.")],
        ];
    }

    private static IEnumerable<(string Name, IEnumerable<string> Cells)> Course(IEnumerable<ComparedRollout> all) =>
    [
        ("Status", all.Select(one => Report.Word<Orchestrator.Domain.Rollouts.RolloutStatus>(one.Status))),
        ("Revision", all.Select(one => Number(one.Revision))),
        ("Started", all.Select(one => one.StartedAt?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? None)),
        ("Took", all.Select(one => Durations.Readable(one.Took))),
        ("Against the plan", all.Select(one => one.EndedAt - one.PlannedEnd is { } late
            ? Durations.Readable(late.Duration()) + (late < TimeSpan.Zero ? " earlier" : " later") : None)),
        ("Rollbacks", all.Select(one => Number(one.Rollbacks))),
        ("Longest time to roll back", all.Select(one => one.TimeToRollBack is { } time ? Durations.Readable(time) : None)),
        ("Incidents", all.Select(one => Number(one.Incidents))),
        ("Failing verdicts overridden", all.Select(one => Number(one.Overrides))),
        ("Triggers that fired", all.Select(one => Number(one.Fired))),
        ("Near misses", all.Select(one => one.NearMisses.IsEmpty ? "0" : $"{one.NearMisses.Length}: {string.Join(", ", one.NearMisses)}")),
        ("Without evidence for", all.Select(one => Durations.Readable(one.Gaps))),
        ("Success met, not met, no evidence", all.Select(one => $"{one.Met}, {one.NotMet}, {one.NoEvidence}")),
        ("User-hours on new", all.Select(one => one.UserHours is { } hours ? hours.ToString("N0", CultureInfo.InvariantCulture) : "not counted")),
    ];

    private static IEnumerable<string> Gates(IEnumerable<ComparedRollout> all) =>
        all.SelectMany(one => one.Waiting).Select(wait => wait.Gate).Distinct();

    private static string Waited(ComparedRollout one, string gate) =>
        one.Waiting.FirstOrDefault(wait => wait.Gate == gate) is { } wait ? Durations.Readable(wait.Shut) : None;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
