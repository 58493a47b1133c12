using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.OpenApi;

/// <summary>The OpenAPI description, built from the addresses and their <see cref="EndpointDescription"/> metadata.</summary>
internal static partial class Description
{
    public static IServiceCollection AddDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Rollout Orchestrator";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-Key" },
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, or a token of the issuer where one is set" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<EndpointDescription>().FirstOrDefault() is not { } described)
            {
                return Task.CompletedTask;
            }

            operation.Summary = described.Summary;
            operation.Description = $"For {string.Join(", ", Permissions.Of(described.Needs).Select(Roles.Name))}.";
            operation.Security = [.. ((string[])["key", "bearer"]).Select(
                scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
            operation.Parameters = [.. PathParameter().Matches(context.Description.RelativePath ?? "").Select(match => new OpenApiParameter
            {
                Name = match.Groups[1].Value, In = ParameterLocation.Path, Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            })];
            if (described.Takes is { } body)
            {
                operation.RequestBody =
                    new OpenApiRequestBody { Content = body.MediaTypes.ToDictionary(type => type, _ => new OpenApiMediaType()) };
            }

            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "A problem (RFC 9457) with a stable code",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() },
            };
            return Task.CompletedTask;
        });
    });

    [GeneratedRegex(@"\{(\w+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();
}
