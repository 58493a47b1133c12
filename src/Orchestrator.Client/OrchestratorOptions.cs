using Microsoft.Extensions.Options;
using Orchestrator.Client.Metrics;

namespace Orchestrator.Client;

/// <summary>How a service reaches the orchestrator. Read once, at start; wrong values end the start with all errors at once.</summary>
public sealed class OrchestratorOptions
{
    /// <summary>Where the orchestrator is, such as <c>http://127.0.0.1:5080</c>. Must be given.</summary>
    public Uri? Url { get; set; }

    /// <summary>A key of the role <c>evaluation</c>, bound to the environment to route in. Must be given. Never hand it to browsers: it opens the whole table.</summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// File in which the newest table is kept for the next start, readable by this user only; null keeps none. A kept table is a stale
    /// one until the orchestrator answers: each phase's <c>onStale</c> says what that means.
    /// </summary>
    public string? CacheFile { get; set; }

    /// <summary>How long the start of the host waits for the first table at most; it then goes on without. Zero does not wait. Default 2 s, at most 60 s.</summary>
    public TimeSpan StartWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take. Default 5 s, at least 100 ms.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A key of the role <c>ingest</c>, to report metrics and shadow mismatches with; null reports nothing.</summary>
    public string? IngestKey { get; set; }

    /// <summary>
    /// The signing secret (<c>whsec_…</c>) that was shown beside <see cref="IngestKey"/>: each push is signed with it, as plans with <c>signals: { signed: true }</c>
    /// want. Null signs nothing.
    /// </summary>
    public string? IngestSecret { get; set; }

    /// <summary>
    /// How often metrics are pushed: the plan's <c>sampling</c>. Default 15 s, at least 100 ms. Where the orchestrator's clock runs faster, so much more often, but no
    /// more than each half second.
    /// </summary>
    public TimeSpan PushInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>True when samples carry this machine's time, where the orchestrator's clock runs as fast. Default true; the orchestrator says how fast its clock runs.</summary>
    public bool StampSamples { get; set; } = true;

    /// <summary>A static flag that turns shadowing on, such as <c>shadowProcessingEnabled</c>; null is always on.</summary>
    public string? ShadowSwitch { get; set; }

    /// <summary>Shadow runs at once; more are left out and counted. Default 32, from 1 to 10,000.</summary>
    public int ShadowRuns { get; set; } = 32;

    /// <summary>Makes the handler of all requests; null makes a <see cref="SocketsHttpHandler"/>. For proxies, certificates and tests.</summary>
    public Func<HttpMessageHandler>? Handler { get; set; }
}

internal sealed class OrchestratorOptionsCheck : IValidateOptions<OrchestratorOptions>
{
    public ValidateOptionsResult Validate(string? name, OrchestratorOptions options)
    {
        var errors = new List<string>();
        if (options.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            errors.Add($"Url must be an absolute http or https address, but is '{options.Url}'");
        }

        CheckKey("Key", options.Key, errors);
        if (options.IngestKey is { } ingest)
        {
            CheckKey("IngestKey", ingest, errors);
        }

        if (options.IngestSecret is { } secret)
        {
            CheckSecret(secret, options.IngestKey, errors);
        }

        if (options.CacheFile is { } file && string.IsNullOrWhiteSpace(file))
        {
            errors.Add("CacheFile must be the path of a file, or null for none");
        }

        Between("StartWait", options.StartWait, TimeSpan.Zero, TimeSpan.FromSeconds(60), errors);
        Between("RequestTimeout", options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), errors);
        Between("PushInterval", options.PushInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), errors);
        if (options.ShadowRuns is < 1 or > 10_000)
        {
            errors.Add($"ShadowRuns must be from 1 to 10000, but is {options.ShadowRuns}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // What cannot stand in a header would fail at each request instead of once.
    private static void CheckKey(string name, string key, List<string> errors)
    {
        if (key.Length == 0 || !key.All(c => c is > ' ' and < '\u007f'))
        {
            errors.Add($"{name} must be a key without spaces, as the orchestrator printed it");
        }
    }

    // Without the text: this is said in logs.
    private static void CheckSecret(string secret, string? key, List<string> errors)
    {
        if (!PushSignature.IsSecret(secret))
        {
            errors.Add("IngestSecret must be the signing secret of the ingest key as the orchestrator printed it, whsec_ and base64");
        }
        else if (key is null)
        {
            errors.Add("IngestSecret signs what IngestKey pushes: give both or neither");
        }
    }

    private static void Between(string name, TimeSpan value, TimeSpan least, TimeSpan most, List<string> errors)
    {
        if (value < least || value > most)
        {
            errors.Add($"{name} must be from {least} to {most}, but is {value}");
        }
    }
}
