namespace Orchestrator.Grains.Metrics;

/// <summary>Schedules evaluation rounds of rollouts.</summary>
public interface IEvaluationScheduler
{
    /// <summary>Requests a round of a rollout; returns at once.</summary>
    void RequestEvaluation(string rollout);
}
