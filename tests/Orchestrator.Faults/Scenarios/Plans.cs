namespace Orchestrator.Faults.Scenarios;

/// <summary>The plan under load: half of the users on new, for a week.</summary>
internal static class Plans
{
    public static string Half(string name, string webhook, string onStale = "legacy") => $$"""
        plan: {{name}}
        title: Half of the users
        flag: {{name}}
        onStale: {{onStale}}
        metrics:
          error_rate: { ratio: errors / requests }
        judgement: { sampling: 1s, window: 2s, minTraffic: 10 }
        channels:
          - { name: recorder, kind: webhook, target: "{{webhook}}" }
        triggers:
          - { name: errors, when: error_rate > 5%, for: 5s, action: rollback }
        phases:
          - name: gradual
            steps:
              - { name: half, percentage: 50%, hold: 1w }
              - { name: all, percentage: 100%, hold: 1w }
        """;

    /// <summary>A step that ends while the cluster is away: the work is due when it is back.</summary>
    public static string Due(string name, string webhook, string hold) => $$"""
        plan: {{name}}
        title: Two steps
        flag: {{name}}
        metrics:
          error_rate: { ratio: errors / requests }
        judgement: { sampling: 1s, window: 2s, minTraffic: 10 }
        channels:
          - { name: recorder, kind: webhook, target: "{{webhook}}" }
        phases:
          - name: gradual
            steps:
              - { name: quarter, percentage: 25%, hold: {{hold}} }
              - { name: half, percentage: 50%, hold: 1w }
            success: [ error_rate < 5% over 2s ]
        """;
}
