using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Orchestrator.Api.Client;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.OpenApi;

/// <summary>
/// The OpenAPI description, built from the addresses, their <see cref="EndpointDescription"/> metadata, and the operations that the client
/// declares.
/// </summary>
internal static partial class Description
{
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    public static IServiceCollection AddDescription(this IServiceCollection services) => services
        .AddSingleton<DescriptionDocument>().AddOpenApi(DescriptionDocument.Name, Configure);

    private static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Rollout Orchestrator";
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.Schemas = WireSchemas.Components(document);
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
            var path = $"/{context.Description.RelativePath}";
            var name = WireOperation.Name(context.Description.HttpMethod ?? "", path);
            operation.Parameters = [.. PathParameters(path)];
            if (WireOperation.All.GetValueOrDefault(name) is { } wire)
            {
                Describe(operation, name, wire, described, context.Document);
            }

            operation.Responses ??= [];
            operation.Responses["default"] = Failure("A problem (RFC 9457) with a stable code", context.Document);
            return Task.CompletedTask;
        });
    }

    private static void Describe(
        OpenApiOperation operation, string name, WireOperation wire, EndpointDescription described, OpenApiDocument? document)
    {
        operation.OperationId = OperationId(wire);
        foreach (var parameter in QueryParameters(wire).Concat(wire.Main.IsCommand ? CommandHeaders() : []))
        {
            operation.Parameters!.Add(parameter);
        }

        if (described.Takes is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = wire.Main.Body is not { } type || WireSchemas.Members(type).Any(member => !WireSchemas.IsOptional(member)),
                Content = body.MediaTypes.ToDictionary(media => media, media => Body(media, name, wire, document)),
            };
        }

        operation.Responses = [];
        foreach (var (status, content) in Answers(name, wire, document))
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] =
                new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(status), Content = content };
        }

        foreach (var (status, codes) in ProblemCodes.Of(wire, described))
        {
            var failure = Failure($"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", codes)}", document);
            failure.Extensions = new Dictionary<string, IOpenApiExtension>
            {
                ["x-codes"] = new JsonNodeExtension(new JsonArray([.. codes.Select(code => (JsonNode)code)])),
            };
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = failure;
        }
    }

    /// <summary>Name for generators of clients, from method and path: <c>postRolloutsByIdStart</c>.</summary>
    private static string OperationId(WireOperation wire) => wire.Main.Method.ToLowerInvariant() + string.Concat(
        wire.Main.Path.Replace("/api/v1", "", StringComparison.Ordinal).Split(['/', '-', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part is ['{', .. var inner, '}'] ? "By" + Pascal(inner) : Pascal(part)));

    private static string Pascal(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static IEnumerable<IOpenApiParameter> PathParameters(string path) => PathParameter().Matches(path).Select(match =>
        (IOpenApiParameter)new OpenApiParameter
        {
            Name = match.Groups[1].Value,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static IEnumerable<IOpenApiParameter> QueryParameters(WireOperation wire)
    {
        var members = wire.Each.Where(one => one.Query is not null).SelectMany(one => WireSchemas.Members(one.Query!))
            .DistinctBy(WireSchemas.Name);
        foreach (var member in members)
        {
            var schema = (OpenApiSchema)WireSchemas.Of(member, null);
            schema.Description = null;
            yield return new OpenApiParameter
            {
                Name = WireSchemas.Name(member),
                In = ParameterLocation.Query,
                Description = Sentences.Of(member),
                Schema = schema,
            };
        }

        foreach (var form in wire.Each.Where(one => one.QueryWord is not null))
        {
            yield return new OpenApiParameter
            {
                Name = form.QueryWord,
                In = ParameterLocation.Query,
                Description = "Form of the answer.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. form.QueryWords.Select(word => (JsonNode)word)] },
            };
        }
    }

    private static IEnumerable<IOpenApiParameter> CommandHeaders() =>
    [
        new OpenApiParameter
        {
            Name = "Idempotency-Key",
            In = ParameterLocation.Header,
            Description = "Text of 1 to 200 characters. Sent again with it, the command is applied once.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        },
        new OpenApiParameter
        {
            Name = "If-Match",
            In = ParameterLocation.Header,
            Description = "Version that the thing must have, in quotes, such as \"7\".",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    ];

    private static OpenApiMediaType Body(string media, string name, WireOperation wire, OpenApiDocument? document) => media == Json
        ? new OpenApiMediaType
        {
            Schema = wire.Main.Body is { } type
                ? WireSchemas.Of(type, document)
                : new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A plan, by docs/plan.schema.json." },
            Example = wire.Main.TakesPlan ? null : Examples.Body(name),
        }
        : new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = wire.Main.TakesPlan ? "A plan in YAML, by docs/plan.schema.json."
                    : media.Contains("yaml", StringComparison.Ordinal) ? "The same in YAML."
                    : "ExportMetricsServiceRequest of OTLP.",
            },
            Example = wire.Main.TakesPlan ? Examples.Body(name) : null,
        };

    /// <summary>Content of each status of success.</summary>
    private static IEnumerable<(int Status, Dictionary<string, OpenApiMediaType>? Content)> Answers(
        string name, WireOperation wire, OpenApiDocument? document)
    {
        var main = wire.Main;
        Type[] types = [.. wire.Each.SelectMany(one => (Type?[])[one.Answer, one.OtherAnswer]).OfType<Type>().Distinct()];
        var content = new Dictionary<string, OpenApiMediaType>();
        if (types.Length > 0)
        {
            content[Json] = new OpenApiMediaType { Schema = OneOf(types, document), Example = Examples.Answer(name, main.Status, Json) };
        }

        foreach (var media in wire.Each.SelectMany(one => one.Media))
        {
            content[media] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = Examples.Answer(name, main.Status, media),
            };
        }

        yield return (main.Status, content.Count == 0 ? null : content);
        if (main.OtherStatus != 0)
        {
            yield return (main.OtherStatus, Only(main.OtherStatus, main.Answer!));
        }

        if (main.Accepted is { } accepted)
        {
            yield return (202, Only(202, accepted));
        }

        Dictionary<string, OpenApiMediaType> Only(int status, Type type) => new()
        {
            [Json] = new OpenApiMediaType { Schema = WireSchemas.Of(type, document), Example = Examples.Answer(name, status, Json) },
        };
    }

    private static IOpenApiSchema OneOf(Type[] types, OpenApiDocument? document) => types.Length == 1
        ? WireSchemas.Of(types[0], document)
        : new OpenApiSchema { OneOf = [.. types.Select(type => WireSchemas.Of(type, document))] };

    private static OpenApiResponse Failure(string description, OpenApiDocument? document) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemJson] = new() { Schema = WireSchemas.Of(typeof(Problem), document) },
        },
    };

    [GeneratedRegex(@"\{(\w+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();
}
