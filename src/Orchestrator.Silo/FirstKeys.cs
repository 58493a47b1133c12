using System.Security.Cryptography;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo;

/// <summary>
/// Creates the first keys: from environment variables, or on the first start an admin key that is printed once.
/// Not to the log: logs are stored and forwarded.
/// </summary>
internal sealed partial class FirstKeys(
    IGrainFactory grains, IEventLog log, IWorld world, IConfiguration configuration, InstallationSecret secret, StartOutput output,
    ILogger<FirstKeys> logger) : IHostedService
{
    /// <summary>A long log takes longer; until it is read, requests get 503.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (variable, id, role, environment) in ChosenKeys.All)
        {
            if (configuration[variable] is not { Length: > 0 } text)
            {
                if ((await Execute(new AccessCommand.Withdraw(id), cancellationToken)).Outcome == CommandOutcome.Applied)
                {
                    LogWithdrawn(role.Name(), variable);
                }

                continue;
            }

            if (KeyStrength.Bits(text) < KeyStrength.Least)
            {
                LogWeak(variable);
            }

            if ((await Execute(new AccessCommand.Set(id, variable, role, environment, secret.Pepper.HashOf(text), Key.HashOf(text)),
                cancellationToken)).Outcome == CommandOutcome.Applied)
            {
                LogKeySet(role.Name(), variable);
            }
        }

        var newId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        var key = Key.Write(newId, RandomNumberGenerator.GetBytes(Key.SecretBytes));
        if ((await Execute(new AccessCommand.Bootstrap(newId, "first admin", Key.HashOf(key)), cancellationToken)).Outcome == CommandOutcome.Applied)
        {
            await output.Writer.WriteLineAsync($"First start: this admin key is shown only now: {key}");
            await output.Writer.FlushAsync(cancellationToken);
        }

        // The first request must find the keys known.
        await world.WaitFor(await log.Head(cancellationToken), CatchUp, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<CommandResult> Execute(AccessCommand command, CancellationToken stop)
    {
        var result = await StartupRetry.Run(
            () => grains.GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(command, Envelope.By(Actor.System)), stop);
        if (result is { Outcome: CommandOutcome.Refused, Code: "stream.broken" })
        {
            // Evaluation and rollbacks continue with the existing keys; the alarms say the rest.
            LogBroken(result.Message);
            return result;
        }

        return result.Outcome is CommandOutcome.Applied or CommandOutcome.Unchanged
            ? result
            : throw new InvalidOperationException($"The first keys could not be set: {result.Message}");
    }

    [LoggerMessage(LogLevel.Critical, "Setting the first keys failed; no key is set at this start: {Reason}")]
    private partial void LogBroken(string? reason);

    [LoggerMessage(LogLevel.Information, "The {Role} key is now the one in {Variable}")]
    private partial void LogKeySet(string role, string variable);

    [LoggerMessage(LogLevel.Warning, "The {Role} key of {Variable} is revoked: the variable is no longer set")]
    private partial void LogWithdrawn(string role, string variable);

    [LoggerMessage(LogLevel.Warning, "THE KEY IN {Variable} IS GUESSABLE. Not for production")]
    private partial void LogWeak(string variable);
}

/// <summary>Output for messages that the operator must see at the start.</summary>
internal sealed record StartOutput(TextWriter Writer);
