using Orchestrator.Api.Callers;
using Orchestrator.Api.Pipeline;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Access;

/// <summary>A caller who looks at something, with what decides about their verbs: role, view of the log, node, moment.</summary>
internal sealed record Viewer(Caller Caller, World World, bool EvaluationOnly, DateTimeOffset Now)
{
    public static Viewer Of(ApiRequest request, World world) => new(
        request.Caller, world, request.Service<NodeIdentity>().Role == NodeIdentity.Evaluation,
        request.Service<OrchestratorClock>().GetUtcNow());

    /// <summary>A verb with one form.</summary>
    /// <param name="name">Name in the address.</param>
    /// <param name="words">The verb in a sentence: <c>roll back</c>.</param>
    /// <param name="path">Address of the POST.</param>
    /// <param name="needs">Permission of the endpoint.</param>
    /// <param name="environment">Environment of the thing it is about.</param>
    /// <param name="probe">Asks the decider.</param>
    /// <param name="anywhere">True for a verb that a node without grains takes too.</param>
    public VerbView Verb(
        string name, string words, string path, Permission needs, string environment, Func<Probe> probe, bool anywhere = false)
    {
        var forbidden = Forbidden(needs, words, environment);
        var probed = Blocked(needs, anywhere) ?? probe();
        return new VerbView(
            name, path, forbidden is null, probed.Can, forbidden is null ? probed.Code : "access.forbidden", forbidden ?? probed.Reason,
            probed.Consequence);
    }

    /// <summary>Reason why the caller may not, by the table of permissions; null when they may.</summary>
    public string? Forbidden(Permission needs, string words, string environment) =>
        !Caller.Role.May(needs)
            ? $"Your role ({Caller.Role.Name()}) cannot {words}. Roles that can: {string.Join(", ", Permissions.Of(needs).Select(Roles.Name))}."
            : Caller.Environment is { } bound && bound != environment
            ? $"Your key is bound to the environment {bound}, and this is in {environment}."
            : null;

    /// <summary>Refusal of the node itself, whatever the state of the thing; null when it takes the command.</summary>
    /// <param name="needs">Permission of the endpoint.</param>
    /// <param name="anywhere">True for a command that a node without grains takes too.</param>
    public Probe? Blocked(Permission needs, bool anywhere = false) =>
        EvaluationOnly && !anywhere ? Probe.Refused("node.evaluation_only", new EvaluationOnlyException().Message)
        : BrokenAccessBehaviour.Problem(World, needs) is { } broken ? Probe.Refused(broken.Code, broken.Detail)
        : null;

    /// <summary>Refusal of a stream that this node cannot read to its end; null when it can.</summary>
    public Probe? Unreadable(string stream) =>
        World.Broken.GetValueOrDefault(stream) is { } broken ? Probe.Refused("stream.broken", broken.Text)
        : World.Quarantined.GetValueOrDefault(stream) is { } held ? Probe.Refused("stream.held", held)
        : null;
}
