using Orchestrator.Client;

namespace Orchestrator.Samples.Client;

/// <summary>Tries the new path while legacy answers.</summary>
internal static class Shadowing
{
    public static Task<decimal> Price(IRolloutShadow shadow, decimal amount) => shadow.RunAsync(
        Flags.NewArchitecture,
        legacy: () => Task.FromResult(Math.Round(amount * 1.19m, 2)),
        candidate: _ => Task.FromResult(Math.Round(amount + (amount * 0.19m), 2)),
        same: (one, other) => Math.Abs(one - other) < 0.01m);
}
