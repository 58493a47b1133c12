using Orchestrator.Grains.Log;
using Orchestrator.Silo;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage;
using Orchestrator.Storage.Sqlite;

try
{
    if (MaintenanceCommands.Asked(args))
    {
        return await MaintenanceCommands.Run(args, Console.Out);
    }

    await using var app = SiloApplication.Build(args);
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    Console.Error.WriteLine("Invalid settings; nothing was started:");
    foreach (var error in e.Errors)
    {
        Console.Error.WriteLine($"  {error}");
    }

    return 2;
}
catch (DataFolderInUseException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
catch (Exception e) when (e is StorageUnavailableException or StoreRefusedException)
{
    Console.Error.WriteLine(e.Message);
    return 4;
}
catch (Exception e) when (MaintenanceCommands.Asked(args)
    && e is (IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException))
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (StorageErrors.Of(e) is { } trouble)
{
    Console.Error.WriteLine(trouble);
    return 4;
}
