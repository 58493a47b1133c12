using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads flags: the routed one, and those of a phase or an environment with any JSON value.</summary>
internal static class FlagReader
{
    /// <summary>The key of the flag that a rollout routes; null after an error.</summary>
    public static string? Routed(Field? field)
    {
        var key = field?.Text(FlagName.Longest);
        if (key is not null && FlagName.Rule(key) is { } rule)
        {
            field!.YoungerError($"the flag key '{Field.Short(key)}' {rule}");
        }

        return key;
    }

    /// <summary>Flags of one mapping.</summary>
    /// <param name="field">The mapping from keys to values.</param>
    /// <param name="routed">The routed key, which is an error here; null where it is allowed.</param>
    public static ImmutableArray<FlagValue> Read(Field field, string? routed)
    {
        var flags = ImmutableArray.CreateBuilder<FlagValue>();
        foreach (var (key, value) in field.Named("flag values"))
        {
            if (FlagName.Rule(key) is { } rule)
            {
                value.YoungerError($"the flag key '{Field.Short(key)}' {rule}");
            }

            if (key.Length is 0 or > FlagName.Longest)
            {
                value.Error($"a flag's key has 1 to {FlagName.Longest} characters, and this has {key.Length}");
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
