namespace Orchestrator.Silo.Tests;

/// <summary>Plans for tests, as an operator would write them.</summary>
internal static class Plans
{
    public const string Checkout = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta:
            title: Beta users
            any: [ { attribute: internal, equals: true }, { optedIn: true } ]
        metrics:
          error_rate: { ratio: errors / requests }
          complaints: { count: complaints }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: checkout-down, when: alert(CheckoutDown), for: 5m, action: rollback }
        environments:
          staging: { flags: { useNewCheckout: false, checkoutLogging: true } }
        phases:
          - name: beta
            flags: { checkoutLogging: verbose }
            objectives: [ { name: docs, title: Docs are written } ]
            steps: [ { name: beta-users, segments: [beta], hold: 1h } ]
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1h }
              - { name: all, percentage: 100%, hold: 1h, review: { roles: [product] } }
        """;

    /// <summary>Five things wrong, on five lines.</summary>
    public const string Broken = """
        plan: broken
        title: Broken
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: t, when: eror_rate > 0.5%, action: rollback }
          - { name: u, when: error_rate > 5ms, action: rolback }
        phases:
          - name: one
            steps:
              - { name: a, percentage: 101%, hold: 1h }
              - { name: a, percentge: 50%, hold: 1h }
        """;
}
