using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The first format of the table document that can express a feature. A reader of an earlier one would decide differently.
/// </summary>
internal static class TableFormat
{
    /// <summary>Rules of this format have every test of this build; routes have <c>stickyBy</c>.</summary>
    private const int Third = 3;

    /// <summary>Routes of this format have shares of segments.</summary>
    private const int Fourth = 4;

    /// <summary>The format that the rule of a segment needs.</summary>
    public static int Of(SegmentDefinition definition) => IsYoung(definition.Rule) ? Third : TableDocument.First;

    /// <summary>The format that a route needs, with the segments that it names.</summary>
    public static int Of(RoutedFlag route, EnvironmentTable environment) =>
        !route.Shares.IsEmpty ? Fourth
        : route.StickyBy is not null ? Third
        : route.Included.Concat(route.TakenBack).Select(key => environment.Segment(key) is { } segment
            ? Of(segment.Source.Definition)
            : TableDocument.First).DefaultIfEmpty(TableDocument.First).Max();

    private static bool IsYoung(SegmentRule rule) => rule switch
    {
        SegmentRule.All all => all.Rules.Any(IsYoung),
        SegmentRule.Any any => any.Rules.Any(IsYoung),
        SegmentRule.Not not => IsYoung(not.Rule),
        SegmentRule.Attribute attribute => IsYoung(attribute.Test),
        _ => false,
    };

    private static bool IsYoung(AttributeTest test) => test switch
    {
        AttributeTest.EqualTo equal => equal.Value.Integer is not null,
        AttributeTest.OneOf one => one.Values.Any(value => value.Integer is not null),
        AttributeTest.StartsWith start => start.IgnoreCase,
        AttributeTest.EndsWith end => end.IgnoreCase,
        AttributeTest.Contains contains => contains.IgnoreCase,
        AttributeTest.Number or AttributeTest.Version or AttributeTest.Date => false,
        _ => true,
    };
}
