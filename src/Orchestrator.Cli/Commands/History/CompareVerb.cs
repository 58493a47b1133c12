using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>A rollout beside the last ones before it.</summary>
internal static class CompareVerb
{
    public static Verb Of()
    {
        var id = HistoryVerbs.Id();
        Option<int?> last = new("--last") { Description = "Number of earlier rollouts, 1 to 10 (default: 5)", HelpName = "n" };
        Option<bool> flag = new("--flag") { Description = "Earlier rollouts of the same flag, not only of the same plan" };
        var (html, markdown) = (new Option<bool>("--html") { Description = "As one HTML file" }, new Option<bool>("--markdown") { Description = "As Markdown (the default for people)" });
        return new Verb("compare", "Compare a rollout with the last ones before it", "rollout compare checkout", "rollout compare checkout --last 3 --html > checkout.html")
            .With(id, last, flag, html, markdown).Does(async (invocation, stop) =>
            {
                var path = Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/comparison").Query(
                    ("last", invocation.Value(last)?.ToString(CultureInfo.InvariantCulture)), ("by", invocation.Value(flag) ? "flag" : null));
                if (!invocation.Value(html) && !invocation.Value(markdown) && !invocation.Printer.Format.ForPeople)
                {
                    invocation.Printer.One(await invocation.Get(path, stop), $"rollout/{invocation.Value(id)}", _ => { });
                    return ExitCode.Success;
                }

                invocation.Terminal.Out.Write(await invocation.Text(path, invocation.Value(html) ? "text/html" : "text/markdown", stop));
                return ExitCode.Success;
            });
    }
}
