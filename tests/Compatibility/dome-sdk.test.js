// The official TypeScript SDK, unmodified, against the real gateway: only the URL differs from what its users wrote.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Gateway, until } from './gateway.js';

const { DomeClient } = createRequire(import.meta.url)('@dome-api/sdk');

const keys = ['token_id', 'token_label', 'side', 'market_slug', 'condition_id', 'shares', 'shares_normalized', 'price', 'block_number', 'log_index',
  'tx_hash', 'title', 'timestamp', 'order_hash', 'user', 'taker'];

function connect(t, gateway, apiKey = 'demo-dev', reconnect = { enabled: false }) {
  const socket = new DomeClient({ apiKey }).polymarket.createWebSocket({ wsURL: gateway.url, reconnect });
  const orders = [];
  socket.on('order', order => orders.push(order));
  socket.on('error', () => {});
  t.after(() => socket.close());
  return { socket, orders };
}

// The SDK takes the first frame after its call for the answer. An order that was on its way at that moment eats it, and the call times out although it was
// heard: a busy stream has to be asked again.
async function heard(call) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 4 || !/timeout: No acknowledgment received/.test(error.message)) throw error;
    }
  }
}

test('the Dome SDK', async t => {
  const gateway = await Gateway.start(t);
  const { socket, orders } = connect(t, gateway);
  let market;
  let id;

  await t.test('subscribes to everything and gets whole orders', async () => {
    // Before the chain is there, fills go out as the activity feed has them: without the places of their logs.
    await until(async () => (await gateway.feeds()).find(feed => feed.name === 'polygon').state === 'live', 'the chain');
    const ack = await socket.subscribe({ users: ['*'] });
    id = ack.subscription_id;
    assert.match(id, /^sub_[a-z0-9]{10,11}$/);
    await until(() => orders.length >= 40, 'forty orders');
    for (const order of orders) assert.deepEqual(Object.keys(order), keys);
    assert.equal(new Set(orders.map(order => `${order.tx_hash}:${order.log_index}`)).size, orders.length);
    market = orders[0];
  });

  await t.test('updates the subscription in place, by slug', async () => {
    // It resolves only on an ack that carries the same id.
    await heard(() => socket.update(id, { market_slugs: [market.market_slug] }));
    orders.length = 0;
    await until(() => orders.length >= 2, 'orders of one market');
    assert.deepEqual([...new Set(orders.map(order => order.market_slug))], [market.market_slug]);
  });

  await t.test('unsubscribes without a word, and the next subscribe gets an id of its own', async () => {
    socket.unsubscribe(id);
    const ack = await heard(() => socket.subscribe({ condition_ids: [market.condition_id] }));
    assert.notEqual(ack.subscription_id, id);
    orders.length = 0;
    await until(() => orders.length >= 2, 'orders of one condition');
    assert.deepEqual([...new Set(orders.map(order => order.condition_id))], [market.condition_id]);
  });

  await t.test('follows a wallet whatever the case of its address', async () => {
    const other = connect(t, gateway);
    await other.socket.subscribe({ users: [market.user.toUpperCase().replace('0X', '0x')] });
    await until(() => other.orders.length >= 1, 'an order of one wallet');
    assert.deepEqual([...new Set(other.orders.map(order => order.user))], [market.user]);
  });

  await t.test('is told of its tier by an error frame, and keeps what it has', async () => {
    const free = connect(t, gateway, 'demo-free');
    await free.socket.subscribe({ users: [market.user] });
    const refusals = [];
    free.socket.ws.on('message', text => refusals.push(JSON.parse(text)));
    free.socket.subscribe({ users: ['*'] }).catch(() => {});
    await until(() => refusals.some(frame => frame.error === 'WILDCARD_NOT_ALLOWED'), 'the refusal of *');
    free.socket.subscribe({ users: Array.from({ length: 6 }, (_, i) => `0x${String(i).padStart(40, '0')}`) }).catch(() => {});
    await until(() => refusals.some(frame => frame.error === 'ITEMS_PER_SUB_LIMIT'), 'the refusal of six wallets');
    await until(() => free.orders.length >= 1, 'an order after the refusals');
  });

  await t.test('reads the history that the stream has told', async () => {
    const response = await fetch(`${gateway.http}/v1/polymarket/orders?user=${market.user}&limit=5`, { headers: { authorization: 'Bearer demo-dev' } });
    assert.equal(response.status, 200);
    const { orders: rows, pagination } = await response.json();
    assert.ok(rows.length > 0 && rows.every(row => row.user === market.user));
    assert.ok(pagination.total >= rows.length);
  });

  await t.test('is refused with 401 before the upgrade when its key is wrong', async () => {
    const response = await fetch(`${gateway.http}/no-such-key`, { headers: { connection: 'upgrade', upgrade: 'websocket' } }).catch(() => null);
    const stranger = connect(t, gateway, 'no-such-key');
    await assert.rejects(stranger.socket.connect());
    assert.ok(response === null || response.status === 401);
  });

  await t.test('comes back by itself after a planned restart of the gateway', async () => {
    const steady = connect(t, gateway, 'demo-dev', { enabled: true, maxAttempts: 50, delay: 100 });
    await steady.socket.subscribe({ users: ['*'] });
    let closed = null;
    steady.socket.ws.on('close', code => { closed ??= code; });
    assert.equal(await gateway.stop(), 0);
    await until(() => closed !== null, 'the close');
    assert.equal(closed, 1012);
    await gateway.run();
    steady.orders.length = 0;
    await until(() => steady.orders.length >= 10, 'orders after the restart');
  });
});
