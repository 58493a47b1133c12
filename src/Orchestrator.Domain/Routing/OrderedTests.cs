using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A number compared exactly with an integer that no double holds.</summary>
internal sealed class IntegerTest(int slot, string text, Comparison comparison, long constant) : CompiledTest(slot, text)
{
    /// <summary>2^63, the first number beyond 64 bits.</summary>
    private const double Beyond = 9223372036854775808d;

    protected override bool Holds(EvaluationContext user, in AttributeSlot seen) => seen.Kind switch
    {
        AttributeKind.Integer => Fits(seen.Integer.CompareTo(constant), comparison),
        AttributeKind.Number => Fits(Order(seen.Number), comparison),
        _ => false,
    };

    private int Order(double number) => number >= Beyond ? 1 : number < -Beyond ? -1
        : AttributeValue.IsExact(number) ? number.CompareTo(constant) : ((long)number).CompareTo(constant);
}

/// <summary>A dotted number part by part.</summary>
internal sealed class DottedTest(int slot, string text, Comparison comparison, byte[] constant) : CompiledTest(slot, text)
{
    protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
        seen.Kind == AttributeKind.Text
        && DottedVersion.TryParse(user.Text(seen), out var version)
        && DottedVersion.TryParse(constant, out var limit)
        && Fits(version.CompareTo(limit), comparison);
}

/// <summary>A day against a day, or an instant against the beginning of the day in UTC.</summary>
internal sealed class DayTest(int slot, string text, Comparison comparison, DateOnly constant) : CompiledTest(slot, text)
{
    private readonly long _begin = constant.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).Ticks;

    protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
        seen.Kind == AttributeKind.Text
        && (Rfc3339.TryParseDay(user.Text(seen), out var ticks) || Rfc3339.TryParse(user.Text(seen), out ticks))
        && Fits(ticks.CompareTo(_begin), comparison);
}
