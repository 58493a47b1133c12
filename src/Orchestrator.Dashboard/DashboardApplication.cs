using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api;
using Orchestrator.Dashboard.Assets;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Sessions;

namespace Orchestrator.Dashboard;

/// <summary>
/// The dashboard: pages rendered on the server, without a circuit. Each page is a reader of the public API in the same process.
/// </summary>
public static class DashboardApplication
{
    /// <summary>The pages and what renders them.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        // No interactive mode: one would add a circuit, and its own frame-ancestors to the policy.
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddScoped<ApiCalls>();
        services.AddSingleton<AssetFiles>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "orchestrator-form";
            antiforgery.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict;
            // Else its SAMEORIGIN replaces DENY.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>Maps the pages. After the API, whose pipeline they share.</summary>
    public static WebApplication UseDashboard(this WebApplication app)
    {
        app.Use(PageHeaders.Add);
        app.Use(PageErrors.Answer);
        app.UseAntiforgery();
        app.MapAssets();
        app.MapSessions(new PageMetadata());
        app.MapRazorComponents<Root>().RequireAuthorization(ReadPolicy).WithMetadata(new PageMetadata());
        return app.RequirePolicies();
    }

    /// <summary>Name of the API's policy for reading.</summary>
    private const string ReadPolicy = nameof(Domain.Access.Permission.Read);
}
