using System.Globalization;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Segments.Filling;

/// <summary>Fill of a capped segment, by the users counted so far.</summary>
/// <param name="Cap">Largest share of all users, 0 to 1.</param>
/// <param name="Share">Share of all users who belong, 0 to 1; null while too few were evaluated.</param>
/// <param name="Asked">Users who were counted.</param>
/// <param name="Text">Display text, one sentence.</param>
/// <param name="Warning">True when an operator should see it before relying on the cohort.</param>
public sealed record Cohort(double Cap, double? Share, long Asked, string Text, bool Warning)
{
    /// <summary>Tolerance around the cap: a cohort that is emptier or fuller by more than this share of it is a warning.</summary>
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
                $"It is unknown how much of its {Percent(balance.Cap)} the cohort {key} fills: nodes have counted fewer than {Population.LeastAsked} users.{guess}", true);
        }

        // Caps of single strata are left out: their users have no count of their own.
        var divisor = balance.Measured ? population.Share : balance.Population;
        var share = population.Measured * Math.Min(1, divisor <= 0 ? 1 : balance.Cap / divisor);
        var most = Math.Min(balance.Cap, population.Measured);
        var (thin, over) = (share < balance.Cap * (1 - Near), share > balance.Cap * (1 + Near));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"The cohort {key} fills {Percent(share)} of all users of its {Percent(balance.Cap)}: the rule matches {Percent(population.Measured)} of the {population.Asked:N0} users counted.");
        return new Cohort(balance.Cap, share, population.Asked, text + Advice(balance, population, most, thin, over), thin || over);
    }

    private static string Advice(Balance balance, Population population, double most, bool thin, bool over) =>
        (balance.Measured, thin, over) switch
        {
            (_, true, _) when most < balance.Cap * (1 - Near) => " Too few users qualify: widen the rule, or let more opt in.",
            (true, true, _) => " It fills further as nodes count more users.",
            (false, true, _) or (false, _, true) => $" The plan's population of {Percent(balance.Population)} differs from the measurement: write 'population: measured', and the cohort fills automatically.",
            (true, _, true) => " More users qualify than when it was filled; its users stay while the cap stays.",
            _ => "",
        };

    private static string Percent(double share) => QuantityText.Format(Math.Round(share, 4), Unit.Ratio);
}
