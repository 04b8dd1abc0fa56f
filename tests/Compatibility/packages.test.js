// The foreign programs that the compatibility suites drive: each loads, dials and is heard, before the gateway comes into it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { loopback } from './loopback.js';

// require, not import: version 1.0.2 of the SDK has an ESM build that does not resolve its own dependencies.
const { DomeClient } = createRequire(import.meta.url)('@dome-api/sdk');

test('the Dome SDK dials its key as the path and subscribes', async t => {
  const server = await loopback(t);
  const socket = new DomeClient({ apiKey: 'a-key' }).polymarket.createWebSocket({ wsURL: server.url, reconnect: { enabled: false } });
  t.after(() => socket.close());
  const heard = server.client();
  const subscribed = socket.subscribe({ users: ['0x1111111111111111111111111111111111111111'] });

  const { path, frame, answer } = await heard;
  assert.equal(path, '/a-key');
  const { action, platform, filters } = JSON.parse(frame);
  assert.equal(action, 'subscribe');
  assert.equal(platform, 'polymarket');
  assert.deepEqual(filters, { users: ['0x1111111111111111111111111111111111111111'] });

  const ack = { type: 'ack', subscription_id: 'sub_m58zfduokmd' };
  answer(JSON.stringify(ack));
  assert.deepEqual(await subscribed, ack);
});

test('wscat dials and sends what it is given', async t => {
  const server = await loopback(t);
  const heard = server.client();
  const wscat = fileURLToPath(new URL('node_modules/wscat/bin/wscat', import.meta.url));
  const child = execFile(process.execPath, [wscat, '--connect', `${server.url}/a-key`, '--execute', 'hello', '--wait', '1'], () => {});
  t.after(() => child.kill());

  const { path, frame } = await heard;
  assert.equal(path, '/a-key');
  assert.equal(frame, 'hello');
});
