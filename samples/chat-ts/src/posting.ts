import type { PathMeter } from './metering/pathMeter.ts';
import { type ChatMessage, type Incoming, same } from './paths/chatPath.ts';
import type { Rooms } from './rooms.ts';
import type { Routing, User } from './routing.ts';

/** The three lines of a report: users on legacy, users on new, and copies of legacy's requests on new. */
export interface Meters {
  readonly legacy: PathMeter;
  readonly fresh: PathMeter;
  readonly shadow: PathMeter;
}

export type Variant = 'legacy' | 'new';

export type Posted =
  | { readonly path: Variant; readonly message: ChatMessage }
  | { readonly path: Variant; readonly error: unknown };

/** The one use case: ask which path, handle, deliver to the room, and in shadow compare. */
export class Posting {
  readonly #routing: Routing;
  readonly #meters: Meters;
  readonly #rooms: Rooms;

  constructor(routing: Routing, meters: Meters, rooms: Rooms) {
    [this.#routing, this.#meters, this.#rooms] = [routing, meters, rooms];
  }

  async post(user: User, incoming: Incoming): Promise<Posted> {
    const { isNew, segments } = await this.#routing.route(user);
    const path: Variant = isNew ? 'new' : 'legacy';
    const meter = path === 'new' ? this.#meters.fresh : this.#meters.legacy;
    try {
      const message = await meter.handle(incoming, segments);
      meter.add('messages_sent', 1, segments);
      this.#rooms.append(message);
      meter.add('messages_delivered', 1, segments);
      if (path === 'legacy' && this.#routing.shadowing) void this.#mirror(incoming, message);
      return { path, message };
    } catch (error) {
      return { path, error };
    }
  }

  /** The new path on a copy: nobody waits for it, and nothing it makes is delivered. */
  async #mirror(incoming: Incoming, answered: ChatMessage): Promise<void> {
    const { shadow } = this.#meters;
    try {
      const message = await shadow.handle(incoming);
      shadow.add('comparisons');
      shadow.add('mismatches', same(message, answered) ? 0 : 1);
    } catch {
      // The meter has counted it, which is what the shadow phase is there for.
    }
  }
}
