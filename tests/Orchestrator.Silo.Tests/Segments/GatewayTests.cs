using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Segments;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Segments;

/// <summary>An Orleans client at the gateway of one of two silos; the other one has none.</summary>
public sealed class GatewayTests(ClusterDatabase database)
{
    [Fact]
    public async Task Client_asks_segments_on_the_silo_of_the_gateway_and_on_another()
    {
        await using var open = await Open.Start(database);

        foreach (var (segment, home) in ((string, SiloHost)[])[("beta", open.Silos[0]), ("asia", open.Silos[1])])
        {
            var management = home.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
            var address = home.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
            Assert.Equal(address, await management.GetActivationAddress(home.Beta(segment)));
            var answer = await open.Client.Grains.GetGrain<ISegmentRouter>($"production/{segment}").Ask(SegmentPlan.Flag, SegmentPlan.Pro);
            Assert.Equal(("new", "beta", segment == "beta"), (answer.Variant, answer.DecidedBy, answer.Belongs));
        }

        var beta = open.Client.Grains.GetGrain<ISegmentRouter>("production/beta");
        await open.Silos[1].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await Eventually.Until(
            "the client hears legacy after the rollback",
            async () => (await beta.Ask(SegmentPlan.Flag, SegmentPlan.Pro)).Variant == "legacy");
    }

    [Fact]
    public async Task Client_can_call_nothing_but_the_contracts()
    {
        await using var open = await Open.Start(database);
        var (grains, log) = (open.Client.Grains, open.Silos[0].Services.GetRequiredService<IEventLog>());
        var by = Envelope.By(Actor.User("stranger", "admin"));

        await Refused("IRolloutGrain.Execute", () => grains.GetGrain<IRolloutGrain>("r1").Execute(new RolloutCommand.Rollback("mine"), by));
        await Refused("IRolloutGrain.Evaluate", () => grains.GetGrain<IRolloutGrain>("r1").Evaluate());
        await Refused("IAccessGrain.Execute", () => grains.GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(
            new Domain.Access.AccessCommand.Create("mine", "mine", Domain.Access.Role.Admin, null, "hash"), by));

        // A grain that lives on the silo without a gateway.
        await Refused("ISegmentGrain.Execute", () => grains.GetGrain<ISegmentGrain>("production/asia").Execute(
            new SegmentCommand.ChangeMembers(["me"], []), by));
        await Refused("IManagementGrain.GetHosts", () => grains.GetGrain<IManagementGrain>(0).GetHosts());

        Assert.DoesNotContain(await log.ReadAll(0, 1000), one => one.Actor.Id == "stranger");
        Assert.Equal("new", (await grains.GetGrain<ISegmentRouter>("production/asia").Ask(SegmentPlan.Flag, SegmentPlan.Pro)).Variant);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("sys.client/8f3b1c", true)]
    [InlineData("sys.client/hosted-S127.0.0.1:11111:1", false)]
    [InlineData("rollout/r1", false)]
    [InlineData("sys.svc.membership/S127.0.0.1:11111:1", false)]
    public void Senders_from_outside_are_clients_that_no_silo_hosts(string? sender, bool outside) =>
        Assert.Equal(outside, GatewayGuard.IsOutside(sender is null ? null : GrainId.Parse(sender, CultureInfo.InvariantCulture)));

    private static async Task Refused(string method, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<UnauthorizedAccessException>(call);
        Assert.Contains(method, refused.Message, StringComparison.Ordinal);
    }

    private sealed class Open : IAsyncDisposable
    {
        public required SiloHost[] Silos { get; init; }

        public required GatewayClient Client { get; init; }

        public static async Task<Open> Start(ClusterDatabase database)
        {
            string[] all = ["--Orchestrator:Cluster:Drain=0s", .. await database.New()];
            var port = FreePort.Pick();
            var gateway = string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:GatewayPort={port}");
            var first = await SiloHost.Start(settings: [.. all, gateway]);
            var second = await SiloHost.Start(time: first.Time, settings: all);
            await SegmentPlan.Begin(first.Admin);
            await TestCluster.Until(second.Admin, "/api/v1/rollouts/r1", rollout => rollout.GetProperty("status").GetString() == "running");

            // A grain lives where it is called first.
            await second.Admin.PutAsJsonAsync("/api/v1/segments/production/asia", new { attribute = "region", equals = "asia" }).Json();
            await TestCluster.Until(first.Admin, "/api/v1/segments/production/asia", _ => true);
            return new Open { Silos = [first, second], Client = await GatewayClient.Connect(port) };
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            foreach (var silo in Silos.Reverse())
            {
                await silo.DisposeAsync();
            }
        }
    }
}
