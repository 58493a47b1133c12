using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Api.Http;

/// <summary>How a request ended, before it is HTTP.</summary>
internal abstract record Answer
{
    /// <summary>Seconds after which a bound of a minute has room again.</summary>
    private const int Minute = 60;

    private Answer()
    {
    }

    /// <summary>It went well.</summary>
    /// <param name="Body">Written as JSON.</param>
    /// <param name="Version">Becomes the ETag.</param>
    /// <param name="Status">200, 201 or 202.</param>
    /// <param name="Location">Of what was created.</param>
    public sealed record Ok(object Body, long? Version = null, int Status = 200, string? Location = null) : Answer;

    /// <summary>It went well and there is nothing to say.</summary>
    public sealed record Nothing : Answer;

    /// <summary>A body of another form than one JSON value.</summary>
    public sealed record Written(Func<HttpContext, Task> Write) : Answer;

    /// <summary>It did not go well: an RFC 9457 problem.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Code">Stable, for programs.</param>
    /// <param name="Detail">A sentence, for people.</param>
    /// <param name="Errors">Each thing wrong with the input.</param>
    /// <param name="RetryAfter">Whole seconds after which trying again makes sense.</param>
    public sealed record Problem(int Status, string Code, string Detail, ImmutableArray<InputError> Errors = default, int? RetryAfter = null) : Answer;

    public static Problem NotFound(string code, string detail) => new(404, code, detail);

    public static Problem Invalid(ImmutableArray<InputError> errors) => new(
        422, "input.invalid", errors.Length == 1 ? "One thing is wrong with the input." : $"{errors.Length} things are wrong with the input.", errors);

    public static Problem Invalid(string path, string message) => Invalid([new InputError(path, message)]);

    /// <summary>The problem that a command ended in; null when it ended well.</summary>
    public static Problem? From(CommandResult result) => result.Outcome switch
    {
        CommandOutcome.Applied or CommandOutcome.Unchanged or CommandOutcome.Kept => null,
        CommandOutcome.Refused when result.Code!.EndsWith(".not_found", StringComparison.Ordinal) => NotFound(result.Code, result.Message!),
        CommandOutcome.Refused when result.Code.EndsWith(".role", StringComparison.Ordinal) => new Problem(403, result.Code, result.Message!),
        CommandOutcome.Refused when result.Code == "alerts.too_many" => new Problem(503, result.Code, result.Message!, RetryAfter: Minute),
        CommandOutcome.Refused when result.Code.EndsWith(".too_many", StringComparison.Ordinal) => new Problem(429, result.Code, result.Message!, RetryAfter: Minute),
        CommandOutcome.Refused when result.Code.EndsWith(".too_many_kinds", StringComparison.Ordinal) => new Problem(422, result.Code, result.Message!),
        CommandOutcome.Refused => new Problem(409, result.Code!, result.Message!),
        CommandOutcome.VersionMismatch => new Problem(412, result.Code!, result.Message!),
        CommandOutcome.Invalid => new Problem(422, result.Code!, result.Message!, [.. result.Errors ?? []]),
        CommandOutcome.Unavailable => new Problem(503, result.Code!, result.Message!, RetryAfter: 1),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null),
    };
}
