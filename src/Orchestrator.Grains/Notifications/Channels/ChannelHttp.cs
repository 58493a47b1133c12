using System.Net;
using System.Text;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>
/// Posts to addresses of plans: only to allowed hosts, without following redirects, and reads only the start of a response.
/// </summary>
internal sealed class ChannelHttp(EgressList egress) : IDisposable
{
    private const int Quoted = 200;

    private readonly HttpClient _client = OutgoingHttp.Listed(egress, Shape);

    /// <param name="target">Address.</param>
    /// <param name="json">Body.</param>
    /// <param name="headers">Additional headers.</param>
    /// <param name="quote">True reads the start of a successful response.</param>
    /// <param name="stop">Cancels the attempt.</param>
    public async Task<Attempt> Post(
        string target, byte[] json, IEnumerable<(string Name, string Value)> headers, bool quote, CancellationToken stop)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var address))
        {
            return new Attempt.Failed("the target is not a valid address", ForGood: true);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(new("rollout-orchestrator", null));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (response.IsSuccessStatusCode)
            {
                return new Attempt.Accepted(quote ? Said((int)response.StatusCode, await Beginning(response, stop)) : null);
            }

            var status = (int)response.StatusCode;
            return status is >= 300 and < 400
                ? new Attempt.Failed($"answered {status}, and redirects are not followed")
                : new Attempt.Failed(Said(status, await Beginning(response, stop)), IsForGood(response.StatusCode));
        }
        catch (HttpRequestException failure) when (EgressRefusedException.Behind(failure) is { } refused)
        {
            return new Attempt.Failed(refused.Message, refused.IsForGood);
        }
    }

    public void Dispose() => _client.Dispose();

    private static void Shape(SocketsHttpHandler sockets)
    {
        sockets.MaxResponseHeadersLength = 16;
        sockets.ConnectTimeout = ChannelSender.Patience;

        // A body that is not read to its end costs the connection, not our time.
        sockets.MaxResponseDrainSize = 4096;
        sockets.ResponseDrainTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>Retrying does not help when the message itself is rejected; it may help when the network or the receiver fails.</summary>
    private static bool IsForGood(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity;

    private static string Said(int status, string text) => $"answered {status}: {text}";

    private static async Task<string> Beginning(HttpResponseMessage response, CancellationToken stop)
    {
        var buffer = new byte[Quoted];
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var length = await body.ReadAtLeastAsync(buffer, Quoted, throwOnEndOfStream: false, stop);
        return new string([.. Encoding.UTF8.GetString(buffer, 0, length).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
    }
}
