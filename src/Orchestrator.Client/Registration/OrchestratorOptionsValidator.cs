using Microsoft.Extensions.Options;
using Orchestrator.Client.Metrics;

namespace Orchestrator.Client.Registration;

/// <summary>Validates the options; all errors at once.</summary>
internal sealed class OrchestratorOptionsValidator : IValidateOptions<OrchestratorOptions>
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

    // A key that no header can carry would fail at each request instead of once.
    private static void CheckKey(string name, string key, List<string> errors)
    {
        if (key.Length == 0 || !key.All(c => c is > ' ' and < '\u007f'))
        {
            errors.Add($"{name} must be an API key without spaces, as the orchestrator printed it");
        }
    }

    // Without the value of the secret: errors are logged.
    private static void CheckSecret(string secret, string? key, List<string> errors)
    {
        if (!PushSignature.IsSecret(secret))
        {
            errors.Add("IngestSecret must be the signing secret of the ingest key as the orchestrator printed it, whsec_ and base64");
        }
        else if (key is null)
        {
            errors.Add("IngestSecret signs the pushes of IngestKey: set both or neither");
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
