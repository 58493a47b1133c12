using System.Globalization;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Segments.Filling;

/// <summary>Fill of a capped segment, as far as users were counted.</summary>
/// <param name="Cap">Largest share of all users, 0 to 1.</param>
/// <param name="Share">Share of all users who belong, 0 to 1; null while too few have asked.</param>
/// <param name="Asked">Users who were counted.</param>
/// <param name="Text">In one sentence.</param>
/// <param name="Warning">True when people should know of it before they rely on the cohort.</param>
public sealed record Cohort(double Cap, double? Share, long Asked, string Text, bool Warning)
{
    /// <summary>A cohort that is emptier than this share of its cap is a warning, and so is one that is as much fuller.</summary>
    private const double Near = 0.1;

    /// <summary>The cohort of a segment; null for one without a cap.</summary>
    public static Cohort? Of(string key, SegmentState state)
    {
        if (state.Definition?.Balance is not { } balance)
        {
            return null;
        }

        if (state.Population is not { Asked: > 0 } population)
        {
            var guess = balance is { Measured: false } ? $" Until then the plan's population of {Percent(balance.Population)} is a guess." : "";
            return new Cohort(
                balance.Cap, null, 0,
                $"Nobody knows how much of its {Percent(balance.Cap)} the cohort {key} fills: fewer than {Population.LeastAsked} users have asked where nodes count them.{guess}", true);
        }

        // Caps of single strata are left out: their users are not counted by themselves.
        var divisor = balance.Measured ? population.Share : balance.Population;
        var share = population.Measured * Math.Min(1, divisor <= 0 ? 1 : balance.Cap / divisor);
        var most = Math.Min(balance.Cap, population.Measured);
        var (thin, over) = (share < balance.Cap * (1 - Near), share > balance.Cap * (1 + Near));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"The cohort {key} fills {Percent(share)} of all users of its {Percent(balance.Cap)}: the rule matches {Percent(population.Measured)} of the {population.Asked:N0} users who have asked.");
        return new Cohort(balance.Cap, share, population.Asked, text + Advice(balance, population, most, thin, over), thin || over);
    }

    private static string Advice(Balance balance, Population population, double most, bool thin, bool over) => (balance.Measured, thin, over) switch
    {
        (_, true, _) when most < balance.Cap * (1 - Near) => " Too few users qualify: widen the rule, or let more opt in.",
        (true, true, _) => " It is filled further as more users ask.",
        (false, true, _) or (false, _, true) => $" The plan's population of {Percent(balance.Population)} is not what is measured: write 'population: measured', and the cohort is filled by itself.",
        (true, _, true) => " More users qualify than when it was filled; whoever is in stays in while the cap stays.",
        _ => "",
    };

    private static string Percent(double share) => Quantities.Format(Math.Round(share, 4), Unit.Ratio);
}
