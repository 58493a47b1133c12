using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Orchestrator.Grains.Serialization;

/// <summary>
/// Serialization of our own types between silos: as JSON, chosen by namespace, so that the domain has no attribute of Orleans.
/// </summary>
public static class GrainMessages
{
    /// <summary>JSON with a type discriminator for each closed family of types.</summary>
    public static JsonSerializerOptions Json { get; } = new(EventCatalog<object>.Json)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameCases } },
    };

    public static IServiceCollection AddGrainMessages(this IServiceCollection services)
    {
        services.AddSerializer(builder =>
        {
            builder.AddJsonSerializer(Are, null, options => options.Configure(o => o.SerializerOptions = Json));
            builder.Configure(manifest =>
            {
                manifest.AddAllowedAssembly(typeof(Actor).Assembly);
                manifest.AddAllowedAssembly(typeof(GrainMessages).Assembly);
            });
        });
        // An exception of a store in a grain must keep its type and inner exceptions at a caller on another silo.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.UnionWith(["Orchestrator", "Npgsql", "Marten", "JasperFx"]));
        return services.AddSingleton<IGeneralizedCopier, ImmutableCopier>();
    }

    internal static bool Are(Type type) =>
        type.Namespace is { } name && (name.StartsWith("Orchestrator.Domain", StringComparison.Ordinal) || name.StartsWith("Orchestrator.Grains", StringComparison.Ordinal))
        && !typeof(IAddressable).IsAssignableFrom(type) && !type.IsAbstract;

    private static void NameCases(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || !info.Type.IsAbstract || !info.Type.Namespace!.StartsWith("Orchestrator", StringComparison.Ordinal))
        {
            return;
        }

        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "$case" };
        foreach (var nested in info.Type.GetNestedTypes(BindingFlags.Public).Where(t => t.IsSubclassOf(info.Type) && !t.IsAbstract))
        {
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(nested, nested.Name));
        }
    }
}
