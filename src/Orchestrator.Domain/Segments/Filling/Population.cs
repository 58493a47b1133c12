namespace Orchestrator.Domain.Segments.Filling;

/// <summary>Share of the evaluated users whom the rule of a segment matches, as an event recorded it.</summary>
/// <param name="Share">Share that the cohort is filled by, 0 to 1: the highest that the counts leave likely, and never more than before
/// under one rule.</param>
/// <param name="Asked">Users counted, within a percent or two.</param>
/// <param name="Qualified">Users among them whom the rule matches.</param>
public sealed record Population(double Share, long Asked, long Qualified)
{
    /// <summary>Fewest counted users from which a share of all is derived.</summary>
    public const int LeastAsked = 200;

    /// <summary>
    /// One-sided confidence of 95 %: of a hundred cohorts five may be filled a little beyond their cap by the chance of which users were
    /// counted.
    /// </summary>
    private const double Z = 1.645;

    /// <summary>
    /// Growth of a number that is worth an event: at most some sixty events for a hundred million users, and as few chances of error.
    /// </summary>
    private const double Growth = 1.25;

    /// <summary>The share as counted.</summary>
    public double Measured => Asked == 0 ? 0 : (double)Qualified / Asked;

    /// <summary>
    /// The population after a count; null when it adds little, or is less than before: a restarted node counts from the beginning. The
    /// share only falls, so the cohort only grows: its users stay while rule and cap stay.
    /// </summary>
    /// <param name="known">The population before; null when nothing was measured under this rule.</param>
    /// <param name="asked">Users counted.</param>
    /// <param name="qualified">Users among them whom the rule matches.</param>
    public static Population? After(Population? known, long asked, long qualified)
    {
        if (asked < LeastAsked || (known is not null && asked < known.Asked)
            || !(known is null || asked >= Growth * known.Asked || qualified > Growth * known.Qualified))
        {
            return null;
        }

        return new Population(Math.Min(known?.Share ?? 1, Highest(asked, qualified)), asked, qualified);
    }

    /// <summary>The highest share of all users that leaves such counts likely; includes the error of the counts themselves.</summary>
    private static double Highest(long asked, long qualified)
    {
        // A few who qualify are no base for a share of nearly zero: one more is added to both sides (Agresti and Coull, 1998).
        var share = (qualified + 1.0) / (asked + 2.0);
        var chance = share * (1 - share) / asked;
        var counting = 2 * Math.Pow(share * DistinctCount.Error, 2);
        return Math.Min(1, share + (Z * Math.Sqrt(chance + counting)));
    }
}
