namespace Orchestrator.Domain.Routing;

/// <summary>Reason of an answer; the names are those of OpenFeature.</summary>
public enum RouteReason : byte
{
    /// <summary>There is no answer, see the error.</summary>
    Error,

    /// <summary>DISABLED: not started, rolled back or aborted.</summary>
    Disabled,

    /// <summary>TARGETING_MATCH: a segment decided.</summary>
    TargetingMatch,

    /// <summary>SPLIT: the bucket decided.</summary>
    Split,

    /// <summary>STATIC: the same for everyone.</summary>
    Static,

    /// <summary>DEFAULT: no user is on new by percentage, and no segment decided otherwise.</summary>
    Default,

    /// <summary>STALE: the table of this node may be outdated.</summary>
    Stale,
}

/// <summary>Reason why there is no answer.</summary>
public enum RouteError : byte
{
    /// <summary>There is an answer.</summary>
    None,

    /// <summary>FLAG_NOT_FOUND.</summary>
    FlagNotFound,

    /// <summary>TARGETING_KEY_MISSING: the answer depends on the user, and the context has no targeting key.</summary>
    TargetingKeyMissing,

    /// <summary>
    /// INVALID_CONTEXT: users are kept together by an attribute, and the context has none, or one without an exact value. 3 is NotReady of
    /// the client.
    /// </summary>
    StickyAttributeMissing = 4,
}

/// <summary>Variant of an answer.</summary>
public enum RouteVariant : byte
{
    /// <summary>No variant: an error.</summary>
    None,

    /// <summary>The safe one; the flag is false.</summary>
    Legacy,

    /// <summary>The new one; the flag is true.</summary>
    New,

    /// <summary>The value of a static flag.</summary>
    Static,
}

/// <summary>
/// The answer to (flag, user): value with variant and reason, or an error. Never an exception. Sixteen bytes, which a processor returns in
/// registers.
/// </summary>
public readonly struct RouteAnswer
{
    internal RouteAnswer(
        FlagEntry? entry, RouteVariant variant, RouteReason reason, RouteError error = RouteError.None, int because = -1) =>
        (Entry, Variant, Reason, Error, Because) = (entry, variant, reason, error, because);

    /// <summary>The flag; null when it was not found.</summary>
    public FlagEntry? Entry { get; }

    /// <summary>The variant.</summary>
    public RouteVariant Variant { get; }

    /// <summary>The reason.</summary>
    public RouteReason Reason { get; }

    /// <summary>The error.</summary>
    public RouteError Error { get; }

    /// <summary>The user's bucket, 0 to 99,999, where it decided (<see cref="RouteReason.Split"/>); else null.</summary>
    public int? Bucket => Reason == RouteReason.Split ? Because : null;

    /// <summary>The segment that decided (<see cref="RouteReason.TargetingMatch"/>); else null.</summary>
    public string? Segment => Reason != RouteReason.TargetingMatch ? null
        : Variant == RouteVariant.New ? Entry!.Route!.Included[Because] : Entry!.Route!.TakenBack[Because];

    /// <summary>The bucket, or the number of the segment among those included or taken back.</summary>
    internal int Because { get; }

    /// <summary>True for the new variant, and only then: an error or an unknown flag is legacy.</summary>
    public bool IsNew => Variant == RouteVariant.New;

    /// <summary>The value as raw JSON (UTF-8); empty for an error.</summary>
    public ReadOnlySpan<byte> Value => Variant switch
    {
        RouteVariant.Legacy => "false"u8,
        RouteVariant.New => "true"u8,
        RouteVariant.Static => Entry!.StaticValue,
        _ => [],
    };

    /// <summary>
    /// The answer of a node that does not trust its table. Answers that are safe without a table stay: a static flag, a route that is off,
    /// an unknown flag.
    /// </summary>
    internal RouteAnswer Under(in TableTrust trust, EvaluationContext user) => Entry is null ? this : trust.On(Entry, user) switch
    {
        FallbackDecision.Legacy => new RouteAnswer(Entry, RouteVariant.Legacy, RouteReason.Stale),
        FallbackDecision.Last when Error == RouteError.None => new RouteAnswer(Entry, Variant, RouteReason.Stale),
        _ => this,
    };
}
