using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Client.Tests;

/// <summary>A service that loses its orchestrator. Its clocks are the test's, and stand still until they are moved.</summary>
public sealed class LeaseTests
{
    private const string Flag = "useNewCheckout";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly RolloutUser User = new("user-1");

    [Fact]
    public async Task Service_without_answers_is_on_legacy_after_its_grant_and_comes_back_gradually()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }");
        var clocks = new TwoClocks();
        await using var service = await Service.Start(silo, clocks);
        Assert.True(service.Router.Route(Flag, User).IsNew);
        service.Wire.Cut = true;

        // Nothing but its own look at the clock tells it.
        clocks.Advance(Lease);
        var stale = service.Router.Route(Flag, User);
        Assert.Equal((RouteVariant.Legacy, RouteReason.Stale), (stale.Variant, stale.Reason));
        Assert.Equal((true, TimeSpan.Zero), (service.Router.Status.Stale, service.Router.Status.GrantLeft));

        service.Wire.Cut = false;
        await Eventually.Until(() => !service.Router.Status.Stale);
        var users = Enumerable.Range(0, 1000).Select(i => new RolloutUser($"user-{i}")).ToArray();
        Assert.Equal(0, users.Count(user => service.Router.Route(Flag, user).IsNew));
        await Later(service, clocks, TimeSpan.FromSeconds(15));
        Assert.InRange(users.Count(user => service.Router.Route(Flag, user).IsNew), 400, 600);
        await Later(service, clocks, TimeSpan.FromSeconds(15));
        Assert.Equal(users.Length, users.Count(user => service.Router.Route(Flag, user).IsNew));
    }

    [Fact]
    public async Task Wall_clock_that_jumps_forward_ends_the_grant()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }");
        var clocks = new TwoClocks();
        await using var service = await Service.Start(silo, clocks);
        service.Wire.Cut = true;

        clocks.Jump(TimeSpan.FromHours(1));

        Assert.Equal(RouteReason.Stale, service.Router.Route(Flag, User).Reason);
        Assert.Equal(RouteReason.Stale, service.Router.Route(Flag, "user-1").Reason);
    }

    [Fact]
    public async Task Phase_that_keeps_its_last_answer_keeps_it_as_stale()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }", onStale: "last");
        var clocks = new TwoClocks();
        await using var service = await Service.Start(silo, clocks);
        service.Wire.Cut = true;

        clocks.Advance(TimeSpan.FromDays(1));

        var answer = service.Router.Route(Flag, User);
        Assert.Equal((true, RouteReason.Stale), (answer.IsNew, answer.Reason));
    }

    [Fact]
    public async Task Node_that_is_stale_grants_nothing()
    {
        await using var cut = await CutOffSilo.Start();
        await using var service = await Service.Start(cut.Silo, new TwoClocks());
        Assert.True(service.Router.Route(Flag, User).IsNew);
        cut.Reading = _ => throw new TimeoutException("the database is away");
        cut.Clocks.Advance(Lease * 2);
        using var client = await Client(cut.Silo);

        using var answer = await client.GetAsync("/sdk/v1/table");

        Assert.Equal("0", answer.Headers.GetValues("Orchestrator-Granted").Single());
    }

    [Fact]
    public async Task Restored_log_replaces_the_table_though_its_position_is_lower()
    {
        await using var cut = await CutOffSilo.Start(holdsGrains: false);
        await using var service = await Service.Start(cut.Silo);
        var before = service.Router.Status;

        cut.Reading = head => head with { Timeline = 2 };
        cut.Node.Read();

        await Eventually.Until(() => service.Router.Status.Timeline == 2);
        Assert.Equal(1, before.Timeline);
        await Eventually.Until(() => service.Router.Route(Flag, User).IsNew);
    }

    private static async Task<HttpClient> Client(SiloHost silo) => silo.As((await silo.NewKey("evaluation", "production")).Text);

    /// <summary>Time passes, and the orchestrator is asked meanwhile.</summary>
    private static async Task Later(Service service, TwoClocks clocks, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            var asked = service.Wire.Tables;
            clocks.Advance(TimeSpan.FromSeconds(5));
            await Eventually.Until(() => service.Wire.Tables > asked + 1);
        }
    }
}
