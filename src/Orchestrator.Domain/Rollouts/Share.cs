namespace Orchestrator.Domain.Rollouts;

/// <summary>A share of users: 1/1000 of a percent inside, a number from 0 to 100 outside.</summary>
public static class Share
{
    /// <summary>Everyone.</summary>
    public const int Everyone = 100_000;

    /// <summary>From percent to thousandths of a percent.</summary>
    public static int Of(decimal percent) => (int)(percent * 1000m);

    /// <summary>From thousandths of a percent to percent.</summary>
    public static decimal Percent(int thousandths) => thousandths / 1000m;
}
