using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client;

/// <summary>What a user gets.</summary>
public enum Variant
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

/// <summary>Why an answer is what it is. <see cref="RouteResult.ReasonName"/> is OpenFeature's name.</summary>
public enum Reason
{
    /// <summary>There is no answer, see the error.</summary>
    Error,

    /// <summary>Not started, rolled back or aborted.</summary>
    Disabled,

    /// <summary>A segment decided.</summary>
    TargetingMatch,

    /// <summary>The user's bucket decided.</summary>
    Split,

    /// <summary>The same for everyone.</summary>
    Static,

    /// <summary>Nobody is on new by percentage, and no segment said otherwise.</summary>
    Default,

    /// <summary>This process does not know what holds now, or nobody watches the rollout.</summary>
    Stale,
}

/// <summary>Why there is no answer.</summary>
public enum RouteError
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>The environment has no such flag.</summary>
    FlagNotFound,

    /// <summary>The answer depends on the user, and there is no key.</summary>
    TargetingKeyMissing,

    /// <summary>No table has come yet since the start, and none was kept.</summary>
    NotReady,

    /// <summary>The rollout keeps users together by an attribute, and the user has none that is a text or an exact integer.</summary>
    StickyAttributeMissing,
}

/// <summary>The answer to (flag, user): a variant with its reason, or an error. Never an exception; an error is legacy to whoever asks only <see cref="IsNew"/>.</summary>
public readonly struct RouteResult
{
    private readonly RouteAnswer _answer;

    internal RouteResult(in RouteAnswer answer) => _answer = answer;

    /// <summary>A router cannot say this of itself: without a table there is none.</summary>
    internal static RouteResult Unknown => new(new RouteAnswer(null, RouteVariant.None, RouteReason.Error, (Domain.Routing.RouteError)RouteError.NotReady));

    /// <summary>True for the new variant, and for a static flag whose value is <c>true</c>: what a retired rollout leaves behind. Otherwise false.</summary>
    public bool IsNew => _answer.Variant == RouteVariant.New || (_answer.Variant == RouteVariant.Static && _answer.Value.SequenceEqual("true"u8));

    /// <summary>The variant.</summary>
    public Variant Variant => (Variant)_answer.Variant;

    /// <summary>Why.</summary>
    public Reason Reason => (Reason)_answer.Reason;

    /// <summary>Why not.</summary>
    public RouteError Error => (RouteError)_answer.Error;

    /// <summary>OpenFeature's name of the reason, such as <c>TARGETING_MATCH</c>.</summary>
    public string ReasonName => _answer.Reason.Name();

    /// <summary>OpenFeature's code of the error, such as <c>FLAG_NOT_FOUND</c>; null for none.</summary>
    public string? ErrorCode => Error == RouteError.NotReady ? "PROVIDER_NOT_READY" : _answer.Error.Name();

    /// <summary>Name of the variant, <c>legacy</c>, <c>new</c> or <c>static</c>; null for an error.</summary>
    public string? VariantName => _answer.Variant.Name();

    /// <summary>The flag's key; null when it was not found.</summary>
    public string? Flag => _answer.Entry?.Key;

    /// <summary>Id of the rollout that decided; null for a static flag and an error without one.</summary>
    public string? Rollout => _answer.Entry?.Route?.Rollout;

    /// <summary>Version of that rollout; 0 without one.</summary>
    public long RolloutVersion => _answer.Entry?.Route?.RolloutVersion ?? 0;

    /// <summary>Name of the rollout's phase; null before its start.</summary>
    public string? Phase => _answer.Entry?.Route?.Phase;

    /// <summary>Name of the rollout's step; null before its start.</summary>
    public string? Step => _answer.Entry?.Route?.Step;

    /// <summary>The value as JSON: <c>true</c> or <c>false</c> of a routed flag; null for an error. Allocates for a static flag.</summary>
    public string? Json => Variant switch
    {
        Variant.New => "true",
        Variant.Legacy => "false",
        Variant.Static => Encoding.UTF8.GetString(_answer.Value),
        _ => null,
    };

    /// <summary>The value; the fallback for an error and for a value of another type.</summary>
    /// <typeparam name="T">What the flag's JSON is read as, by the web's conventions.</typeparam>
    /// <param name="fallback">Returned where there is no such value.</param>
    public T Value<T>(T fallback)
    {
        if (Variant is Variant.New or Variant.Legacy && typeof(T) == typeof(bool))
        {
            return (T)(object)IsNew;
        }

        try
        {
            return Variant == Variant.None ? fallback : JsonSerializer.Deserialize<T>(_answer.Value, JsonSerializerOptions.Web) ?? fallback;
        }
        catch (JsonException)
        {
            return fallback;
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"{VariantName ?? ErrorCode} ({ReasonName})";
}
