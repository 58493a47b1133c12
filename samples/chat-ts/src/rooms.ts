import type { ChatMessage } from './paths/chatPath.ts';

const kept = 100;

/** The newest messages of each room. */
export class Rooms {
  readonly #rooms = new Map<string, ChatMessage[]>();

  append(message: ChatMessage): void {
    const room = this.#rooms.get(message.room) ?? [];
    if (room.push(message) > kept) room.shift();
    this.#rooms.set(message.room, room);
  }

  messages(room: string): readonly ChatMessage[] {
    return this.#rooms.get(room) ?? [];
  }
}
