namespace Orchestrator.Grains.Cluster;

/// <summary>Settings of the cooperation of a cluster's nodes.</summary>
/// <param name="Push">True when silos notify each other of appended events. False leaves it to each silo's polling of the log.</param>
public sealed record ClusterSettings(bool Push = true);
