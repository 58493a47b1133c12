namespace Orchestrator.Grains.Cluster;

/// <summary>How the nodes of a cluster work together.</summary>
/// <param name="Push">Whether silos tell each other of what they appended. Without, news travels by the log alone.</param>
public sealed record ClusterSettings(bool Push = true);
