using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
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
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            // Else its SAMEORIGIN replaces DENY.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddResponseCompression(compression =>
        {
            // A token of a form is encrypted afresh in each answer, and no other site gets an answer to a session: see docs/dashboard.md.
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html"];
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return services;
    }

    /// <summary>Maps the pages. After the API, whose pipeline they share.</summary>
    public static WebApplication UseDashboard(this WebApplication app)
    {
        app.UseWhen(IsOpened, pages => pages.Use(Refreshes.Continue).UseResponseCompression());
        app.Use(PageHeaders.Add);
        app.Use(PageErrors.Answer);
        app.UseAntiforgery();
        app.MapAssets();
        app.MapSessions(new PageMetadata());
        app.MapRazorComponents<Root>().RequireAuthorization(ReadPolicy).WithMetadata(new PageMetadata());
        return app.RequirePolicies();
    }

    /// <summary>
    /// True for a page that is opened. An answer to a form is not compressed: it repeats what was typed, and may have the text of a key.
    /// </summary>
    private static bool IsOpened(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null;

    /// <summary>Name of the API's policy for reading.</summary>
    private const string ReadPolicy = nameof(Domain.Access.Permission.Read);
}
