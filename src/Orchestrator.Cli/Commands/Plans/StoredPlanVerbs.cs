using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Plans;

/// <summary>Plans on the server: list, get, apply.</summary>
internal static class StoredPlanVerbs
{
    private static readonly Column[] Columns =
    [
        new("NAME", row => row.Text("name")),
        new("REVISION", row => row.Text("revision"), Right: true),
        new("FLAG", row => row.Text("flag")),
        new("ROLLOUTS", row => row.Text("rollouts"), Right: true),
        new("UNFINISHED", row => row.Text("unfinished"), Right: true),
        new("AGE", row => Ages.Of(row, "at"), Right: true),
        new("HASH", row => row.Text("hash"), Wide: true),
        new("TITLE", row => row.Text("title")),
    ];

    public static IEnumerable<Command> All() => [List(), Get(), PlanApply.Verb()];

    private static Verb List() => new Verb("list", "List the newest revisions of all stored plans", "rollout plan list").Does(async (invocation, stop) =>
    {
        invocation.Printer.List(await invocation.All("/api/v1/plans", "plans", stop), "plans", row => $"plan/{row.Text("name")}", Columns, "No plans.");
        return ExitCode.Success;
    });

    private static Verb Get()
    {
        var name = new Argument<string>("name") { Description = "Name of the plan" };
        name.CompletedBy(ServerNames.Plans);
        Option<int?> revision = new("--revision") { Description = "An earlier revision", HelpName = "number" };
        return new Verb("get", "Write the text of a stored plan, as it was sent", "rollout plan get checkout > checkout.yaml", "rollout plan get checkout --revision 2 -o json")
            .With(name, revision).Does(async (invocation, stop) =>
            {
                var path = Calls.Route($"/api/v1/plans/{invocation.Value(name)}").Query(("revision", invocation.Value(revision)?.ToString(CultureInfo.InvariantCulture)));
                if (invocation.Printer.Format.ForPeople)
                {
                    invocation.Terminal.Out.Write(await invocation.Text(path, "application/yaml", stop));
                }
                else
                {
                    invocation.Printer.One(await invocation.Get(path, stop), $"plan/{invocation.Value(name)}", _ => { });
                }

                return ExitCode.Success;
            });
    }
}
