using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
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
    /// <param name="effect">Effect on the rollout of the plan before; null where it is of none.</param>
    /// <param name="at">Time of the comparison.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Stdout.</param>
    /// <returns><see cref="ExitCode.Changes"/> when they differ.</returns>
    public static ExitCode Run(
        PlanSide? before, PlanSide after, RolloutEffect? effect, DateTimeOffset at, string format, TextWriter output)
    {
        if (before is null)
        {
            New(after, format, output);
            return ExitCode.Changes;
        }

        var compared = new Compared(before, after, effect, PlanComparison.Of(before.Plan, after.Plan, at));
        switch (format)
        {
            case "json":
                output.WriteLine(Json.Write(Document(compared)));
                break;
            case "markdown":
                Markdown(compared, output);
                break;
            default:
                Text(compared, output);
                break;
        }

        return compared.Same ? ExitCode.Success : ExitCode.Changes;
    }

    /// <summary>Two plans, and what differs.</summary>
    private sealed record Compared(PlanSide Before, PlanSide After, RolloutEffect? Effect, PlanComparison Comparison)
    {
        public bool Same => Before.Plan.Hash == After.Plan.Hash;

        /// <summary>All in one sentence. Of a rollout, its effect says the rest.</summary>
        public string Summary => Effect is null ? Comparison.Text : $"{Comparison.Differences}.";

        /// <summary>Users who move, from the current step on where a rollout takes the plan in.</summary>
        public IEnumerable<string> Users => Effect?.Amendment?.Users.Texts ?? Comparison.UserTexts.AsEnumerable();

        /// <summary>Both sides in sentences; none where both are files.</summary>
        public (string Label, string Text)[] Sides => Before.Revision is null && After.Revision is null ? []
            : [("before", Side(Before)), ("after", Side(After))];
    }

    private static JsonObject Document(Compared compared)
    {
        var comparison = compared.Comparison;
        var json = new JsonObject
        {
            ["plan"] = compared.After.Plan.Name,
            ["from"] = Document(compared.Before),
            ["to"] = Document(compared.After),
            ["same"] = compared.Same,
            ["text"] = compared.Summary,
            ["changes"] = JsonSerializer.SerializeToNode(comparison.Changes, PlanJson.Options),
            ["looser"] = JsonSerializer.SerializeToNode(comparison.Looser, PlanJson.Options),
            ["users"] = new JsonObject
            {
                ["texts"] = JsonSerializer.SerializeToNode(compared.Users, PlanJson.Options),
                ["steps"] = JsonSerializer.SerializeToNode(comparison.Users, PlanJson.Options),
            },
        };
        if (compared.Effect is { } effect)
        {
            json["effect"] = new JsonObject
            {
                ["rollout"] = effect.Rollout,
                ["texts"] = JsonSerializer.SerializeToNode(effect.Sentences(), PlanJson.Options),
                ["amendment"] = JsonSerializer.SerializeToNode(effect.Amendment, PlanJson.Options),
            };
        }

        return json;
    }

    private static JsonObject Document(PlanSide side)
    {
        var json = new JsonObject { ["hash"] = side.Plan.Hash };
        if (side.Revision is { } revision)
        {
            json["revision"] = revision;
        }

        if (side.Rollout is { } rollout)
        {
            json["rollout"] = new JsonObject
            {
                ["id"] = rollout.Id,
                ["status"] = rollout.Status,
                ["phase"] = rollout.Phase,
                ["step"] = rollout.Step,
                ["percentage"] = rollout.Percentage,
                ["summary"] = rollout.Summary,
            };
        }

        return json;
    }

    /// <summary>Origin of a plan; of a rollout its status, too, which names the step.</summary>
    private static string Side(PlanSide side) => side switch
    {
        { Rollout: { } rollout } => $"rollout {rollout.Id} in {rollout.Environment}, revision {side.Revision} of plan {side.Plan.Name}: {rollout.Summary}",
        { Revision: { } revision } => $"revision {revision} of plan {side.Plan.Name} on the server",
        _ => side.Name,
    };

    private static void New(PlanSide after, string format, TextWriter output)
    {
        var text = $"Plan {after.Plan.Name} is new. {PlanStory.Of(after.Plan).Text}";
        output.WriteLine(format switch
        {
            "json" => Json.Write(new JsonObject
            {
                ["plan"] = after.Plan.Name,
                ["from"] = null,
                ["to"] = Document(after),
                ["same"] = false,
                ["text"] = text,
            }),
            "markdown" => $"### Plan `{after.Plan.Name}`\n\n{Escaped(text)}",
            _ => Plain.Line(text),
        });
    }

    private static void Text(Compared compared, TextWriter output)
    {
        output.WriteLine(Plain.Line($"{compared.After.Plan.Name}: {compared.Summary}"));
        foreach (var (label, text) in compared.Sides)
        {
            output.WriteLine($"  {label + ":",-8}{Plain.Line(text)}");
        }

        if (compared.Same)
        {
            return;
        }

        if (compared.Sides.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("Changes:");
        }

        foreach (var change in compared.Comparison.Changes)
        {
            output.WriteLine($"  {Mark(change.Strictness)} {Plain.Line(change.Text)}");
        }

        Part("Users", compared.Users);
        if (compared.Effect is { } effect)
        {
            Part($"Rollout {effect.Rollout}", effect.Sentences());
        }

        void Part(string title, IEnumerable<string> sentences)
        {
            output.WriteLine();
            output.WriteLine($"{title}:");
            foreach (var sentence in sentences)
            {
                output.WriteLine($"  {Plain.Line(sentence)}");
            }
        }
    }

    private static void Markdown(Compared compared, TextWriter output)
    {
        output.WriteLine($"### Plan `{compared.After.Plan.Name}`");
        output.WriteLine();
        output.WriteLine(Escaped(compared.Summary));
        if (compared.Sides.Length > 0)
        {
            output.WriteLine();
        }

        foreach (var (label, text) in compared.Sides)
        {
            output.WriteLine($"- {label}: {Escaped(text)}");
        }

        if (compared.Same)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("| change | than before |");
        output.WriteLine("|---|---|");
        foreach (var change in compared.Comparison.Changes)
        {
            output.WriteLine($"| {Escaped(change.Text)} | {Word(change.Strictness)} |");
        }

        Part("Users", compared.Users);
        if (compared.Effect is { } effect)
        {
            Part($"Rollout {Escaped(effect.Rollout)}", effect.Sentences());
        }

        void Part(string title, IEnumerable<string> sentences)
        {
            output.WriteLine();
            output.WriteLine($"**{title}**");
            output.WriteLine();
            foreach (var sentence in sentences)
            {
                output.WriteLine($"- {Escaped(sentence)}");
            }
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
