using Orchestrator.Domain.Notifications;

namespace Orchestrator.Domain.Tests.Notifications;

public sealed class PendingEscalationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(15);

    [Theory]
    [InlineData(10, 10)]
    [InlineData(-10, -10)]
    [InlineData(60 + 15, 15)]
    [InlineData((30 * 24 * 60) + 15, 15)]
    public void Escalation_is_due_as_noted_and_after_a_clock_ahead_when_people_had_their_time(int noted, int due) =>
        Assert.Equal(Now.AddMinutes(due), new PendingEscalation(null!, "boss", After, Now.AddMinutes(noted)).From(Now).Due);
}
