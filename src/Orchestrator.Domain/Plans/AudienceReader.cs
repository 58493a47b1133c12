using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads the users that join at a step: <c>segments</c>, and <c>audience</c> with segments of which a share joins.</summary>
internal static class AudienceReader
{
    public static (ImmutableArray<string> Segments, ImmutableArray<SegmentShare> Shares) Read(MappingReader step, PlanScope scope)
    {
        var segments = step.Items("segments").Each(scope.Segment).ToBuilder();
        var shares = ImmutableArray.CreateBuilder<SegmentShare>();
        var named = segments.ToHashSet(StringComparer.Ordinal);
        foreach (var item in step.Items("audience"))
        {
            if (item.Mapping(PlanKeys.Audience) is not { } entry)
            {
                continue;
            }

            var segment = entry.Require("segment") is { } key ? scope.Segment(key) : null;
            var percentage = entry["percentage"]?.Percentage();
            if (percentage == Share.None)
            {
                entry["percentage"]!.Error("0% of a segment adds no user: leave the segment out until a step adds some of it");
            }

            if (segment is null || percentage == Share.None || (percentage is null && entry["percentage"] is not null))
            {
                continue;
            }

            if (!named.Add(segment))
            {
                entry["segment"]!.Error($"the segment '{segment}' is named twice in this step");
            }
            else if (percentage is { } share && share < Share.All)
            {
                shares.Add(new SegmentShare(segment, share));
            }
            else
            {
                segments.Add(segment);
            }
        }

        return (segments.ToImmutable(), shares.ToImmutable());
    }
}
