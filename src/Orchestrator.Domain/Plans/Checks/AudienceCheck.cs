using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>Follows the audience through the phases: it only grows, and each phase needs traffic or a person to end it.</summary>
internal sealed class AudienceCheck
{
    private readonly HashSet<string> _joined = [];
    private readonly Dictionary<string, Share> _shares = [];
    private Share _percentage;

    /// <summary>True when an audience could not be read: it has its own error, and further errors would only mislead.</summary>
    private bool _unread;

    public void Phase(MappingReader mapping, Phase phase, List<(MappingReader Source, Step Step)> steps)
    {
        foreach (var (source, step) in steps)
        {
            Step(source, step, phase);
        }

        var exposes = _percentage > Share.None || _joined.Count > 0 || _shares.Count > 0 || phase.Shadow;
        var people = phase.Review is not null || phase.Objectives.Any(o => o.Required) || steps.Any(s => s.Step.Review is not null);
        if (!exposes && !people && !_unread && steps.Count > 0)
        {
            mapping.Field.Error(
                "the phase exposes no user (0%, no segment, no shadow), so nothing is measured, and it has no review: it would pass by time alone. "
                + "Give it a review or a required objective");
        }

        if (phase.Shadow && _percentage > Share.None)
        {
            mapping["shadow"]!.Warn(
                $"the phase shadows while {_percentage} of users are on new; its conditions use shadow samples only, unless they contain 'live'");
        }

        if (phase.LegacyUnusedFor is not null && _percentage < Share.All && !_unread)
        {
            mapping["legacyUnusedFor"]!.Error($"legacy is never unused while only {_percentage} of users are on new");
        }
    }

    private void Step(MappingReader source, Step step, Phase phase)
    {
        _unread |= (source["percentage"] is not null && step.Percentage is null) || (source["segments"] is not null && step.Segments.IsEmpty)
            || (source["audience"] is not null && step.Shares.IsEmpty && step.Segments.IsEmpty);
        if (step.Percentage is { } percentage)
        {
            if (percentage < _percentage)
            {
                source["percentage"]!.Error(
                    $"the percentage {percentage} is below the {_percentage} of a step before: an audience never shrinks by a plan");
            }

            _percentage = Share.Max(_percentage, percentage);
        }

        foreach (var segment in step.Segments.Where(s => !_joined.Add(s)))
        {
            (source["segments"] ?? source["audience"])!.Warn($"the segment '{segment}' already joined at an earlier step");
        }

        foreach (var share in step.Shares)
        {
            Shared(source["audience"]!, share);
        }

        var asked = phase.Review is not null || step.Review is not null || phase.Objectives.Any(o => o.Required);
        if ((_percentage > Share.None || _joined.Count > 0 || _shares.Count > 0) && phase.Success.IsEmpty && step.Success.IsEmpty && !asked
            && phase.LegacyUnusedFor is null)
        {
            source.Field.Warn($"the step '{step.Name}' puts users on new but has no success criteria and no review: time alone ends it");
        }
    }

    private void Shared(Field audience, SegmentShare share)
    {
        var before = _joined.Contains(share.Segment) ? Share.All : _shares.GetValueOrDefault(share.Segment);
        if (share.Percentage < before)
        {
            audience.Error($"{share.Percentage} of '{share.Segment}' is below the {before} of a step before: an audience never shrinks by a plan");
            return;
        }

        if (share.Percentage <= _percentage)
        {
            audience.Warn($"{share.Percentage} of '{share.Segment}' adds no user: {_percentage} of all users are on new, and of each segment the same users come first");
        }
        else if (share.Percentage == before)
        {
            audience.Warn($"{share.Percentage} of '{share.Segment}' already joined at an earlier step");
        }

        _shares[share.Segment] = share.Percentage;
    }
}
