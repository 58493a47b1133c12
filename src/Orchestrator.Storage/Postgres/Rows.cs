using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>Reads all rows of a command.</summary>
internal static class Rows
{
    public static async Task<List<T>> All<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken stop)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public static async Task<T> One<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken stop) =>
        (await command.All(row, stop).ConfigureAwait(false))[0];

    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
