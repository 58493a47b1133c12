using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Api.Http;

/// <summary>Result of a request, before it is HTTP.</summary>
internal abstract record ApiResult
{
    /// <summary>Seconds after which a bound of a minute has room again.</summary>
    private const int Minute = 60;

    private ApiResult()
    {
    }

    /// <summary>Success, with a body.</summary>
    /// <param name="Body">Written as JSON.</param>
    /// <param name="Version">Becomes the ETag.</param>
    /// <param name="Status">200, 201 or 202.</param>
    /// <param name="Location">Address of a resource that was created.</param>
    public sealed record Ok(object Body, long? Version = null, int Status = 200, string? Location = null) : ApiResult;

    /// <summary>Success, without a body.</summary>
    public sealed record NoContent : ApiResult;

    /// <summary>A body of another form than one JSON value.</summary>
    public sealed record Written(Func<HttpContext, Task> Write) : ApiResult;

    /// <summary>Failure: an RFC 9457 problem.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Code">Stable, for programs.</param>
    /// <param name="Detail">Explanation in one sentence.</param>
    /// <param name="Errors">Each error of the input.</param>
    /// <param name="RetryAfter">Whole seconds after which a retry makes sense.</param>
    public sealed record Problem(
        int Status, string Code, string Detail, ImmutableArray<InputError> Errors = default, int? RetryAfter = null)
        : ApiResult;

    public static Problem NotFound(string code, string detail) => new(404, code, detail);

    public static Problem Invalid(ImmutableArray<InputError> errors) => new(
        422, "input.invalid", errors.Length == 1 ? "The input has an error." : $"The input has {errors.Length} errors.", errors);

    public static Problem Invalid(string path, string message) => Invalid([new InputError(path, message)]);

    /// <summary>The problem of a command that failed; null when it succeeded.</summary>
    public static Problem? From(CommandResult result) => result.Outcome switch
    {
        CommandOutcome.Applied or CommandOutcome.Unchanged or CommandOutcome.Kept => null,
        CommandOutcome.Refused => Refused(result.Code!, result.Message!),
        CommandOutcome.VersionMismatch => new Problem(412, result.Code!, result.Message!),
        CommandOutcome.Invalid => new Problem(422, result.Code!, result.Message!, [.. result.Errors ?? []]),
        CommandOutcome.Unavailable => new Problem(503, result.Code!, result.Message!, RetryAfter: 1),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null),
    };

    private static Problem Refused(string code, string message) => code switch
    {
        _ when code.EndsWith(".not_found", StringComparison.Ordinal) => NotFound(code, message),
        _ when code.EndsWith(".role", StringComparison.Ordinal) => new Problem(403, code, message),
        "alerts.too_many" => new Problem(503, code, message, RetryAfter: Minute),
        _ when code.EndsWith(".too_many", StringComparison.Ordinal) => new Problem(429, code, message, RetryAfter: Minute),
        _ when code.EndsWith(".too_many_kinds", StringComparison.Ordinal) => new Problem(422, code, message),
        _ => new Problem(409, code, message),
    };
}
