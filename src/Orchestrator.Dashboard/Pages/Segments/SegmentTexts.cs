using System.Globalization;
using System.Text.Json;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Segments;

/// <summary>Sentences of the pages of segments, and the reading of their forms.</summary>
public static class SegmentTexts
{
    /// <summary>Most attributes of a user in the form.</summary>
    private const int MostAttributes = 100;
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>First sentence of the list.</summary>
    public static string List(SegmentList list, string environment)
    {
        var outside = list.Segments.Count(segment => segment.Cohort is { Warning: true });
        var number = $"{(list.Next is null ? "" : "More than ")}{Numbers.Plural(list.Segments.Count, "segment")}";
        return $"{char.ToUpperInvariant(number[0])}{number[1..]} in {environment}; {(outside == 0 ? "no cohort needs a look" : $"{Numbers.Plural(outside, "cohort")} {(outside == 1 ? "needs" : "need")} a look")}.";
    }

    /// <summary>Sign of a cohort.</summary>
    public static Sign Fill(CohortData? cohort) => cohort switch
    {
        null => new Sign("–", "no cap", "is-plain"),
        { Share: null } => Verdicts.NoEvidence,
        { Warning: true, Share: { } share } when share > cohort.Cap => Verdicts.Breached.As("above its cap"),
        { Warning: true } => Verdicts.Warning.As("below its cap"),
        _ => Verdicts.Met.As("as its cap"),
    };

    /// <summary>Answer to a change of members: <c>12 added, 3 were in.</c></summary>
    public static string Changed(ChangedData changed)
    {
        List<string> parts = [];
        if (changed.Added + changed.WereIn > 0)
        {
            parts.Add($"{Numbers.Count(changed.Added)} added, {Numbers.Count(changed.WereIn)} {Were(changed.WereIn)} in");
        }

        if (changed.Removed + changed.WereOut > 0)
        {
            parts.Add($"{Numbers.Count(changed.Removed)} removed, {Numbers.Count(changed.WereOut)} {Were(changed.WereOut)} not in");
        }

        return parts.Count == 0 ? "No key was sent; no member changed." : string.Join("; ", parts) + ".";
    }

    /// <summary>Counted users of a segment: <c>4,120, 4,000 of them on new</c>. Without a count there is no number.</summary>
    public static string People(SegmentPeople? people) => people switch
    {
        null => "not counted",
        { Total: 0 } => "none counted",
        _ => $"about {Numbers.Count(people.Total)} of {Numbers.Count(people.All)}: {Numbers.Count(people.New)} on new, {Numbers.Count(people.Legacy)} on legacy",
    };

    /// <summary>Origin of the counts in a sentence; null where no rollout has one.</summary>
    public static string? Counted(IReadOnlyList<SegmentUse> uses, Viewer viewer) =>
        uses.FirstOrDefault(use => use.People is not null)?.People is { } people
            ? $"Users are counted from {Times.Absolute(people.From, viewer)} to {Times.Absolute(people.To, viewer)}, ± {Shares.Text(people.Error * 100)}"
                + $"{(people.Missing == 0 ? "" : $"; those of {Numbers.Plural(people.Missing, "node")} are missing")}."
            : null;

    /// <summary>
    /// Effect of a new rule on the rollouts that route by the segment. The number of users who move is unknown, and none is made up.
    /// </summary>
    public static string Effect(IReadOnlyList<SegmentUse> uses)
    {
        var routing = uses.Where(use => use.Status is "running" or "paused" or "completed").Select(use => use.Id).ToArray();
        return routing.Length == 0
            ? "No rollout under way names the segment: no user moves now."
            : $"{Numbers.List(routing)} {(routing.Length == 1 ? "routes" : "route")} by it at once: users who belong from now on get what the steps give the segment; "
                + "users who do not belong any more get what all users get. Rules are not stored with users, so the number of users who move is unknown.";
    }

    /// <summary>Page on which the rule of a segment is set.</summary>
    public static string RulePage(string environment, string key) => Page(environment, key) + "/rule";

    /// <summary>Address after a change of members, which carries its numbers.</summary>
    public static string Address(string environment, string key, ChangedData changed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Page(environment, key)}?changed={changed.Added},{changed.WereIn},{changed.Removed},{changed.WereOut}");

    /// <summary>The numbers of such an address; null when they are none.</summary>
    public static ChangedData? Read(string? changed)
    {
        var parts = (changed ?? "").Split(',');
        var numbers = Array.ConvertAll(
            parts, part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1);
        return numbers.Length == 4 && Array.TrueForAll(numbers, number => number >= 0)
            ? new ChangedData(numbers[0], numbers[1], numbers[2], numbers[3])
            : null;
    }

    /// <summary>Page of a segment.</summary>
    public static string Page(string environment, string key) => $"{Frame.Links.Segments(environment)}/{ApiCalls.Escape(key)}";

    /// <summary>Users' keys, one a line. Empty lines do not count.</summary>
    public static string[] Keys(string? typed) =>
        (typed ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Answer for a user, in one sentence.</summary>
    public static string Belongs(RoutedData routed, string segment) => routed.Belongs switch
    {
        true => $"The user belongs to {segment}.",
        false => $"The user does not belong to {segment}.",
        null => $"It cannot be said whether the user belongs to {segment}: its rule needs a user key.",
    };

    /// <summary>Variant of the flag for a user; null where no flag was asked for.</summary>
    public static string? Variant(RoutedData routed) => routed switch
    {
        { Flag: null } => null,
        { Variant: { } variant } => $"{routed.Flag} answers {variant}{By(routed)}{Bucket(routed)}.",
        _ => $"{routed.Flag} has no answer: {routed.ErrorDetails ?? routed.Reason ?? "unknown"}",
    };

    /// <summary>Rows of the table of caps: a stratum by its values, and its cap.</summary>
    public static IReadOnlyList<(string Stratum, string Cap)> Strata(BalanceData balance) =>
    [
        .. (balance.Caps ?? new Dictionary<string, JsonElement>()).OrderBy(cap => cap.Key, StringComparer.Ordinal)
            .Select(cap => (cap.Key.Replace("/", " · ", StringComparison.Ordinal), Share(cap.Value))),
        (balance.Caps is { Count: > 0 } ? "every other" : "every stratum", Share(balance.Cap)),
    ];

    /// <summary>
    /// The user of the form: attributes one a line, <c>name: value</c>. true, false and numbers are those; a value in quotes is a text.
    /// </summary>
    public static (Dictionary<string, object> Context, List<ApiError> Errors) Context(string? key, string? attributes)
    {
        var context = new Dictionary<string, object>(StringComparer.Ordinal);
        var errors = new List<ApiError>();
        var lines = (attributes ?? "").ReplaceLineEndings("\n").Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            if (string.IsNullOrWhiteSpace(lines[line]))
            {
                continue;
            }

            var at = lines[line].IndexOf(':', StringComparison.Ordinal);
            var name = at < 0 ? "" : lines[line][..at].Trim();
            if (name.Length == 0)
            {
                errors.Add(new ApiError("attributes", $"line {line + 1}: write name: value, such as region: eu", line + 1));
            }
            else if (name == "targetingKey" || !context.TryAdd(name, Value(lines[line][(at + 1)..].Trim())))
            {
                errors.Add(new ApiError("attributes", $"line {line + 1}: {(name == "targetingKey" ? "the user key has its own field" : $"'{name}' is there twice")}", line + 1));
            }
        }

        if (context.Count > MostAttributes)
        {
            errors.Add(new ApiError("attributes", $"has {context.Count} attributes, more than {MostAttributes}"));
        }

        if (!string.IsNullOrEmpty(key))
        {
            context["targetingKey"] = key;
        }

        return (context, errors);
    }

    private static string By(RoutedData routed) => routed.Rollout is not { } rollout ? ""
        : routed.Step is { } step ? $", by rollout {rollout} in step {step}"
        : $", by rollout {rollout}";

    private static string Bucket(RoutedData routed) => routed.Bucket is { } bucket ? $"; the user's bucket is {Numbers.Count(bucket)}" : "";

    private static object Value(string text) => text switch
    {
        "true" => true,
        "false" => false,
        ['"', .. var inner, '"'] => inner,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            && whole.ToString(CultureInfo.InvariantCulture) == text => whole,
        _ when text.Any(char.IsAsciiDigit) && double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        _ => text,
    };

    private static string Share(JsonElement share) => share.ValueKind switch
    {
        JsonValueKind.String => share.GetString()!.Replace("%", " %", StringComparison.Ordinal),
        JsonValueKind.Number => Shares.Text(share.GetDouble() * 100),
        _ => "unknown",
    };

    private static string Were(int number) => number == 1 ? "was" : "were";
}
