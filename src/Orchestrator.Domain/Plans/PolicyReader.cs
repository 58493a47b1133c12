using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads the settings of judging, and the policies for stale nodes and unwatched rollouts.</summary>
internal static class PolicyReader
{
    public static StalePolicy? Stale(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        const string head = "last for ", tail = ", then legacy";
        switch (text)
        {
            case "legacy":
                return StalePolicy.Legacy;
            case "last":
                return StalePolicy.Last;
            default:
                if (text.StartsWith(head, StringComparison.Ordinal) && text.EndsWith(tail, StringComparison.Ordinal)
                    && text.Length > head.Length + tail.Length
                    && Durations.TryParse(text.AsSpan()[head.Length..^tail.Length], out var time))
                {
                    return new StalePolicy(time);
                }

                field.Error($"must be 'legacy', 'last' or 'last for 5m, then legacy', but is {field.Shown}");
                return null;
        }
    }

    public static UnwatchedPolicy? Unwatched(Field field) => field.OneOf("policy", "legacy", "hold") switch
    {
        "legacy" => UnwatchedPolicy.Legacy,
        "hold" => UnwatchedPolicy.Hold,
        _ => null,
    };

    public static LegacyCapacity? Legacy(Field field)
    {
        if (field.Mapping(PlanKeys.Legacy) is not { } mapping)
        {
            return null;
        }

        var (share, per) = (mapping.Require("capacity")?.Percentage(), mapping.Require("per")?.Duration(positive: true));
        if (share == Share.None)
        {
            mapping["capacity"]!.Error("the capacity must be above 0%: a legacy that can take no users back allows no rollback");
        }

        return share > Share.None && per is { } time ? new LegacyCapacity(share.Value, time) : null;
    }

    public static Judgement Judgement(Field field)
    {
        var usual = new Judgement();
        if (field.Mapping(PlanKeys.Judgement) is not { } mapping)
        {
            return usual;
        }

        var read = new Judgement
        {
            Sampling = mapping["sampling"]?.Duration(positive: true) ?? usual.Sampling,
            Window = mapping["window"]?.Duration(positive: true) ?? usual.Window,
            MinTraffic = mapping["minTraffic"]?.Whole(0) ?? usual.MinTraffic,
            Coverage = mapping["coverage"]?.Fraction(zero: false) ?? usual.Coverage,
            Confidence = mapping["confidence"]?.Fraction(zero: false, one: false) ?? usual.Confidence,
            Margin = mapping["margin"]?.Fraction(one: false) ?? usual.Margin,
            CloserWatch = mapping["closerWatch"]?.Duration(),
            AlertRepeat = mapping["alertRepeat"]?.Duration(positive: true) ?? usual.AlertRepeat,
        };
        if (read.Window < read.Sampling)
        {
            (mapping["window"] ?? mapping["sampling"])!.Error(
                $"the window {Durations.Format(read.Window)} is shorter than the sampling period {Durations.Format(read.Sampling)}: it would often be empty");
        }

        return read;
    }
}
