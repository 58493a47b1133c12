using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Environments;

/// <summary>The line of an environment, and its static flags.</summary>
internal static class EnvironmentVerbs
{
    private static readonly Column[] Flags =
    [
        new("KEY", row => row.Text("key")),
        new("VALUE", row => row.Text("value")),
        new("WARNING", row => row.Items("warnings").Select(one => one.GetString()).FirstOrDefault()),
    ];

    private static readonly Column[] Deciding =
    [
        new("KEY", row => row.Text("key")),
        new("KIND", row => row.Text("kind")),
        new("BY", row => row.Text("rollout") ?? "environment"),
        new("STATUS", row => row.Text("status")),
        new("STEP", row => row.Text("step")),
        new("ANSWERS", row => row.Text("decided.audience") ?? row.Text("value")),
        new("DIFFERENCE", row => row.Items("differences").Select(one => one.GetString()).FirstOrDefault()),
    ];

    private static readonly Column[] Environments =
    [
        new("NAME", row => row.Text("name")),
        new("FLAGS", row => row.Text("flags"), Right: true),
        new("LINE", row => row.Text("line.reason") is { } reason ? "stopped: " + reason : "runs"),
    ];

    public static IEnumerable<Command> All() => [EnvironmentList(), Stop(), Resume(), FlagList(), InForce(), Flag()];

    private static Verb EnvironmentList() => new Verb("environments", "List environments with static flags or a stopped line", "rollout environments").Does(async (invocation, stop) =>
    {
        invocation.Printer.List(await invocation.All("/api/v1/environments", "environments", stop), "environments", row => $"environment/{row.Text("name")}", Environments, "No environments.");
        return ExitCode.Success;
    });

    private static Verb Stop()
    {
        var (environment, reason) = (Name(), new Option<string>("--reason", "-m") { Description = "Reason, for the audit trail", HelpName = "text", Required = true });
        return new Verb("stop-the-line", "Stop the line: no rollout advances in an environment; rolling back stays possible. Never asks", "rollout stop-the-line production -m 'incident 4711'")
            .With(environment, reason).Does((invocation, stop) =>
                Line(invocation, "stop-the-line", invocation.Value(environment), invocation.Value(reason), stop));
    }

    private static Verb Resume()
    {
        var (environment, reason, yes) = (Name(), new Option<string?>("--reason", "-m") { Description = "Reason, for the audit trail", HelpName = "text" }, Confirmation.Yes());
        return new Verb("resume-the-line", "Resume the line: rollouts may advance again", "rollout resume-the-line production --yes").With(environment, reason, yes).Does(async (invocation, stop) =>
        {
            var name = invocation.Value(environment);
            var waiting = (await invocation.All("/api/v1/rollouts".Query(("environment", name), ("status", "running")), "rollouts", stop)).Items("rollouts").Count();
            Confirmation.Ask(invocation, $"{name}: {Waits.Count(waiting, "running rollout")} may advance again.", invocation.Value(yes));
            return await Line(invocation, "resume-the-line", name, invocation.Value(reason), stop);
        });
    }

    private static async Task<ExitCode> Line(Invocation invocation, string verb, string environment, string? reason, CancellationToken stop)
    {
        var body = new JsonObject();
        if (reason is not null)
        {
            body["reason"] = reason;
        }

        var answer = (await invocation.Send(HttpMethod.Post, Calls.Route($"/api/v1/environments/{environment}/{verb}"), body, stop)).Json;
        invocation.Printer.One(answer, $"environment/{environment}", _ => invocation.Terminal.Out.WriteLine(
            $"{environment}: the line {(answer.Text("line.reason") is { } stopped ? "is stopped: " + Plain.Line(stopped) : "runs")}"));
        return ExitCode.Success;
    }

    private static Argument<string> Name()
    {
        var name = new Argument<string>("environment") { Description = "Environment" };
        name.CompletedBy(ServerNames.Environments);
        return name;
    }

    private static Verb FlagList()
    {
        var environment = Inputs.Environment();
        return new Verb("flags", "List the static flags of an environment", "rollout flags -e production").With(environment).Does(async (invocation, stop) =>
        {
            var answer = await invocation.All(Calls.Route($"/api/v1/environments/{Inputs.Environment(invocation, environment)}/flags"), "flags", stop);
            invocation.Printer.List(answer, "flags", row => $"flag/{row.Text("key")}", Flags, "No static flags.");
            return ExitCode.Success;
        });
    }

    private static Verb InForce()
    {
        var environment = Inputs.Environment();
        return new Verb("in-force", "List the flags of an environment with what decides each now: a rollout, or a static value", "rollout in-force -e production").With(environment).Does(async (invocation, stop) =>
        {
            var answer = await invocation.All(Calls.Route($"/api/v1/environments/{Inputs.Environment(invocation, environment)}/in-force"), "flags", stop);
            invocation.Printer.List(answer, "flags", row => $"flag/{row.Text("key")}", Deciding, "No flags.");
            return ExitCode.Success;
        });
    }

    private static Verb Flag()
    {
        var flag = new Verb("flag", "Get, set, remove or apply static flags");
        flag.With(FlagGet(), FlagSet(), FlagRemove(), FlagApply.Verb());
        return flag;
    }

    private static Verb FlagGet()
    {
        var (key, environment) = (new Argument<string>("key") { Description = "Key of the flag" }, Inputs.Environment());
        return new Verb("get", "Show a static flag", "rollout flag get banner -e production").With(key, environment).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get(Path(invocation, environment, key), stop);
            invocation.Printer.One(answer, $"flag/{invocation.Value(key)}", _ => invocation.Terminal.Out.WriteLine(answer.Text("value")));
            return ExitCode.Success;
        });
    }

    private static Verb FlagSet()
    {
        var (key, environment, yes) = (new Argument<string>("key") { Description = "Key of the flag" }, Inputs.Environment(), Confirmation.Yes());
        var value = new Argument<string>("value") { Description = "Value, as JSON; a text needs its quotes" };
        return new Verb("set", "Set a static flag", "rollout flag set banner true -e production --yes", "rollout flag set banner '\"blue\"' -e production --yes")
            .With(key, value, environment, yes).Does(async (invocation, stop) =>
            {
                var json = Inputs.Json("value", invocation.Value(value));
                Confirmation.Ask(invocation, $"{Inputs.Environment(invocation, environment)}: flag {invocation.Value(key)} becomes {json?.ToJsonString() ?? "null"} for all users.", invocation.Value(yes));
                var body = new JsonObject { ["value"] = json };
                var answer = (await invocation.Send(HttpMethod.Put, Path(invocation, environment, key), body, stop)).Json;
                invocation.Printer.One(answer, $"flag/{invocation.Value(key)}", _ => invocation.Terminal.Out.WriteLine($"{invocation.Value(key)} = {answer.Text("value")}"));
                return ExitCode.Success;
            });
    }

    private static Verb FlagRemove()
    {
        var (key, environment, yes) = (new Argument<string>("key") { Description = "Key of the flag" }, Inputs.Environment(), Confirmation.Yes());
        return new Verb("remove", "Remove a static flag", "rollout flag remove banner -e production --yes").With(key, environment, yes).Does(async (invocation, stop) =>
        {
            var place = Inputs.Environment(invocation, environment);
            Confirmation.Ask(invocation, $"{place}: flag {invocation.Value(key)} has no value any more.", invocation.Value(yes));
            await invocation.Api.Environments.RemoveFlag(place, invocation.Value(key), stop: stop);
            invocation.Say($"{invocation.Value(key)} is removed.");
            return ExitCode.Success;
        });
    }

    private static string Path(Invocation invocation, Option<string?> environment, Argument<string> key) =>
        Calls.Route($"/api/v1/environments/{Inputs.Environment(invocation, environment)}/flags/{invocation.Value(key)}");
}
