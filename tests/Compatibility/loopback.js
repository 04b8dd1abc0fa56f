import { once } from 'node:events';
import { WebSocketServer } from 'ws';

// A bare WebSocket server on a free loopback port: takes one client and hands out what it was asked and sent.
export async function loopback(test) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  test.after(() => {
    server.clients.forEach(client => client.terminate());
    server.close();
  });
  await once(server, 'listening');

  const signal = AbortSignal.timeout(5000);
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    async client() {
      const [socket, request] = await once(server, 'connection', { signal });
      const [frame] = await once(socket, 'message', { signal });
      return { path: request.url, frame: frame.toString(), answer: text => socket.send(text) };
    },
  };
}
