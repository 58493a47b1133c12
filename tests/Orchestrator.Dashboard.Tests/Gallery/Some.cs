using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Gallery;

/// <summary>Invented values for the gallery.</summary>
internal static class Some
{
    private static readonly DateTimeOffset To = Rendering.Now;

    public const string Yaml = "rollout: chat\nphases:\n  - name: gradual\n    percentage: 120%\n    hold: 1w\n\n    gates:\n      - error_rate < 0.1 % over 48 h\n";

    public static Chart ErrorRate { get; } = new(
        "Error rate", To.AddHours(-1), To, [Wave("new", SeriesKind.New, 0.05, 0.66), Wave("legacy", SeriesKind.Legacy, 0.045, 0)])
    {
        Unit = "%",
        Every = TimeSpan.FromSeconds(15),
        Live = true,
        Limit = new(0.5, "rolls back above 0.5 % for 5 min"),
        Target = new(0, 0.1, "target below 0.1 %"),
        Baseline = new(0.062, "baseline 0.06 %"),
        Marks =
        [
            new(To.AddMinutes(-48), "25 % started"), new(To.AddMinutes(-10), "review asked"), new(To.AddMinutes(-8.5), "deployment 4.2"),
            new(To.AddMinutes(-5), "error-rate-spike breached", true),
        ],
    };

    public static Chart Late { get; } = new(
        "Requests", To.AddMinutes(-15), To,
        [Wave("new", SeriesKind.New, 420, 40, 3_470), Wave("legacy", SeriesKind.Legacy, 1_250, -90, 3_470)])
    {
        Unit = "/s",
        Every = TimeSpan.FromSeconds(15),
        Live = true,
    };

    public static Chart Memory { get; } = new(
        "Memory", To.AddHours(-1), To, [Wave("new", SeriesKind.New, 812, 40), Wave("legacy", SeriesKind.Legacy, 790, 2)])
    {
        Unit = "MB",
        FromZero = false,
        Every = TimeSpan.FromSeconds(15),
    };

    public static Chart Nothing { get; } = new(
        "P95", To.AddHours(-1), To, [new("new", SeriesKind.New, []), new("legacy", SeriesKind.Legacy, [])])
    {
        Unit = "ms",
        Limit = new(165, "limit 165 ms"),
    };

    public static IReadOnlyList<GanttRow> Plan { get; } =
    [
        new("Shadow", GanttState.Done, Day(-22), Day(-15), Day(-22), Day(-14.5)),
        new("Beta users", GanttState.Done, Day(-15), Day(-8), Day(-14.5), Day(-7)),
        new("Gradual, 10 %", GanttState.Bad, Day(-8), Day(-1), Day(-7), Day(-4)),
        new("Gradual, 25 %", GanttState.Now, Day(-1), Day(6), Day(-0.7)),
        new("Gradual, 50 %", GanttState.Later, Day(6), Day(13)),
        new("Everyone, and then the bake time", GanttState.Later, Day(13), Day(27)),
    ];

    public static IReadOnlyList<Mark> PlanMarks { get; } =
        [new(Day(-14.5), "review"), new(Day(-4), "rolled back", true), new(Day(-3.2), "restored")];

    public static IReadOnlyList<Point> Shares { get; } =
        [new(Day(-50), 0), new(Day(-14.5), 2), new(Day(-7), 10), new(Day(-4), 0), new(Day(-3.2), 10), new(Day(-0.7), 25)];

    private static DateTimeOffset Day(double days) => To.AddDays(days);

    /// <summary>A small wave that rises by <paramref name="rise"/> in the last eight minutes, with a gap of three.</summary>
    private static Series Wave(string name, SeriesKind kind, double level, double rise, int seconds = 3_600) => new(name, kind,
    [
        .. Enumerable.Range(0, (seconds / 15) + 1).Select(i => i * 15).Where(s => s is < 2_000 or > 2_180)
            .Select(s => new Point(To.AddSeconds(s - 3_600), (level * Ripple(s)) + (rise * Slope(s)), 412)),
    ]);

    private static double Slope(int s) => Math.Pow(Math.Max(0, s - 3_120) / 480.0, 1.6);

    private static double Ripple(int s) => 1 + (0.12 * Math.Sin(s / 41.0)) + (0.09 * Math.Sin(s / 17.3));
}
