using Orchestrator.Client;

namespace Orchestrator.Samples.Client;

/// <summary>Trying the new path while legacy answers.</summary>
internal static class Shadowing
{
    public static Task<decimal> Price(IShadow shadow, decimal amount) => shadow.Run(
        Flags.NewArchitecture,
        legacy: () => Task.FromResult(Math.Round(amount * 1.19m, 2)),
        candidate: _ => Task.FromResult(Math.Round(amount + (amount * 0.19m), 2)),
        same: (one, other) => Math.Abs(one - other) < 0.01m);
}
