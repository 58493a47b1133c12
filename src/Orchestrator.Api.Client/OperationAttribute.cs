namespace Orchestrator.Api.Client;

/// <summary>
/// The operation of a method. The server describes its addresses by these, so that document and client cannot differ.
/// </summary>
/// <param name="method">HTTP method.</param>
/// <param name="path">Path with names in braces.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OperationAttribute(string method, string path) : Attribute
{
    /// <summary>HTTP method.</summary>
    public string Method => method;

    /// <summary>Path with names in braces.</summary>
    public string Path => path;

    /// <summary>Type of the body; null for none, and for a plan.</summary>
    public Type? Body { get; init; }

    /// <summary>True for a plan in YAML or JSON as the body.</summary>
    public bool TakesPlan { get; init; }

    /// <summary>Type with the values of the query string; null for none.</summary>
    public Type? Query { get; init; }

    /// <summary>Further value of the query string that this form sets, such as <c>format</c>; null for none.</summary>
    public string? QueryWord { get; init; }

    /// <summary>Values of <see cref="QueryWord"/>.</summary>
    public string[] QueryWords { get; init; } = [];

    /// <summary>Type of the answer; null for none, and for text.</summary>
    public Type? Answer { get; init; }

    /// <summary>Second type of the answer; null for none.</summary>
    public Type? OtherAnswer { get; init; }

    /// <summary>Media types of an answer that is text; empty for JSON.</summary>
    public string[] Media { get; init; } = [];

    /// <summary>Status of success.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Second status of success with an answer of the same type; 0 for none.</summary>
    public int OtherStatus { get; init; }

    /// <summary>Type of the answer with the status 202; null for none.</summary>
    public Type? Accepted { get; init; }

    /// <summary>True for a command: it takes Idempotency-Key and If-Match.</summary>
    public bool IsCommand { get; init; }

    /// <summary>A further form of an operation that another method has: its condition in words; null for the operation itself.</summary>
    public string? Form { get; init; }
}
