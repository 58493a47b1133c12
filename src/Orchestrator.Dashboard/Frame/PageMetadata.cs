namespace Orchestrator.Dashboard.Frame;

/// <summary>Marks a route as a page for people: its errors are pages too, and its headers are those of pages.</summary>
internal sealed class PageMetadata;
