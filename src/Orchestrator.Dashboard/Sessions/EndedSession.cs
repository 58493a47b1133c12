namespace Orchestrator.Dashboard.Sessions;

/// <summary>A session that was ended by its holder.</summary>
/// <param name="Holder">Holder of the session.</param>
/// <param name="Id">Id of the session; null for every session of the holder that began up to <paramref name="Began"/>.</param>
/// <param name="Began">Time at which it began, in Unix milliseconds.</param>
/// <param name="Until">Time from which every cookie of it has expired.</param>
internal sealed record EndedSession(string Holder, string? Id, long Began, long Until);
