using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>The page with all verbs, made from the verbs. <c>WRITE_DOCS=1</c> writes it.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Page_has_every_verb_as_it_is()
    {
        var page = Page(RolloutCommandLine.Root());
        var path = Path.Combine(Here(), "../../../docs/cli-reference.md");
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    private static string Page(RootCommand root)
    {
        var page = new StringBuilder();
        page.Append("""
            # Verbs of `rollout`

            From the code; a test compares this page with it (`ReferenceTests`; `WRITE_DOCS=1` writes the page). Servers, contexts, output
            forms and exit codes: [cli.md](cli.md). Every verb also takes:

            | option | meaning |
            |---|---|

            """);
        foreach (var option in root.Options.Where(option => !option.Hidden))
        {
            page.Append(Row(option));
        }

        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            Add(page, command, ["rollout"], 2);
        }

        return page.ToString();
    }

    private static void Add(StringBuilder page, Command command, string[] before, int level)
    {
        string[] path = [.. before, command.Name];
        page.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{new string('#', Math.Min(level, 4))} {string.Join(' ', path)}\n\n{command.Description}.\n");
        if (command.Subcommands.Count == 0)
        {
            var rows = command.Arguments.Select(argument => $"| `{argument.Name}` | {Escaped(argument.Description)} |\n")
                .Concat(command.Options.Where(option => !option.Hidden).Select(Row)).ToArray();
            if (rows.Length > 0)
            {
                page.Append("\n| argument or option | meaning |\n|---|---|\n").AppendJoin("", rows);
            }
        }

        if (command is Verb { Examples.Count: > 0 } verb)
        {
            page.Append("\n```\n").AppendJoin('\n', verb.Examples).Append("\n```\n");
        }

        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden))
        {
            Add(page, sub, path, level + 1);
        }
    }

    private static string Row(Option option) =>
        $"| `{option.Name}`{string.Concat(option.Aliases.Where(alias => alias != option.Name).Select(alias => $", `{alias}`"))} | {Escaped(option.Description)} |\n";

    private static string Escaped(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
