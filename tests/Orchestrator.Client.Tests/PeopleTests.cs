using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>Users that a service evaluates by itself are counted with those of the nodes.</summary>
public sealed class PeopleTests
{
    private const string Flag = "useNewCheckout";

    [Fact]
    public async Task Users_of_a_service_and_of_a_node_are_counted_together_and_once()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 50%, hold: 1h }");
        var ingest = (await silo.NewKey("ingest")).Text;
        var wire = new PushWire();
        await using var service = await Service.Start(silo, configure: options =>
            (options.IngestKey, options.PushInterval, options.Handler) =
                (ingest, TimeSpan.FromMilliseconds(100), () => new PushWire.End(wire)));
        using var ofrep = await silo.NewClient("evaluation", "production");
        var isNew = 0;
        for (var i = 0; i < 300; i++)
        {
            isNew += service.Router.Route(Flag, new RolloutUser($"user-{i}")).IsNew ? 1 : 0;
            service.Router.Route(Flag, $"user-{i}");
        }

        for (var i = 200; i < 400; i++)
        {
            var answer = await ofrep.PostAsync($"/ofrep/v1/evaluate/flags/{Flag}", Answers.Text($$$"""{"context":{"targetingKey":"user-{{{i}}}"}}""")).Json();
            isNew += i >= 300 && answer.GetProperty("value").GetBoolean() ? 1 : 0;
        }

        var people = await Eventually.Until(
            "the service's users have arrived",
            async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("people"),
            people => people.GetProperty("sources").GetProperty("clients").GetInt32() == 1
                && people.GetProperty("total").GetInt32() > 360);

        Assert.InRange(people.GetProperty("total").GetInt32(), 360, 440);
        Assert.InRange(people.GetProperty("new").GetInt32(), isNew * 0.9, isNew * 1.1);

        // No key of a user is in what was sent.
        Assert.Contains(wire.Bodies, body => body.Contains("\"people\"", StringComparison.Ordinal));
        Assert.DoesNotContain(wire.Bodies, body => body.Contains("user-", StringComparison.Ordinal));
        Assert.Equal(0, service.Services.GetRequiredService<IRolloutMetrics>().Lost);
    }

    [Fact]
    public async Task Service_without_an_ingest_key_counts_no_user()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 50%, hold: 1h }");
        await using var service = await Service.Start(silo);

        var holder = service.Services.GetRequiredService<Table.TableHolder>();
        Assert.Equal(0UL, holder.People);
        service.Router.Route(Flag, "user");
        Assert.All(holder.Current.Table!.Flags.Values, flag => Assert.Empty(flag.People?.Take() ?? []));
    }
}
