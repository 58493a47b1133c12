using Orchestrator.Grains.Cluster;

namespace Orchestrator.Silo.Tests.Cluster;

public sealed class FirstCallsTests
{
    [Fact]
    public async Task Call_that_went_to_a_process_before_is_made_again()
    {
        var calls = 0;
        var answer = await StartupRetry.Run(
            () => ++calls < 3 ? throw new SiloUnavailableException("it died") : Task.FromResult(calls), TestContext.Current.CancellationToken);
        Assert.Equal(3, answer);
    }

    [Fact]
    public async Task Whatever_else_goes_wrong_is_not_tried_again()
    {
        var calls = 0;
        await Assert.ThrowsAsync<TimeoutException>(() => StartupRetry.Run<int>(
            () =>
            {
                calls++;
                throw new TimeoutException("delivered, or not");
            },
            TestContext.Current.CancellationToken));
        Assert.Equal(1, calls);
    }
}
