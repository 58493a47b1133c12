using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads flags of a phase or an environment: any key, any JSON value.</summary>
internal static class FlagReader
{
    private const int LongestKey = 256;

    /// <param name="field">The mapping from keys to values.</param>
    /// <param name="routed">The key that may not stand here; null where it may.</param>
    public static ImmutableArray<FlagValue> Read(Field field, string? routed)
    {
        var flags = ImmutableArray.CreateBuilder<FlagValue>();
        foreach (var (key, value) in field.Named("flag values"))
        {
            if (key.Length is 0 or > LongestKey)
            {
                value.Error($"a flag's key has 1 to {LongestKey} characters, and this has {key.Length}");
            }
            else if (key == routed)
            {
                value.Error($"'{Field.Short(key)}' is the routed flag: the steps decide it, so a phase cannot set it");
            }
            else
            {
                flags.Add(new FlagValue(key, CanonicalJson.Write(value.Node)));
            }
        }

        return flags.ToImmutable();
    }

    public static ImmutableArray<EnvironmentFlags> Environments(Field? field)
    {
        var environments = ImmutableArray.CreateBuilder<EnvironmentFlags>();
        foreach (var (name, value) in field?.Named("environments") ?? [])
        {
            if (value.CheckName(name, underscore: false) && value.Mapping(PlanKeys.Environment) is { } mapping)
            {
                environments.Add(new EnvironmentFlags(name, mapping["flags"] is { } flags ? Read(flags, null) : []));
            }
        }

        return environments.ToImmutable();
    }
}
