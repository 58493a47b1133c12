using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>Sentences of an answer for one user.</summary>
public static class ExplainTexts
{
    /// <summary>Buckets of a percent.</summary>
    private const double BucketsOfPercent = 1_000;

    /// <summary>The reason of the answer.</summary>
    public static string Sentence(ExplanationData answer) => answer.Reason switch
    {
        "ERROR" => answer.ErrorCode switch
        {
            "FLAG_NOT_FOUND" => "there is no such flag.",
            "TARGETING_KEY_MISSING" => "the answer depends on the user, and the user key is missing.",
            "INVALID_CONTEXT" => $"users are kept together by the attribute {answer.StickyBy}, and it is missing or has no exact value.",
            var code => $"the error {code}.",
        },
        "SPLIT" => Split(answer),
        "TARGETING_MATCH" => $"because the rule '{Decisive(answer)?.Rule}' holds; it saw {Decisive(answer)?.Saw}.",
        "STATIC" when answer.Rollout is null => $"the flag has one value for all users, {answer.Value}.",
        "STATIC" => $"it is the same for all users: {answer.Audience} on new.",
        "DISABLED" => "because the rollout routes no user: it is not started, rolled back or aborted.",
        "DEFAULT" => $"because no user is on new by percentage, and no segment decided otherwise ({answer.Audience}).",
        "STALE" => "because this node does not trust its table, and the flag's fallback decides.",
        var other => $"reason {other}.",
    };

    /// <summary>The moment of the answer.</summary>
    public static string When(DateTimeOffset? asked, ExplanationData answer, Viewer viewer) => asked is { } at
        ? $"As of {Times.Full(at, viewer)}, by the log up to position {Numbers.Count(answer.Position)}; a node may have answered from an older table."
        : $"Now, as this node answers at position {Numbers.Count(answer.Position)}.";

    private static string Split(ExplanationData answer)
    {
        var rule = Decisive(answer);
        var by = answer.StickyBy is { } attribute ? $" of its {attribute}" : "";
        var because = answer.Bucket is { } bucket
            ? $"because its bucket{by} is {Numbers.Count(bucket)} of 100,000, and the rule '{rule?.Rule}' {(rule?.Matched == true ? "holds" : "does not hold")}."
            : "by its bucket.";
        var share = answer.Percentage is { } percent ? $" {Shares.Text(percent)} of all users are on new" : "";
        var joins = answer is { Bucket: { } place, Variant: "legacy" }
            ? $"; this user joins at {((place + 1) / BucketsOfPercent).ToString("0.###", Viewer.Culture)} %"
            : "";
        return $"{because}{share}{joins}{(share.Length > 0 ? "." : "")}";
    }

    /// <summary>The last tested rule decided.</summary>
    private static ExplainedRuleData? Decisive(ExplanationData answer) =>
        answer.Rules.LastOrDefault(rule => rule.Matched) is { } matched && answer.Reason == "TARGETING_MATCH" ? matched : answer.Rules.LastOrDefault();
}
