using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Audit;

namespace Orchestrator.Silo.Tests.Audit;

public sealed class RefusalThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Address_refused_often_is_slow_for_a_minute_and_no_other_is()
    {
        var throttle = new RefusalThrottle(_time);
        var address = IPAddress.Parse("203.0.113.9");
        Assert.All(Enumerable.Range(0, RefusalThrottle.Free), _ => Assert.False(throttle.IsSlow(address)));
        Assert.True(throttle.IsSlow(address));
        Assert.True(throttle.IsSlow(address.MapToIPv6()));
        Assert.False(throttle.IsSlow(IPAddress.Parse("203.0.113.10")));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(throttle.IsSlow(address));
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_are_one()
    {
        var throttle = new RefusalThrottle(_time);
        Assert.All(Enumerable.Range(0, RefusalThrottle.Free), i => Assert.False(throttle.IsSlow(IPAddress.Parse($"2001:db8::{i + 1:x}"))));
        Assert.True(throttle.IsSlow(IPAddress.Parse("2001:db8::ffff")));
        Assert.Equal(1, throttle.Addresses);
    }

    [Fact]
    public void Addresses_are_remembered_up_to_a_bound()
    {
        var throttle = new RefusalThrottle(_time);
        for (var i = 0; i < RefusalThrottle.MostAddresses + 100; i++)
        {
            throttle.IsSlow(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
        }

        Assert.Equal(RefusalThrottle.MostAddresses, throttle.Addresses);
    }

    [Fact]
    public async Task Waiting_ends_with_its_time_and_with_the_client()
    {
        var throttle = new RefusalThrottle(_time);
        var waits = throttle.Rest(TestContext.Current.CancellationToken);
        Assert.False(waits.IsCompleted);
        _time.Advance(RefusalThrottle.Wait);
        await waits.WaitAsync(SiloHost.Patience);

        using var client = new CancellationTokenSource();
        var leaves = throttle.Rest(client.Token);
        await client.CancelAsync();
        await leaves.WaitAsync(SiloHost.Patience);
    }
}
