using Microsoft.AspNetCore.Components;
using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Pages.Keys;

/// <summary>
/// API keys: list, make, revoke. The text of a new key is in the answer to its form, and in no address, cookie or later page.
/// </summary>
public sealed partial class KeysPage
{
    private const string MakeForm = "make";
    private const string RevokeForm = "revoke";
    private const int PageSize = 200;

    /// <summary>Id of a key to revoke, for the page that asks for confirmation; null otherwise.</summary>
    [SupplyParameterFromQuery(Name = "revoke")]
    public string? RevokeId { get; set; }

    /// <summary>Id of the key after which the list goes on; null for its begin.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    private IReadOnlyList<KeyData> Keys { get; set; } = [];

    private string? Next { get; set; }

    private NewKeyData? Made { get; set; }

    /// <summary>The key to revoke.</summary>
    private KeyData? Doomed { get; set; }

    /// <summary>The posted key after a problem; after a success a new one, so that the same form makes another key.</summary>
    private string MakeKey => Made is null ? Posted.Key(MakeForm) : Guid.NewGuid().ToString("N");

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => Load();

    private async Task Load()
    {
        var keys = await Subject<KeyList>($"/api/v1/keys?limit={PageSize}{(After is null ? "" : $"&after={ApiCalls.Escape(After)}")}");
        (Keys, Next) = (keys?.Keys ?? [], keys?.Next);
        if (keys is not null && RevokeId is not null)
        {
            // Its form stays on a page that was posted with it: another admin may have revoked the key meanwhile.
            Doomed = Keys.FirstOrDefault(one => one.Id == RevokeId && one.RevokedAt is null) ?? await Find(RevokeId)
                ?? (Posted.Is(RevokeForm) ? new KeyData { Id = RevokeId } : null);
        }
    }

    /// <summary>A key beyond the first page of the list, which is read from just before its id.</summary>
    private async Task<KeyData?> Find(string id)
    {
        if (id.Length == 0)
        {
            return null;
        }

        var near = await Api.Get<KeyList>($"/api/v1/keys?limit={PageSize}&after={ApiCalls.Escape(id[..^1])}");
        return near.Value?.Keys.FirstOrDefault(one => one.Id == id && one.RevokedAt is null);
    }

    /// <summary>A field of the form that makes a key, as it was typed.</summary>
    private string? Field(string name) => Made is null && Posted.Is(MakeForm) ? Posted.Value(name) : null;

    private async Task Make()
    {
        var rollouts = Posted.Value("rollouts")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var answer = await Api.Send<NewKeyData>(
            "/api/v1/keys",
            new
            {
                name = Posted.Value("name"),
                role = Posted.Value("role"),
                environment = Posted.Value("environment")?.Trim(),
                rollouts,
                person = Posted.Value("person"),
            },
            Posted.Key(MakeForm));
        if (!Posted.Failed(answer))
        {
            // No redirect: the next page could not have the text.
            Made = answer.Value;
            await Load();
        }
    }

    private Task Revoke() => Send(RevokeForm, $"/api/v1/keys/{ApiCalls.Escape(RevokeId ?? "")}", new { }, "/keys", "DELETE");
}
