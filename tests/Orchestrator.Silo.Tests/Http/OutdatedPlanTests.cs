using System.Net.Http.Json;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Plans;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>A kept plan revision may be older than a rule of this build.</summary>
public sealed class OutdatedPlanTests
{
    private static readonly string Trap = Plans.Checkout.Replace("error_rate > 0.5%", "error_rate > 1", StringComparison.Ordinal);

    [Fact]
    public async Task Rollout_of_a_revision_that_this_build_refuses_is_not_created_and_holds_no_flag()
    {
        await using var silo = await SiloHost.Start();
        Assert.Equal("input.invalid", await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Trap, "application/yaml")).Problem(422));
        await Keep(silo, Trap);

        var refused = await Create(silo, "r1").Json(422);
        Assert.Equal("input.invalid", refused.GetProperty("code").GetString());
        var error = Assert.Single(refused.GetProperty("errors").EnumerateArray());
        Assert.Equal("plan", error.GetProperty("path").GetString());
        Assert.Contains("'error_rate > 1' is never true", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("rollout.not_found", await silo.Admin.GetAsync("/api/v1/rollouts/r1").Problem(404));

        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json();
        await Create(silo, "r2").Json(201);
    }

    [Fact]
    public async Task Creation_that_is_sent_again_is_answered_as_before_and_the_rollout_goes_on()
    {
        await using var silo = await SiloHost.Start();
        await Keep(silo, Trap);
        var document = CanonicalJson.Write(YamlText.Parse(Trap, out _)!, PlanKeys.Ordered);
        var plan = PlanReader.ReadDocument(document).Plan!;
        var grains = (IGrainFactory)silo.Services.GetService(typeof(IGrainFactory))!;
        var born = await grains.GetGrain<IRolloutGrain>("r1")
            .Execute(new RolloutCommand.Create("r1", plan, 1, "production", "salt"), Envelope.By(Actor.User("old", "admin")));
        await Known(silo, born);

        var again = await Create(silo, "r1").Json();
        Assert.Equal("created", again.GetProperty("status").GetString());
        var started = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Equal("running", started.GetProperty("status").GetString());
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "enough" }).Json();
        await Create(silo, "r1").Json();
        Assert.Equal("input.invalid", (await Create(silo, "r3").Json(422)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Plan_with_joined_conditions_and_long_durations_is_kept_and_told()
    {
        await using var silo = await SiloHost.Start();
        var text = Plans.Checkout.Replace("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.5% and (complaints > 3 or error_rate > 2%), for: 1h30m", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(text, "application/yaml")).Json(201);
        await Create(silo, "r1").Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await silo.Restart();

        var triggers = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("triggers").EnumerateArray();
        Assert.Contains(triggers, trigger => trigger.GetProperty("name").GetString() == "error-rate-spike");
    }

    /// <summary>Writes a revision as an older build did, which did not know the rule.</summary>
    private static async Task Keep(SiloHost silo, string text)
    {
        var document = CanonicalJson.Write(YamlText.Parse(text, out _)!, PlanKeys.Ordered);
        var grains = (IGrainFactory)silo.Services.GetService(typeof(IGrainFactory))!;
        await Known(silo, await grains.GetGrain<IPlanGrain>("checkout").Execute(
            new PlanCommand.Revise(CanonicalJson.Hash(document), document, text), Envelope.By(Actor.User("old", "admin"))));
    }

    private static async Task Known(SiloHost silo, CommandResult result)
    {
        Assert.Equal(CommandOutcome.Applied, result.Outcome);
        var world = (IWorld)silo.Services.GetService(typeof(IWorld))!;
        await world.WaitFor(result.Position, SiloHost.Patience);
    }

    private static Task<HttpResponseMessage> Create(SiloHost silo, string id) =>
        silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "checkout", environment = "production" });
}
