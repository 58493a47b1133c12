using Microsoft.AspNetCore.Components;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Incidents;

/// <summary>An incident: its procedure, evidence, people and notifications.</summary>
public sealed partial class IncidentPage
{
    private const string AcknowledgeForm = "acknowledge";
    private const string ResolveForm = "resolve";

    /// <summary>Id of the incident.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    private IncidentData? Incident { get; set; }

    private IReadOnlyList<IncidentEventData>? Events { get; set; }

    private IncidentNotificationList? Notifications { get; set; }

    private ApiProblem? EventsProblem { get; set; }

    private ApiProblem? NotificationsProblem { get; set; }

    /// <summary>The restore of the rollout; null where the API does not list it.</summary>
    private VerbData? Restore { get; set; }

    private bool Actions => Incident!.Verbs.Any(verb => verb.May) || Restore is { May: true };

    private EvidenceData? Evidence => Events?.Select(one => one.Evidence).FirstOrDefault(one => one is not null);

    private IReadOnlyList<(IncidentEventData Happened, string Text)> Timeline =>
        [.. from one in Events ?? [] let text = IncidentTexts.Event(one) where text is not null select (one, text)];

    private string Address => $"/api/v1/incidents/{ApiCalls.Escape(Id)}";

    private string RestoreLink => Links.Verb(Incident!.Rollout, "restore")
        + (Incident.Segments is { Count: > 0 } segments ? "?segments=" + string.Join(",", segments.Select(ApiCalls.Escape)) : "");

    private string HealthLink => $"{Links.Rollout(Incident!.Rollout)}/health";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Incident = await Subject<IncidentData>(Address);
        if (Incident is null)
        {
            return;
        }

        var events = await Api.Get<IncidentEventList>(Address + "/events");
        (Events, EventsProblem) = (events.Value?.Events, events.Problem);
        var notifications = await Api.Get<IncidentNotificationList>(Address + "/notifications");
        (Notifications, NotificationsProblem) = (notifications.Value, notifications.Problem);
        var rollout = await Api.Get<IncidentRollout>($"/api/v1/rollouts/{ApiCalls.Escape(Incident.Rollout)}");
        Restore = IncidentTexts.Restore(Incident, rollout.Value);
    }

    private Task Acknowledge() => Send(AcknowledgeForm);

    private Task Resolve() => Send(ResolveForm);

    private Task Send(string verb) => Send(verb, $"{Address}/{verb}", new { reason = Posted.Value("reason") }, Links.Incident(Id));
}
