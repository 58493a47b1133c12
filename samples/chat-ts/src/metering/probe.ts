import type { ChatMessage, ChatPath } from '../paths/chatPath.ts';
import { same } from '../paths/chatPath.ts';

const sent = { room: 'probe', userId: 'probe', contentType: 'text/plain', text: '/me asks @you & waits' };
const known: ChatMessage = { room: 'probe', userId: 'probe', kind: 'action', text: 'asks @you &amp; waits', mentions: ['you'] };

/** Asks a path whether it works, by using it. A path that nobody uses, and one that all users have left, is still heard of. */
export const Probe = {
  /** Several: one message that fails by chance is no outage. */
  messages: 10,

  /** Messages that came out as they should. */
  async succeeded(path: ChatPath): Promise<number> {
    const outcomes = await Promise.all(Array.from({ length: this.messages }, async () => {
      try {
        return same(await path.handle(sent), known);
      } catch {
        return false;
      }
    }));
    return outcomes.filter(Boolean).length;
  },
};
