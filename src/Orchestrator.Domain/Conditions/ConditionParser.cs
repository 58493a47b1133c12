using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Conditions;

/// <summary>
/// Reads the rule language of plans:
/// <code>
/// rule       = expression { "for" DURATION | "over" DURATION | "in" SEGMENT }
/// expression = part { "and" part } | part { "or" part }
/// part       = ( condition | "(" expression ")" ) { "over" DURATION | "in" SEGMENT }
/// condition  = "alert" "(" ( NAME | QUOTED ) ")" | "absent" "(" subject ")" | subject test
/// subject    = { "new" | "legacy" | "live" | "shadow" } METRIC [ "in" SEGMENT ]
/// test       = ( "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "==" | "!=" ) limit | "between" limit "and" limit
/// limit      = NUMBER [ UNIT ] | NUMBER "%" "of" "baseline" | NUMBER "x" "baseline" | "baseline"
/// </code>
/// The plan reader checks that the metric and the segment exist and that the unit fits: this parser knows no plan.
/// </summary>
public static class ConditionParser
{
    /// <summary>Signs of a comparison. One that begins like another stands before it.</summary>
    private static readonly (string Text, Operator Sign)[] Signs =
    [
        ("<=", Operator.AtMost), (">=", Operator.AtLeast), ("==", Operator.Equal), ("!=", Operator.NotEqual), ("<", Operator.Below),
        (">", Operator.Above),
    ];

    /// <summary>Words with a meaning at the start of a condition, which therefore name no metric.</summary>
    public static readonly IReadOnlyList<string> Reserved = ["new", "legacy", "live", "shadow", "absent", "alert", "between", "baseline", "in", "for", "over"];

    /// <summary>
    /// Words that join conditions. Only their place distinguishes them from a metric of that name, which an old plan may have.
    /// </summary>
    public static readonly IReadOnlyList<string> Joints = ["and", "or"];

    /// <summary>Reads a whole rule such as <c>error_rate &gt; 0.5% for 5m</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Rule? rule, [NotNullWhen(false)] out ConditionError? error)
    {
        var scanner = new ConditionScanner(text);
        rule = null;
        error = ExpressionParser.Read(ref scanner, out var condition, out var lasting);
        if (error is not null)
        {
            return false;
        }

        // A window of a single condition is that of its rule.
        rule = new Rule(condition! with { Over = null }, lasting, condition!.Over, text.Trim());
        return true;
    }

    /// <summary>Reads a test without its metric, such as a target's <c>&lt; 0.1%</c>, as a condition on <paramref name="metric"/>.</summary>
    public static bool TryParsePartial(
        string text, string metric, [NotNullWhen(true)] out Condition? condition, [NotNullWhen(false)] out ConditionError? error)
    {
        var scanner = new ConditionScanner(text);
        error = Test(ref scanner, new Subject(metric), out condition);
        if (error is null && !scanner.AtEnd)
        {
            error = new ConditionError($"expected the end, but found {scanner.Shown()}", scanner.Column);
        }

        return error is null;
    }

    /// <summary>Reads a number with its unit, such as a baseline's <c>150ms</c>.</summary>
    public static bool TryParseQuantity(string text, out Quantity quantity, [NotNullWhen(false)] out ConditionError? error)
    {
        var scanner = new ConditionScanner(text);
        quantity = default;
        error = Bound.Read(ref scanner, out var bound);
        if (error is null && (bound.Limit is not Limit.Fixed || !scanner.AtEnd))
        {
            error = new ConditionError("expected a number with a unit and nothing else", 1);
        }

        if (error is null)
        {
            quantity = ((Limit.Fixed)bound.Limit).Quantity;
        }

        return error is null;
    }

    internal static ConditionError? Condition(ref ConditionScanner scanner, out Condition? condition)
    {
        condition = null;
        if (scanner.TakeWord("alert") && scanner.Take("("))
        {
            var error = AlertName.Read(ref scanner, out var name);
            condition = new Condition.Alert(name);
            return error ?? Close(ref scanner);
        }

        if (scanner.TakeWord("absent") && scanner.Take("("))
        {
            var error = On(ref scanner, out var silent) ?? Close(ref scanner);
            condition = new Condition.Absent(silent!);
            return error;
        }

        return On(ref scanner, out var subject) ?? Test(ref scanner, subject!, out condition);
    }

    internal static ConditionError? Close(ref ConditionScanner scanner) =>
        scanner.Take(")") ? null : new ConditionError($"expected ')', but found {scanner.Shown()}", scanner.Column);

    private static ConditionError? On(ref ConditionScanner scanner, out Subject? subject)
    {
        subject = null;
        Variant? variant = null;
        Traffic? traffic = null;
        while (true)
        {
            var column = scanner.Column;
            if (scanner.PeekWord() is "new" or "legacy")
            {
                if (variant is not null)
                {
                    return new ConditionError("the variant is given twice", column);
                }

                variant = scanner.Word() == "new" ? Variant.New : Variant.Legacy;
            }
            else if (scanner.PeekWord() is "live" or "shadow")
            {
                if (traffic is not null)
                {
                    return new ConditionError("live or shadow is given twice", column);
                }

                traffic = scanner.Word() == "live" ? Traffic.Live : Traffic.Shadow;
            }
            else
            {
                var metric = scanner.PeekWord().ToString();
                if (metric.Length == 0 || Reserved.Contains(metric))
                {
                    return new ConditionError($"expected the name of a metric, but found {scanner.Shown()}", column);
                }

                scanner.Word();
                subject = new Subject(metric, variant ?? Variant.New, traffic);
                column = scanner.Column;
                string? segment = null;
                var error = scanner.TakeWord("in") ? Segment(ref scanner, column, null, ref segment) : null;
                subject = subject with { Segment = segment };
                return error;
            }
        }
    }

    private static ConditionError? Test(ref ConditionScanner scanner, Subject subject, out Condition? condition)
    {
        condition = null;
        if (scanner.TakeWord("between"))
        {
            var column = scanner.Column;
            var error = Bound.Read(ref scanner, out var low);
            if (error is null && !scanner.TakeWord("and"))
            {
                error = new ConditionError($"expected 'and', but found {scanner.Shown()}", scanner.Column);
            }

            error ??= Bound.Read(ref scanner, out var high) ?? Bound.Pair(ref low, high, column, subject, out condition);
            return error;
        }

        var place = scanner.Column;
        if (Sign(ref scanner) is not { } sign)
        {
            return new ConditionError($"expected a comparison (<, <=, >, >=, ==, != or between), but found {scanner.Shown()}", place);
        }

        var wrong = Bound.Read(ref scanner, out var bound);
        condition = wrong is null ? new Condition.Comparison(subject, sign, bound.Limit) : null;
        return wrong;
    }

    private static Operator? Sign(ref ConditionScanner scanner)
    {
        foreach (var (text, sign) in Signs)
        {
            if (scanner.Take(text))
            {
                return sign;
            }
        }

        return null;
    }

    internal static ConditionError? Duration(ref ConditionScanner scanner, string word, ref TimeSpan? duration)
    {
        var column = scanner.Column;
        if (duration is not null)
        {
            return new ConditionError($"'{word}' is given twice", column);
        }

        var shown = scanner.Shown();
        // The fraction of 1.5h is no part of a word.
        var text = scanner.Word() + (scanner.Take(".") ? "." + scanner.Word() : "");
        if (!Durations.TryParse(text, out var read) || read <= TimeSpan.Zero)
        {
            return new ConditionError($"expected a duration such as 5m or 48h after '{word}', but found {shown}", column);
        }

        duration = read;
        return null;
    }

    internal static ConditionError? Segment(ref ConditionScanner scanner, int column, Condition? condition, ref string? segment)
    {
        var leaves = condition?.Leaves().ToArray() ?? [];
        if (segment is not null || (leaves.Length > 0 && leaves.All(leaf => leaf.Subject is not { Segment: null })))
        {
            return new ConditionError(leaves.Length > 0 && leaves.All(leaf => leaf.Subject is null) ? "an alert has no segment" : "the segment is given twice", column);
        }

        column = scanner.Column;
        var shown = scanner.Shown();
        segment = scanner.Word();
        return segment.Length == 0 ? new ConditionError($"expected the name of a segment after 'in', but found {shown}", column) : null;
    }

    /// <summary>The condition in a segment; parts with a segment of their own keep it.</summary>
    internal static Condition InSegment(Condition condition, string segment) => condition.Map(leaf => leaf switch
    {
        Condition.Comparison { On.Segment: null } c => c with { On = c.On with { Segment = segment } },
        Condition.Between { On.Segment: null } b => b with { On = b.On with { Segment = segment } },
        Condition.Absent { On.Segment: null } a => a with { On = a.On with { Segment = segment } },
        _ => leaf,
    });
}
