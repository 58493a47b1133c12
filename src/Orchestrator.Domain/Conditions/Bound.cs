using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Conditions;

/// <summary>A limit while it is read: it may still take its unit from its partner in a <c>between</c>.</summary>
internal struct Bound
{
    public Limit Limit { get; private set; }

    private decimal Written { get; init; }

    private bool HasUnit { get; init; }

    public static ConditionError? Read(ref ConditionScanner scanner, out Bound bound)
    {
        bound = default;
        var column = scanner.Column;
        if (scanner.TakeWord("baseline"))
        {
            bound = new Bound { Limit = new Limit.OfBaseline(1), HasUnit = true };
            return null;
        }

        if (!scanner.Number(out var number))
        {
            return new ConditionError($"expected a number or 'baseline', but found {scanner.Shown()}", column);
        }

        column = scanner.Column;
        if (scanner.Take("%"))
        {
            if (!scanner.TakeWord("of"))
            {
                bound = Fixed(number, Unit.Ratio, 0.01m);
                return null;
            }

            return Baseline(ref scanner, number / 100, "'% of'", out bound);
        }

        if (scanner.Take("/s"))
        {
            bound = Fixed(number, Unit.Rate, 1);
            return null;
        }

        var word = scanner.PeekWord();
        if (word.IsEmpty || word is "and" or "or" or "for" or "over" or "in")
        {
            bound = new Bound { Limit = new Limit.Fixed(new Quantity(Units.Nearest(number), Unit.Number)), Written = number };
            return null;
        }

        if (scanner.TakeWord("x"))
        {
            return Baseline(ref scanner, number, "'x'", out bound);
        }

        if (!Units.TryFind(word, out var unit, out var factor))
        {
            return new ConditionError($"unknown unit {scanner.Shown()}; known are {Units.Listed}, and x or % of before 'baseline'", column);
        }

        scanner.Word();
        bound = Fixed(number, unit, factor);
        return null;
    }

    /// <summary>Both limits of a <c>between</c>, in the same unit and in order.</summary>
    public static ConditionError? Pair(ref Bound low, Bound high, int column, Subject subject, out Condition? condition)
    {
        condition = null;
        if (low.Limit is Limit.Fixed && !low.HasUnit && high is { HasUnit: true, Limit: Limit.Fixed { Quantity: var shared } })
        {
            // "between 0.2 and 0.5%": one unit for both. The factor is that of the partner's number.
            low = Fixed(low.Written, shared.Unit, high.Factor);
        }
        else if (low.HasUnit != high.HasUnit)
        {
            return new ConditionError("both limits of 'between' need the same unit", column);
        }

        var sameSort = (low.Limit, high.Limit) switch
        {
            (Limit.Fixed a, Limit.Fixed b) => a.Quantity.Unit == b.Quantity.Unit,
            _ => true,
        };
        if (!sameSort)
        {
            return new ConditionError("both limits of 'between' need the same unit", column);
        }

        var swapped = (low.Limit, high.Limit) switch
        {
            (Limit.Fixed a, Limit.Fixed b) => a.Quantity.Value > b.Quantity.Value,
            (Limit.OfBaseline a, Limit.OfBaseline b) => a.Factor > b.Factor,
            _ => false,
        };
        condition = swapped ? null : new Condition.Between(subject, low.Limit, high.Limit);
        return swapped ? new ConditionError("the first limit of 'between' must not be above the second", column) : null;
    }

    private decimal Factor { get; init; }

    private static Bound Fixed(decimal number, Unit unit, decimal factor) => new()
    {
        Limit = new Limit.Fixed(new Quantity(Units.Nearest(number * factor), unit)),
        Written = number,
        Factor = factor,
        HasUnit = true,
    };

    private static ConditionError? Baseline(ref ConditionScanner scanner, decimal factor, string after, out Bound bound)
    {
        bound = new Bound { Limit = new Limit.OfBaseline(Units.Nearest(factor)), HasUnit = true };
        return scanner.TakeWord("baseline")
            ? null
            : new ConditionError($"expected 'baseline' after {after}, but found {scanner.Shown()}", scanner.Column);
    }
}
