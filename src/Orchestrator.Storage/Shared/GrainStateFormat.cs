using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Shared;

/// <summary>Format and rules that every store of grain state keeps: JSON, an empty state, and the words of a conflict.</summary>
internal static class GrainStateFormat
{
    // Windows of measurements may hold an infinity as a bound.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static byte[] Write<T>(T state) => JsonSerializer.SerializeToUtf8Bytes(state, Json);

    public static string WriteText<T>(T state) => JsonSerializer.Serialize(state, Json);

    /// <summary>Fills a grain's state from its stored JSON.</summary>
    public static void Fill<T>(IGrainState<T> grainState, ReadOnlySpan<byte> json, string? etag) =>
        Fill(grainState, JsonSerializer.Deserialize<T>(json, Json)!, etag);

    /// <inheritdoc cref="Fill{T}(IGrainState{T}, ReadOnlySpan{byte}, string?)"/>
    public static void Fill<T>(IGrainState<T> grainState, string json, string? etag) =>
        Fill(grainState, JsonSerializer.Deserialize<T>(json, Json)!, etag);

    /// <summary>Makes a grain's state the empty one, which is not stored.</summary>
    public static void Clear<T>(IGrainState<T> grainState, IActivatorProvider activators)
    {
        // An array that is not stored is null and not the empty array: its grain knows the difference.
        grainState.State = typeof(T).IsArray ? default! : activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    /// <summary>
    /// The refusal of a write or a clear whose grain has read an older version of the state. The grain drops its state and reads again.
    /// </summary>
    public static InconsistentStateException Conflict(
        string verb, string state, string? stored, string? known, Exception? cause = null) => new(
        $"ETag conflict: the {verb} of state {state} was refused. The grain read it with ETag {known ?? "(none)"}; "
        + $"the stored state has {stored ?? "(none)"}. Nothing was changed.",
        stored, known, cause);

    private static void Fill<T>(IGrainState<T> grainState, T state, string? etag)
    {
        grainState.State = state;
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }
}
