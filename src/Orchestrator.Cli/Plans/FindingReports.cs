using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Plans;

/// <summary>Findings in the form that a reader wants: people, scripts, a code host.</summary>
internal static class FindingReports
{
    /// <summary>Forms of <c>--format</c>.</summary>
    public static readonly string[] Formats = ["text", "json", "sarif", "github"];

    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    /// <summary>Writes all findings.</summary>
    /// <param name="findings">The findings, by file and line.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Stdout.</param>
    public static void Write(IReadOnlyList<Finding> findings, string format, TextWriter output)
    {
        switch (format)
        {
            case "json":
                output.WriteLine(Json.Write(new JsonArray([.. findings.Select(Object)])));
                break;
            case "sarif":
                output.WriteLine(Json.Write(Sarif(findings)));
                break;
            case "github":
                foreach (var finding in findings)
                {
                    output.WriteLine(
                        $"::{finding.Severity} file={Property(finding.File)},line={finding.Line},col={finding.Column}::{Data(finding.Told)}");
                }

                break;
            default:
                foreach (var finding in findings)
                {
                    output.WriteLine($"{finding.File}:{finding.Line}:{finding.Column}: {(finding.IsError ? "" : "warning: ")}{Plain.Line(finding.Told)}");
                }

                break;
        }
    }

    private static JsonObject Object(Finding finding) => new()
    {
        ["file"] = finding.File,
        ["line"] = finding.Line,
        ["column"] = finding.Column,
        ["path"] = finding.Path,
        ["severity"] = finding.Severity,
        ["message"] = finding.Message,
    };

    private static JsonObject Sarif(IReadOnlyList<Finding> findings) => new()
    {
        ["$schema"] = Schema,
        ["version"] = "2.1.0",
        ["runs"] = new JsonArray(new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "rollout plan validate",
                    ["rules"] = new JsonArray(
                        Rule("plan/error", "A plan or a file of scenarios breaks a rule."),
                        Rule("plan/warning", "A text is allowed but probably not intended.")),
                },
            },
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray([.. findings.Select(Result)]),
        }),
    };

    private static JsonObject Rule(string id, string text) => new()
    {
        ["id"] = id,
        ["shortDescription"] = new JsonObject { ["text"] = text },
    };

    private static JsonObject Result(Finding finding) => new()
    {
        ["ruleId"] = $"plan/{finding.Severity}",
        ["level"] = finding.Severity,
        ["message"] = new JsonObject { ["text"] = finding.Told },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = Uri(finding.File) },
                ["region"] = new JsonObject { ["startLine"] = finding.Line, ["startColumn"] = finding.Column },
            },
        }),
    };

    /// <summary>A relative reference as SARIF wants it: forward slashes, other characters escaped.</summary>
    private static string Uri(string file) =>
        string.Join('/', file.Replace('\\', '/').Split('/').Where(part => part != ".").Select(System.Uri.EscapeDataString));

    private static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
