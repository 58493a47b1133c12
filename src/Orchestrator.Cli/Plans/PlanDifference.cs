using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Previews;

namespace Orchestrator.Cli.Plans;

/// <summary>Differences of two plans in sentences, with the users who move.</summary>
internal static class PlanDifference
{
    /// <summary>Forms of <c>--format</c>.</summary>
    public static readonly string[] Formats = ["text", "markdown", "json"];

    /// <summary>Compares two plans.</summary>
    /// <param name="before">The plan that is stored, or in force; null when there was none.</param>
    /// <param name="after">The newer one.</param>
    /// <param name="at">Time of the comparison.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Stdout.</param>
    /// <returns><see cref="ExitCode.Changes"/> when they differ.</returns>
    public static ExitCode Run(Plan? before, Plan after, DateTimeOffset at, string format, TextWriter output)
    {
        if (before is null)
        {
            New(after, format, output);
            return ExitCode.Changes;
        }

        var comparison = PlanComparison.Of(before, after, at);
        var same = before.Hash == after.Hash;
        switch (format)
        {
            case "json":
                output.WriteLine(Json.Write(new JsonObject
                {
                    ["plan"] = after.Name,
                    ["from"] = new JsonObject { ["hash"] = before.Hash },
                    ["to"] = new JsonObject { ["hash"] = after.Hash },
                    ["same"] = same,
                    ["text"] = comparison.Text,
                    ["changes"] = JsonSerializer.SerializeToNode(comparison.Changes, PlanJson.Options),
                    ["looser"] = JsonSerializer.SerializeToNode(comparison.Looser, PlanJson.Options),
                    ["users"] = new JsonObject
                    {
                        ["texts"] = JsonSerializer.SerializeToNode(comparison.UserTexts, PlanJson.Options),
                        ["steps"] = JsonSerializer.SerializeToNode(comparison.Users, PlanJson.Options),
                    },
                }));
                break;
            case "markdown":
                Markdown(after, comparison, same, output);
                break;
            default:
                Text(after, comparison, same, output);
                break;
        }

        return same ? ExitCode.Success : ExitCode.Changes;
    }

    private static void New(Plan after, string format, TextWriter output)
    {
        var text = $"Plan {after.Name} is new. {PlanStory.Of(after).Text}";
        output.WriteLine(format switch
        {
            "json" => Json.Write(new JsonObject
            {
                ["plan"] = after.Name,
                ["from"] = null,
                ["to"] = new JsonObject { ["hash"] = after.Hash },
                ["same"] = false,
                ["text"] = text,
            }),
            "markdown" => $"### Plan `{after.Name}`\n\n{Escaped(text)}",
            _ => Plain.Line(text),
        });
    }

    private static void Text(Plan after, PlanComparison comparison, bool same, TextWriter output)
    {
        output.WriteLine(Plain.Line($"{after.Name}: {comparison.Text}"));
        foreach (var change in comparison.Changes)
        {
            output.WriteLine($"  {Mark(change.Strictness)} {Plain.Line(change.Text)}");
        }

        if (!same)
        {
            output.WriteLine();
            output.WriteLine("Users:");
            foreach (var text in comparison.UserTexts)
            {
                output.WriteLine($"  {Plain.Line(text)}");
            }
        }
    }

    private static void Markdown(Plan after, PlanComparison comparison, bool same, TextWriter output)
    {
        output.WriteLine($"### Plan `{after.Name}`");
        output.WriteLine();
        output.WriteLine(Escaped(comparison.Text));
        if (same)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("| change | than before |");
        output.WriteLine("|---|---|");
        foreach (var change in comparison.Changes)
        {
            output.WriteLine($"| {Escaped(change.Text)} | {Word(change.Strictness)} |");
        }

        output.WriteLine();
        output.WriteLine("**Users**");
        output.WriteLine();
        foreach (var text in comparison.UserTexts)
        {
            output.WriteLine($"- {Escaped(text)}");
        }
    }

    private static string Mark(ChangeStrictness strictness) => strictness switch
    {
        ChangeStrictness.Looser => "looser   ",
        ChangeStrictness.Stricter => "stricter ",
        ChangeStrictness.Incomparable => "unclear  ",
        _ => "         ",
    };

    private static string Word(ChangeStrictness strictness) => strictness switch
    {
        ChangeStrictness.Looser => "**looser**",
        ChangeStrictness.Stricter => "stricter",
        ChangeStrictness.Incomparable => "**not shown to be as strict**",
        _ => "",
    };

    /// <summary>Text that Markdown shows as it is: a plan's author writes it, and a code host renders it in a comment.</summary>
    private static string Escaped(string text)
    {
        var escaped = new System.Text.StringBuilder(text.Length + 8);
        foreach (var letter in Plain.Line(text))
        {
            if (letter is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#' or '!' or '@' or '~' or '&')
            {
                escaped.Append(letter is '@' ? "@\u200B" : letter is '<' ? "&lt;" : letter is '>' ? "&gt;" : letter is '&' ? "&amp;" : "\\" + letter);
            }
            else
            {
                escaped.Append(letter);
            }
        }

        return escaped.ToString();
    }
}
