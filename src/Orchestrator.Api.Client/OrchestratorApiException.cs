namespace Orchestrator.Api.Client;

/// <summary>The API refused a request, or its answer cannot be read.</summary>
public sealed class OrchestratorApiException : Exception
{
    /// <summary>Code of an answer that leads elsewhere: redirects are refused.</summary>
    public const string Redirect = "client.redirect";

    /// <summary>Code of an answer that is longer than <see cref="ApiClientOptions.MostBytes"/>.</summary>
    public const string TooLarge = "client.answer_too_large";

    /// <summary>Code of an answer that is no answer of the API.</summary>
    public const string Unreadable = "client.answer_unreadable";

    internal OrchestratorApiException(int status, Problem problem, TimeSpan? retryAfter, Uri server, Exception? inner = null)
        : base(problem.Detail, inner) => (Status, Problem, RetryAfter, Server) = (status, problem, retryAfter, server);

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The problem.</summary>
    public Problem Problem { get; }

    /// <summary>Stable code, for programs.</summary>
    public string Code => Problem.Code;

    /// <summary>Each error of the input; empty for none.</summary>
    public IReadOnlyList<InputError> Errors => Problem.Errors ?? [];

    /// <summary>Time after which a retry makes sense; null when the server names none.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Server that answered.</summary>
    public Uri Server { get; }
}
