import type { AddressInfo } from 'node:net';
import { PathMeter } from './metering/pathMeter.ts';
import { Reporter } from './metering/reporter.ts';
import { AgnosticPath } from './paths/agnosticPath.ts';
import { withHealth } from './paths/faultyPath.ts';
import { LegacyPath } from './paths/legacyPath.ts';
import { Posting } from './posting.ts';
import { Rooms } from './rooms.ts';
import { Routing } from './routing.ts';
import { chatServer } from './server.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const routing = await Routing.connect(settings);
const newPath = withHealth(new AgnosticPath(), settings.newPath);
const meters = { legacy: new PathMeter(new LegacyPath()), fresh: new PathMeter(newPath), shadow: new PathMeter(newPath) };
const rooms = new Rooms();
const reporter = new Reporter(settings, meters, routing);
const server = chatServer(new Posting(routing, meters, rooms), rooms);

server.listen(settings.port, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`));
const reported = reporter.run();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.close();
    reporter.stop();
    await reported;
    process.exit(0);
  });
}
