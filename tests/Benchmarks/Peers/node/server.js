// The same job in Node.js with `ws`, written as well as one can: one pass of JSON.parse per event, the data object passed on as the bytes
// that came, and each client's socket corked until the turn is over, so that what one turn brought leaves in one write.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import WebSocket, { WebSocketServer } from 'ws';

const [port, upstream, certificate, key] = process.argv.slice(2);
const outbox = 4 << 20;
const followers = new Map();
const corked = new Set();
let subscriptions = 0;

function uncork() {
  for (const client of corked) {
    client._socket?.uncork();
    if (client.bufferedAmount > outbox) {
      client.close(1013);
      client.terminate();
    }
  }
  corked.clear();
}

function tell(client, frame) {
  if (!corked.has(client)) {
    if (corked.size === 0) setImmediate(uncork);
    corked.add(client);
    client._socket.cork();
  }
  client.send(frame, { binary: false });
}

function serve(client) {
  const followed = [];
  client.on('message', (message) => {
    const { filters } = JSON.parse(message);
    const id = `sub_${String(++subscriptions).padStart(10, '0')}`;
    const follower = { client, prefix: Buffer.from(`{"type":"event","subscription_id":"${id}","data":`) };
    for (const wallet of filters.users) {
      if (!followers.has(wallet)) followers.set(wallet, new Set());
      followers.get(wallet).add(follower);
      followed.push([wallet, follower]);
    }
    client.send(JSON.stringify({ type: 'ack', subscription_id: id }));
  });
  client.on('error', () => client.terminate());
  client.on('close', () => {
    corked.delete(client);
    for (const [wallet, follower] of followed) followers.get(wallet).delete(follower);
  });
}

const source = new WebSocket(upstream, { perMessageDeflate: false, skipUTF8Validation: true });
source.on('open', () => {
  source.send(JSON.stringify({ action: 'subscribe', platform: 'polymarket', version: 1, type: 'orders', filters: { users: ['*'] } }));
});
source.on('message', (message) => {
  const event = JSON.parse(message);
  const wanted = event.type === 'event' && followers.get(event.data.user);
  if (!wanted) return;
  // From the brace behind "data": to the end, the closing brace of the frame included: it closes ours too.
  const rest = message.subarray(message.indexOf('"data":') + 7);
  for (const { client, prefix } of wanted) tell(client, Buffer.concat([prefix, rest]));
});
source.on('close', () => process.exit(0));

const http = certificate ? createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }) : createServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', serve);
http.listen(Number(port), '127.0.0.1', 4096);
