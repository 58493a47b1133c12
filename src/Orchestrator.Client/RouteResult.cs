using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client;

/// <summary>
/// The answer for a flag and a user: a variant with its reason, or an error. Never an exception. A caller that reads only
/// <see cref="IsNew"/> takes an error for legacy.
/// </summary>
public readonly struct RouteResult
{
    // No field has a type of the domain: compilers read the fields of a struct, private ones too, and the package shows the client alone.
    // Sixteen bytes, which a processor returns in registers.
    private readonly object? _entry;
    private readonly byte _variant;
    private readonly byte _reason;
    private readonly byte _error;

    internal RouteResult(in RouteAnswer answer) =>
        (_entry, _variant, _reason, _error) = (answer.Entry, (byte)answer.Variant, (byte)answer.Reason, (byte)answer.Error);

    private RouteResult(RouteError error) => _error = (byte)error;

    /// <summary>The answer of a process without a routing table: no variant, and <see cref="RouteError.NotReady"/>.</summary>
    public static RouteResult NotReady => new(RouteError.NotReady);

    /// <summary>The answer for an unknown flag.</summary>
    internal static RouteResult FlagNotFound => new(RouteError.FlagNotFound);

    /// <summary>
    /// True for the new variant, and for a static flag whose value is <c>true</c>, which is what a retired rollout leaves.
    /// Otherwise false.
    /// </summary>
    public bool IsNew =>
        Variant == RouteVariant.New || (Variant == RouteVariant.Static && Entry!.StaticValue.AsSpan().SequenceEqual("true"u8));

    /// <summary>The variant.</summary>
    public RouteVariant Variant => (RouteVariant)_variant;

    /// <summary>The reason.</summary>
    public RouteReason Reason => (RouteReason)_reason;

    /// <summary>The error; <see cref="RouteError.None"/> for an answer with a variant.</summary>
    public RouteError Error => (RouteError)_error;

    /// <summary>OpenFeature's name of the reason, such as <c>TARGETING_MATCH</c>.</summary>
    public string ReasonName => ((Domain.Routing.RouteReason)_reason).Name();

    /// <summary>OpenFeature's code of the error, such as <c>FLAG_NOT_FOUND</c>; null for none.</summary>
    public string? ErrorCode => Error == RouteError.NotReady ? "PROVIDER_NOT_READY" : ((Domain.Routing.RouteError)_error).Name();

    /// <summary>Name of the variant, <c>legacy</c>, <c>new</c> or <c>static</c>; null for an error.</summary>
    public string? VariantName => ((Domain.Routing.RouteVariant)_variant).Name();

    /// <summary>The flag's key; null when it was not found.</summary>
    public string? Flag => Entry?.Key;

    /// <summary>Id of the rollout that decided; null for a static flag and for an error without a rollout.</summary>
    public string? Rollout => Entry?.Route?.Rollout;

    /// <summary>Version of that rollout; 0 without one.</summary>
    public long RolloutVersion => Entry?.Route?.RolloutVersion ?? 0;

    /// <summary>Name of the rollout's phase; null before its start.</summary>
    public string? Phase => Entry?.Route?.Phase;

    /// <summary>Name of the rollout's step; null before its start.</summary>
    public string? Step => Entry?.Route?.Step;

    /// <summary>The value as JSON: <c>true</c> or <c>false</c> of a routed flag; null for an error. Allocates for a static flag.</summary>
    public string? Json => Variant switch
    {
        RouteVariant.New => "true",
        RouteVariant.Legacy => "false",
        RouteVariant.Static => Encoding.UTF8.GetString(Entry!.StaticValue),
        _ => null,
    };

    private FlagEntry? Entry => Unsafe.As<FlagEntry?>(_entry);

    /// <summary>The value; the fallback for an error and for a value of another type.</summary>
    /// <typeparam name="T">Type as which the flag's JSON is deserialized, by the conventions of the web.</typeparam>
    /// <param name="fallback">Returned where there is no such value.</param>
    public T Value<T>(T fallback)
    {
        if (Variant is RouteVariant.New or RouteVariant.Legacy && typeof(T) == typeof(bool))
        {
            return (T)(object)IsNew;
        }

        try
        {
            return Variant switch
            {
                RouteVariant.New => JsonSerializer.Deserialize<T>("true"u8, JsonSerializerOptions.Web) ?? fallback,
                RouteVariant.Legacy => JsonSerializer.Deserialize<T>("false"u8, JsonSerializerOptions.Web) ?? fallback,
                RouteVariant.Static => JsonSerializer.Deserialize<T>(Entry!.StaticValue, JsonSerializerOptions.Web) ?? fallback,
                _ => fallback,
            };
        }
        catch (JsonException)
        {
            return fallback;
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"{VariantName ?? ErrorCode} ({ReasonName})";
}
