import { type IncomingMessage, type Server, createServer } from 'node:http';
import { UnknownProtocol } from './paths/chatPath.ts';
import type { Posting } from './posting.ts';
import type { Rooms } from './rooms.ts';
import type { User } from './routing.ts';

const longestBody = 16 * 1024;

/** What a client posts. A real server would know its users; this one believes what they say. */
interface Post {
  readonly user: User;
  readonly text: string;
  readonly contentType?: string;
}

type Answer = readonly [status: number, body: object];

/** `POST` and `GET /rooms/{room}/messages`, `GET /health`. */
export function chatServer(posting: Posting, rooms: Rooms): Server {
  return createServer(async (request, response) => {
    const [status, body] = await answer(request, posting, rooms).catch((error: unknown): Answer => [500, { error: String(error) }]);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
}

async function answer(request: IncomingMessage, posting: Posting, rooms: Rooms): Promise<Answer> {
  if (request.url === '/health') return [200, {}];
  const room = /^\/rooms\/([\w-]+)\/messages$/.exec(request.url ?? '')?.[1];
  if (!room) return [404, { error: 'There is no such thing here.' }];
  if (request.method === 'GET') return [200, rooms.messages(room)];
  if (request.method !== 'POST') return [405, { error: 'GET or POST.' }];
  const post = read(await body(request));
  if (!post) return [400, { error: 'A post is { "user": { "id": "..." }, "text": "..." } of at most 16,384 characters.' }];
  const posted = await posting.post(post.user, { room, userId: post.user.id, contentType: post.contentType ?? 'text/plain', text: post.text });
  if ('message' in posted) return [200, posted];
  return [posted.error instanceof UnknownProtocol ? 415 : 500, { path: posted.path, error: String(posted.error) }];
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    if (text.length <= longestBody) text += chunk;
  }
  return text.length <= longestBody ? text : '';
}

function read(text: string): Post | undefined {
  try {
    const post = JSON.parse(text) as Partial<Post> | null;
    return typeof post?.user?.id === 'string' && typeof post.text === 'string' ? (post as Post) : undefined;
  } catch {
    return undefined;
  }
}
