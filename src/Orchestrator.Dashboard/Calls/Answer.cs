namespace Orchestrator.Dashboard.Calls;

/// <summary>Answer of the API: a value or a problem.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Value">The value; null with a problem, and where the answer has no body.</param>
/// <param name="Problem">The problem; null at success.</param>
/// <param name="ETag">Version in quotes; null where the resource has none.</param>
public sealed record Answer<T>(int Status, T? Value, ApiProblem? Problem, string? ETag)
    where T : class;

/// <summary>Problem of the API (RFC 9457).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, such as <c>rollout.not_found</c>.</param>
/// <param name="Detail">Explanation in one sentence.</param>
/// <param name="Errors">Each error of the input; null where there is none.</param>
public sealed record ApiProblem(int Status, string Code, string Detail, IReadOnlyList<ApiError>? Errors);

/// <summary>An error of the input.</summary>
/// <param name="Path">Path of the value.</param>
/// <param name="Message">Broken rule, with the value.</param>
/// <param name="Line">Line in a text; null elsewhere.</param>
public sealed record ApiError(string Path, string Message, int? Line = null);
