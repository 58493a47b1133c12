using Orchestrator.PlanFiles;

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

        // The strategy gives each metric an alert and says in rules of its own what is sent: the reader tells the two apart.
        Assert.DoesNotContain(reading.Warnings, warning => file != "chat-architecture.yaml" || !warning.Message.StartsWith("no notification is sent for the 'alert' of ", StringComparison.Ordinal));
        Assert.NotNull(reading.Plan);
    }
}
