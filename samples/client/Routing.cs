using Orchestrator.Client;
using Orchestrator.Client.AspNetCore;

namespace Orchestrator.Samples.Client;

/// <summary>Keys of flags, in one place.</summary>
internal static class Flags
{
    public const string NewArchitecture = "useNewArchitecture";
}

/// <summary>Asking.</summary>
internal static class Routing
{
    /// <summary>What the middleware routed this request to; the same to its end.</summary>
    public static string Greet(HttpContext http) => http.Routed(Flags.NewArchitecture).IsNew ? "Hello from the new path" : "Hello from legacy";

    /// <summary>Without a request: a job, a message, a test.</summary>
    public static string Ask(IRouter router)
    {
        var user = new User("user-4711").With("plan", "pro").With("internal", false).With("age", 42);
        var answer = router.Route(Flags.NewArchitecture, user).Traced(Flags.NewArchitecture);
        return answer.Error switch
        {
            RouteError.None => $"{answer.VariantName} because {answer.ReasonName}, phase {answer.Phase} of {answer.Rollout}",
            var error => $"legacy: {error}",
        };
    }

    /// <summary>A static flag, with what holds where there is none.</summary>
    public static int Limit(IRouter router) => router.Route("messageLimit", userKey: null).Value(fallback: 1000);
}
