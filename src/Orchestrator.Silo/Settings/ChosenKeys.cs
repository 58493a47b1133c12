using Orchestrator.Domain.Access;

namespace Orchestrator.Silo.Settings;

/// <summary>Keys that the operator sets in environment variables.</summary>
internal static class ChosenKeys
{
    public const string AdminVariable = "ORCHESTRATOR_ADMIN_KEY";
    public const string EvaluationVariable = "ORCHESTRATOR_EVALUATION_KEY";
    public const string BoundTo = "production";

    /// <summary>Setting that allows guessable keys, for development.</summary>
    private const string AllowWeak = "Orchestrator:Auth:AllowWeakKeys";

    /// <summary>All of them: variable, id of the key, role, and the environment that the key is bound to.</summary>
    public static readonly (string Variable, string Id, Role Role, string? Environment)[] All =
    [
        (AdminVariable, "env-admin", Role.Admin, null),
        (EvaluationVariable, "env-evaluation", Role.Evaluation, BoundTo),
    ];

    /// <summary>Errors of the keys in the environment. None of them shows a key.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration[AllowWeak] is { } value && !bool.TryParse(value, out _))
        {
            yield return $"{AllowWeak} must be true or false, but is '{value}'";
        }

        foreach (var (variable, _, _, _) in All)
        {
            if (configuration[variable] is not { Length: > 0 } text)
            {
                continue;
            }

            if (text.Length is < Key.ShortestChosen or > Key.Longest)
            {
                yield return $"{variable} must have {Key.ShortestChosen} to {Key.Longest} characters, but has {text.Length}";
            }
            else if (KeyStrength.Bits(text) is < KeyStrength.Least and var bits && !AllowsWeak(configuration))
            {
                yield return $"{variable} is guessable: about {bits:0} bits where {KeyStrength.Least:0} are needed. Make one with: openssl rand -hex 32. For development, {AllowWeak}=true allows it";
            }
        }
    }

    private static bool AllowsWeak(IConfiguration configuration) => bool.TryParse(configuration[AllowWeak], out var allowed) && allowed;
}
