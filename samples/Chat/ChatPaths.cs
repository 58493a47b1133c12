using Orchestrator.Samples.Chat.Faults;
using Orchestrator.Samples.Chat.Metering;
using Orchestrator.Samples.Chat.Paths.Agnostic;
using Orchestrator.Samples.Chat.Paths.Legacy;

namespace Orchestrator.Samples.Chat;

/// <summary>The two ways. Only the new one can be broken by the switch.</summary>
internal sealed class ChatPaths(FaultSwitch faults)
{
    public MeteredPath Legacy { get; } = new(new LegacyPath(), null);

    public MeteredPath New { get; } = new(new AgnosticPath(), faults);

    /// <summary>
    /// The new way for copies, with sessions of its own: a copy that is still under way must not touch a user who has moved to the new
    /// path.
    /// </summary>
    public MeteredPath Shadow { get; } = new(new AgnosticPath(), faults);
}
