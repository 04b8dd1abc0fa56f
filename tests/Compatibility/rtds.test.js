// The official RTDS client, unmodified, against the real gateway: only the URL differs from what its users wrote.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Gateway, until } from './gateway.js';

const { RealTimeDataClient } = createRequire(import.meta.url)('@polymarket/real-time-data-client');

const everything = [{ topic: 'activity', type: 'trades' }, { topic: 'activity', type: 'orders_matched' }];

// What it prints on its way is nobody's concern.
console.log = console.warn = console.error = () => {};

const clients = [];

function connect(t, host, subscriptions) {
  const seen = { rows: [], connects: 0, client: null };
  seen.client = new RealTimeDataClient({
    host,
    onConnect: client => {
      seen.connects++;
      client.subscribe({ subscriptions });
    },
    onMessage: (_, message) => seen.rows.push(message),
  }).connect();
  clients.push(seen.client);
  t.after(() => {
    seen.client.disconnect();
    seen.client.ws.terminate();
  });
  return seen;
}

test('the official RTDS client', async t => {
  const gateway = await Gateway.start(t);
  const seen = connect(t, `${gateway.url}/rtds`, everything);

  await t.test('gets rows of both types, with every field of theirs', async () => {
    await until(() => new Set(seen.rows.map(row => row.type)).size === 2 && seen.rows.length > 40, 'rows of both types');
    for (const { topic, timestamp, payload, connection_id } of seen.rows) {
      assert.equal(topic, 'activity');
      assert.ok(Number.isInteger(timestamp) && typeof connection_id === 'string');
      assert.match(payload.proxyWallet, /^0x[0-9a-fA-F]{40}$/);
      assert.match(payload.transactionHash, /^0x[0-9a-f]{64}$/);
      assert.ok(typeof payload.price === 'number' && typeof payload.size === 'number');
      assert.ok(payload.slug && payload.eventSlug && payload.title && payload.outcome);
    }
    // The taker's row is told under both types, and once under each.
    const taken = seen.rows.filter(row => row.type === 'orders_matched').map(row => row.payload.transactionHash);
    assert.equal(new Set(taken).size, taken.length);
  });

  await t.test('filters by event', async () => {
    const { eventSlug } = seen.rows[0].payload;
    const one = connect(t, `${gateway.url}/rtds`, [{ topic: 'activity', type: '*', filters: JSON.stringify({ event_slug: eventSlug }) }]);
    await until(() => one.rows.length >= 3, 'rows of one event');
    assert.deepEqual([...new Set(one.rows.map(row => row.payload.eventSlug))], [eventSlug]);
  });

  await t.test('comes in with a key in front as well', async () => {
    const keyed = connect(t, `${gateway.url}/demo-dev/rtds`, everything);
    await until(() => keyed.rows.length >= 3, 'rows behind a key');
  });

  await t.test('is closed with 1012 by a planned stop', async () => {
    assert.equal(seen.connects, 1);
    let code = null;
    seen.client.ws.addEventListener('close', event => { code = event.code; });
    // It would come back at once, and twice for each time that nobody answers: a program of that kind is not left alone with a closed port.
    for (const client of clients) client.autoReconnect = false;
    assert.equal(await gateway.stop(), 0);
    await until(() => code !== null, 'the close');
    assert.equal(code, 1012);
  });
});
