using Orchestrator.Client;
using Orchestrator.Client.AspNetCore;

namespace Orchestrator.Samples.Client;

/// <summary>Keys of flags, in one place.</summary>
internal static class Flags
{
    public const string NewArchitecture = "useNewArchitecture";
}

/// <summary>Routes users.</summary>
internal static class Routing
{
    /// <summary>Reads the answer of the middleware for this request; it stays the same to the end of the request.</summary>
    public static string Greet(HttpContext http) => http.Routed(Flags.NewArchitecture).IsNew ? "Hello from the new path" : "Hello from legacy";

    /// <summary>Routes without a request: in a job, for a message, in a test.</summary>
    public static string Ask(IRolloutRouter router)
    {
        var user = new RolloutUser("user-4711").With("plan", "pro").With("internal", false).With("age", 42);
        var answer = router.Route(Flags.NewArchitecture, user).Traced(Flags.NewArchitecture);
        return answer.Error switch
        {
            RouteError.None => $"{answer.VariantName} because {answer.ReasonName}, phase {answer.Phase} of {answer.Rollout}",
            var error => $"legacy: {error}",
        };
    }

    /// <summary>Reads a static flag, with a fallback where there is none.</summary>
    public static int Limit(IRolloutRouter router) => router.Route("messageLimit", userKey: null).Value(fallback: 1000);
}
