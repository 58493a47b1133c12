using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Cli.Plans;

/// <summary>A backtest as text, and as JSON in the form of the API.</summary>
internal static class BacktestText
{
    /// <summary>Forms of <c>--format</c>.</summary>
    public static readonly string[] Formats = ["text", "json"];

    /// <summary>Writes the answer of the API, or of <see cref="Json"/>.</summary>
    public static void Write(JsonElement report, string format, TextWriter output)
    {
        if (format == "json")
        {
            output.WriteLine(report.GetRawText());
            return;
        }

        foreach (var note in report.Items("notes"))
        {
            output.WriteLine(Plain.Line(note.GetString()!));
        }

        Section(report, "triggers", "Triggers", output);
        Section(report, "criteria", "Criteria", output);
        Section(report, "power", "Time until a rise is seen", output);
        var problems = report.Items("problems").ToArray();
        if (problems.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("Queries that failed");
            foreach (var problem in problems)
            {
                output.WriteLine($"- {Plain.Line(problem.GetString()!)}");
            }
        }
    }

    /// <summary>A result of this machine.</summary>
    public static JsonElement Json(BacktestReport report) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["plan"] = report.Plan,
        ["from"] = Instant(report.From),
        ["to"] = Instant(report.To),
        ["step"] = Durations.Format(report.Step),
        ["noData"] = report.NoData,
        ["triggers"] = Array(report.Triggers, one => new JsonObject
        {
            ["name"] = one.Name,
            ["rule"] = one.Rule,
            ["asked"] = one.Asked,
            ["fired"] = one.Fired,
            ["lasted"] = Durations.Format(one.Lasted),
            ["noEvidence"] = one.NoEvidence,
            ["nearest"] = one.Nearest,
            ["episodes"] = Array(one.Episodes, episode => new JsonObject
            {
                ["at"] = Instant(episode.At),
                ["lasted"] = Durations.Format(episode.Lasted),
                ["text"] = episode.Text,
            }),
            ["text"] = one.Text,
        }),
        ["criteria"] = Array(report.Criteria, one => new JsonObject
        {
            ["name"] = one.Name,
            ["rule"] = one.Rule,
            ["asked"] = one.Asked,
            ["window"] = Durations.Format(one.Window),
            ["windows"] = one.Windows,
            ["met"] = one.Met,
            ["near"] = one.Near,
            ["breached"] = one.Breached,
            ["noEvidence"] = one.NoEvidence,
            ["text"] = one.Text,
        }),
        ["power"] = Array(report.Power, one => new JsonObject
        {
            ["trigger"] = one.Trigger,
            ["step"] = one.Step,
            ["percentage"] = one.Percentage,
            ["before"] = one.Before,
            ["rise"] = one.Rise,
            ["usual"] = one.Usual is { } usual ? Durations.Format(usual) : null,
            ["quiet"] = one.Quiet is { } quiet ? Durations.Format(quiet) : null,
            ["text"] = one.Text,
        }),
        ["notes"] = Array(report.Notes, note => JsonValue.Create(note)),
        ["problems"] = Array(report.Problems, problem => JsonValue.Create(problem)),
    });

    private static void Section(JsonElement report, string key, string title, TextWriter output)
    {
        var all = report.Items(key).ToArray();
        if (all.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(title);
        foreach (var one in all)
        {
            output.WriteLine($"- {Plain.Line(one.Text("text") ?? "")}");
            foreach (var episode in one.Items("episodes"))
            {
                output.WriteLine($"    {episode.Text("at")} for {Rounded(episode.Text("lasted"))}: {Plain.Line(episode.Text("text") ?? "")}");
            }
        }
    }

    private static string? Rounded(string? duration) =>
        Durations.TryParse(duration, out var time) && time > TimeSpan.Zero ? Durations.Rounded(time) : duration;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> one) => new([.. items.Select(one)]);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
