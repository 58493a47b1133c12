using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>E-mail through the configured SMTP server. The message id is stable, so that mailboxes may drop duplicates.</summary>
internal sealed class EmailChannel(ChannelSettings settings) : IChannelKind
{
    public string Name => "email";

    public async Task<Attempt> Send(Notification notification, string target, CancellationToken stop)
    {
        if (settings.Server is not { } server)
        {
            return new Attempt.Failed("no SMTP server is set (Orchestrator:Smtp:Host)", ForGood: true);
        }

        using var message = Message(notification, target, server.From);
        using var client = new SmtpClient { Timeout = (int)ChannelSender.Patience.TotalMilliseconds };
        string answer;
        try
        {
            await client.ConnectAsync(server.Host, server.Port, Security(server), stop);
            if (server.User is { Length: > 0 } user)
            {
                await client.AuthenticateAsync(user, server.Password, stop);
            }

            answer = await client.SendAsync(message, stop);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500)
        {
            return new Attempt.Failed($"answered {(int)e.StatusCode}: {e.Message}", ForGood: true);
        }

        // The server has accepted it: a failing QUIT must not send it again.
        using var briefly = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await client.DisconnectAsync(quit: true, briefly.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Attempt.Accepted(answer);
    }

    private MimeMessage Message(Notification n, string target, string from)
    {
        var message = new MimeMessage
        {
            Subject = $"[{n.Level}] {n.Headline}",
            MessageId = $"{n.Id}@rollout-orchestrator",
            Date = n.At,
            Body = new TextPart("plain")
            {
                Text = $"{n.Text}\n\n{n.EventType}, position {n.Position}, {n.At:u}\n{settings.Link(n.Link)}\n"
                    + $"Roll back: {settings.Link(n.RollbackLink)}\n",
            },
        };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(target));
        message.Importance = n.Level == Level.Critical ? MessageImportance.High : MessageImportance.Normal;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static SecureSocketOptions Security(SmtpServer server) => server.Security switch
    {
        "none" => SecureSocketOptions.None,
        "tls" => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}
