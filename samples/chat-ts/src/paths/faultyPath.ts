import { setTimeout as delay } from 'node:timers/promises';
import type { NewPathHealth } from '../settings.ts';
import type { ChatPath } from './chatPath.ts';

/** The path as a bad build of it would be. */
export function withHealth(path: ChatPath, health: NewPathHealth): ChatPath {
  switch (health) {
    case 'ok':
      return path;
    case 'failing':
      return {
        handle: (incoming) => {
          if (Math.random() < 0.3) throw new Error('The new path fails, as CHAT_NEW_PATH asked for.');
          return path.handle(incoming);
        },
      };
    case 'slow':
      return { handle: async (incoming) => { await delay(800); return path.handle(incoming); } };
  }
}
