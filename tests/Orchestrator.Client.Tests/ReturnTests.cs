using Orchestrator.Client.Table;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Quantities;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Client.Tests;

/// <summary>Users who had fallen to legacy come back by and by, whichever of service and node was stale.</summary>
public sealed class ReturnTests
{
    private const string Flag = "useNewCheckout";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private readonly TwoClocks _clocks = new();

    [Fact]
    public async Task Service_that_starts_beside_a_returning_node_answers_as_the_node_does()
    {
        await using var cut = await CutOffSilo.Start();
        cut.Reading = _ => throw new TimeoutException("the database is away");
        cut.Clocks.Advance(Lease * 2);
        cut.Reading = head => head;
        cut.Node.Read();
        cut.Pass(10);

        await using var service = await Service.Start(cut.Silo, cut.Clocks);

        var back = 0;
        for (var i = 0; i < 100; i++)
        {
            var (variant, reason) = await cut.Ask($"user-{i}");
            var own = service.Router.Route(Flag, $"user-{i}");
            Assert.Equal((variant, reason), (own.VariantName, own.ReasonName));
            back += own.IsNew ? 1 : 0;
        }

        Assert.InRange(back, 10, 60);
    }

    [Fact]
    public void First_grant_of_a_returning_node_goes_on_where_the_node_is()
    {
        var holder = new TableHolder(_clocks);
        Accept(holder, new NodeReturn(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15)));

        Assert.Equal((Share.OfPercent(50), TimeSpan.FromMinutes(1)), (holder.Current.Trust().Returned, holder.Current.Trust().Past));
        Pass(holder, 10);
        Assert.InRange(holder.Current.Trust().Returned.Percent, 83, 84);
        Pass(holder, 10);
        Assert.True(holder.Current.Trust().IsPlain && holder.Current.IsPlain);
    }

    [Fact]
    public void Service_that_stayed_fresh_keeps_its_users_on_new_beside_a_returning_node()
    {
        var holder = new TableHolder(_clocks);
        Accept(holder, null);
        _clocks.Advance(TimeSpan.FromSeconds(5));

        Accept(holder, new NodeReturn(TimeSpan.FromMinutes(1), TimeSpan.Zero));

        Assert.True(holder.Current.IsPlain);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(29)]
    public void Service_that_was_stale_comes_back_by_its_own_time_at_whichever_node(int? nodeIsBackFor)
    {
        var holder = new TableHolder(_clocks);
        Accept(holder, null);
        _clocks.Advance(Lease * 2);

        Accept(holder, nodeIsBackFor is { } back ? new NodeReturn(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(back)) : null);

        Assert.Equal((Share.None, false), (holder.Current.Trust().Returned, holder.Current.Trust().IsStale));
        Pass(holder, 15);
        Assert.Equal(Share.OfPercent(50), holder.Current.Trust().Returned);
    }

    private void Accept(TableHolder holder, NodeReturn? node) => holder.Accept(
        _clocks.ReadClocks(), new TableReply(1, 42, Lease, TimeSpan.Zero, "\"a\"", HotPathTests.Document(HotPathTests.Split("9f3b2c71", 0)), node));

    /// <summary>Time passes, with a question every five seconds.</summary>
    private void Pass(TableHolder holder, int seconds)
    {
        for (var passed = 0; passed < seconds; passed += 5)
        {
            _clocks.Advance(TimeSpan.FromSeconds(5));
            Accept(holder, null);
        }
    }
}
