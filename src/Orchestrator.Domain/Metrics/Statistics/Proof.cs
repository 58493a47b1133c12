using System.Collections.Immutable;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Statistics;

/// <summary>
/// Degree to which samples show a <see cref="Claim"/>. Each limit becomes an upper limit on a share of failures, for which the exact
/// binomial bound is known: "at least 99.9 % good" is "at most 0.1 % bad", and "the 95th percentile is at most 165 ms" is "at most 5 % are slower". A baseline counts as known exactly.
/// </summary>
public sealed record Proof
{
    private readonly ImmutableArray<Failing> sides;
    private readonly double confidence;
    private readonly long samples;

    private Proof(ImmutableArray<Failing> sides, double confidence, long samples) =>
        (this.sides, this.confidence, this.samples) = (sides, confidence, samples);

    /// <summary>
    /// The measurement compared with the claim; null when a baseline is missing, or observations beyond the limits of a quantile were not
    /// counted.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="source">The metric's source.</param>
    /// <param name="measured">Its measurement.</param>
    /// <param name="baseline">Its baseline; null for none.</param>
    /// <param name="beyond">Of a quantile: observations beyond each limit.</param>
    public static Proof? Of(Claim claim, MetricSource source, Measurement measured, double? baseline, OutsideLimits? beyond)
    {
        var sides = ImmutableArray.CreateBuilder<Failing>(2);
        foreach (var (bar, isUpper) in ((ClaimLimit?, bool)[])[(claim.Upper, true), (claim.Lower, false)])
        {
            if (bar is null)
            {
                continue;
            }

            if (bar.Value(baseline) is not { } limit || double.IsNaN(limit))
            {
                return null;
            }

            switch (source)
            {
                case MetricSource.Ratio when isUpper ? limit >= 1 : limit <= 0:
                    // Every share is within.
                    break;
                case MetricSource.Ratio:
                    sides.Add(isUpper
                        ? new Failing(measured.Events, limit)
                        : new Failing(Math.Max(0, measured.Samples - measured.Events), 1 - limit));
                    break;
                case MetricSource.Quantile { Rank: var rank } when beyond is not null:
                    sides.Add(isUpper ? new Failing(beyond.Over, 1 - rank) : new Failing(beyond.Under, rank));
                    break;
                default:
                    return null;
            }
        }

        return new Proof(sides.ToImmutable(), claim.Confidence, measured.Samples);
    }

    /// <summary>True when each limit is shown.</summary>
    public bool Holds => sides.All(side => side.Limit > 0 && BinomialBound.Proves(side.Failures, samples, side.Limit, confidence));

    /// <summary>True when a limit leaves no margin: no number of samples shows a share of zero.</summary>
    public bool IsOutOfReach => sides.Any(side => side.Limit <= 0);

    /// <summary>
    /// Samples, in all, that would show the claim at the share seen so far; null when none would, or more than
    /// <see cref="BinomialBound.MostSamples"/>.
    /// </summary>
    public long? Needs
    {
        get
        {
            long needs = 0;
            foreach (var side in sides)
            {
                if (side.Limit <= 0 || BinomialBound.RequiredAtShare(
                    samples > 0 ? Math.Min(1, (double)side.Failures / samples) : 0, side.Limit, confidence) is not { } one)
                {
                    return null;
                }

                needs = Math.Max(needs, one);
            }

            return needs;
        }
    }

    /// <summary>
    /// Samples that show the claim although there are this many failures for each limit; 0 when no limit is known or within reach.
    /// </summary>
    public long NeedsWith(long failures) =>
        sides.Select(side => side.Limit is > 0 and < 1 ? BinomialBound.RequiredSamples(side.Limit, confidence, failures) : 0)
            .DefaultIfEmpty().Max();

    /// <summary>Failures among the samples, and the share of them that is allowed.</summary>
    private readonly record struct Failing(long Failures, double Limit);
}

/// <summary>Observations beyond the limits of a <see cref="Claim"/> on a quantile.</summary>
/// <param name="Over">Those that the upper limit does not allow; 0 without one.</param>
/// <param name="Under">Those that the lower limit does not allow; 0 without one.</param>
public sealed record OutsideLimits(long Over, long Under);
