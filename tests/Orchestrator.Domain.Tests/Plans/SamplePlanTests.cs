using Orchestrator.Api.Plans;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class SamplePlanTests
{
    public static TheoryData<string> Files => [.. Samples.PlanFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sample_plan_reads_without_errors_or_warnings(string file)
    {
        var reading = PlanText.Read(Samples.Plan(file));

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.NotNull(reading.Plan);
    }
}
