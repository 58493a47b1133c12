import type { LoggedEvent } from './orchestrator.ts';
import { patience } from './orchestrator.ts';

/** Events read one after the other, with what came before for the message of a failure. */
export class Story {
  readonly #events: AsyncGenerator<LoggedEvent>;
  readonly #told: string[] = [];

  constructor(events: AsyncGenerator<LoggedEvent>) {
    this.#events = events;
  }

  /** The next event of that type (and like that). A rollback that nobody waits for ends the wait. */
  async until(type: string, like: (event: LoggedEvent) => boolean = () => true): Promise<LoggedEvent> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#not(type)), patience);
    });
    try {
      while (true) {
        const next = await Promise.race([this.#events.next(), tooLong]);
        if (next.done) throw this.#not(type);
        const event = next.value;
        this.#told.push(`${event.type} ${JSON.stringify(event.data).slice(0, 300)}`);
        if (event.type === type && like(event)) return event;
        if (event.type === 'RolledBack') throw this.#not(type);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #not(type: string): Error {
    return new Error(`No ${type} came; there were\n${this.#told.slice(1).join('\n')}`);
  }
}
