// The official TypeScript SDK of Polymarket US, unmodified, against the gateway: only the address and the key differ from what its users wrote.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Gateway, until } from './gateway.js';
import { comesBackToOneThatRemembersNothing, connect as dial, getsBooksTopsAndTrades, isToldWhatIsTaken, long, seed, usesAnIdAgain } from './us.js';

const connect = (t, gateway, kind, options) => dial(t, gateway.http, kind, options);

// What an upgrade without good headers gets.
function upgrade(gateway, path, headers) {
  return new Promise((resolve, reject) => {
    const asked = request(`${gateway.http}${path}`, { headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers } }, answer => {
      let body = '';
      answer.on('data', part => { body += part; });
      answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'], body: JSON.parse(body) }));
    });
    asked.on('upgrade', () => reject(new Error('it was let in')));
    asked.on('error', reject);
    asked.end();
  });
}

async function api(gateway, method, path, body) {
  const answer = await fetch(`${gateway.http}/api/v1${path}`, { method, headers: { Authorization: 'Bearer demo-admin' }, body: body && JSON.stringify(body) });
  return answer.status === 204 ? null : answer.json();
}

// A key of one's own, as the SDK takes it.
async function key(gateway, name, options) {
  const made = await api(gateway, 'POST', '/keys', { name, tier: 'dev', kind: 'ed25519', scopes: ['stream', 'account:demo-us'], ...options });
  return { keyId: made.key_id, secretKey: made.secret };
}

test('the Polymarket US SDK at the gateway', async t => {
  const gateway = await Gateway.start(t, { 'us.heartbeat': '1s' });
  const simulator = `http://127.0.0.1:${gateway.settings['simulator.port']}`;
  const slugs = (await (await fetch(`${simulator}/sim`)).json()).us.markets.map(market => market.slug);
  const [first] = slugs;

  await t.test('shakes hands with a secret of 32 and of 64 bytes', async t => {
    for (const secretKey of [seed, long]) {
      for (const kind of ['markets', 'private']) {
        const { socket } = await connect(t, gateway, kind, { secretKey });
        assert.equal(socket.isConnected, true);
      }
    }
  });

  await t.test('is refused with a wrong secret and with an unknown key, before the upgrade and in JSON', async t => {
    const wrong = Buffer.alloc(32, 7).toString('base64');
    await assert.rejects(connect(t, gateway, 'markets', { secretKey: wrong }), /WebSocket connection failed/);
    await assert.rejects(connect(t, gateway, 'private', { keyId: 'someone' }), /WebSocket connection failed/);
    for (const path of ['/v1/ws/markets', '/v1/ws/private']) {
      const stale = await upgrade(gateway, path, { 'X-PM-Access-Key': 'demo-us', 'X-PM-Timestamp': '1795176710911', 'X-PM-Signature': `${'A'.repeat(86)}==` });
      assert.deepEqual([stale.status, stale.type, stale.body.error], [401, 'application/json', 'STALE_TIMESTAMP']);
      assert.equal((await upgrade(gateway, path, {})).status, 401);
    }
  });

  await t.test('gets books, tops and trades by the names of its events', async t => getsBooksTopsAndTrades(await connect(t, gateway, 'markets'), slugs));

  await t.test('gets every market without naming one, and who comes late gets the books that are held', async t => {
    const { socket, told } = await connect(t, gateway, 'markets');
    socket.subscribeMarketData('all');
    await until(() => new Set(told.marketData.map(book => book.marketData.marketSlug)).size === slugs.length, 'all markets');
    const late = await connect(t, gateway, 'markets');
    const asked = Date.now();
    late.socket.subscribeMarketData('late', slugs);
    await until(() => new Set(late.told.marketData.map(book => book.marketData.marketSlug)).size === slugs.length, 'all that is held');
    assert.ok(Date.now() - asked < 1000);
  });

  await t.test('gets debounced books about once a second', async t => {
    const { socket, told } = await connect(t, gateway, 'markets');
    socket.send({ subscribe: { requestId: 'slow', subscriptionType: 'SUBSCRIPTION_TYPE_MARKET_DATA', marketSlugs: [first], responsesDebounced: true } });
    const began = Date.now();
    await until(() => told.marketData.length >= 3, 'three books');
    assert.ok(Date.now() - began >= 1800, `three books after ${Date.now() - began} ms`);
  });

  await t.test('gets orders, snapshots and the balance; positions and changes of the balance only as raw messages, as at the venue', async t => {
    const { socket, told } = await connect(t, gateway, 'private');
    socket.subscribeOrders('ord-1');
    await until(() => told.orderSnapshot.some(frame => frame.requestId === 'ord-1' && frame.orderSubscriptionSnapshot.eof), 'the orders that are held');
    assert.ok(told.orderSnapshot.some(frame => frame.orderSubscriptionSnapshot.orders.length > 0));
    socket.subscribePositions('pos-1');
    socket.subscribeAccountBalance('bal-1');
    socket.subscribe('os-1', 'SUBSCRIPTION_TYPE_ORDER_SNAPSHOT');
    await until(
      () => told.orderUpdate.length >= 1 && told.accountBalanceSnapshot.length === 1 && told.orderSnapshot.some(frame => frame.requestId === 'os-1' && frame.orderSubscriptionSnapshot.eof),
      'orders and balance');
    assert.equal(typeof told.orderUpdate[0].orderSubscriptionUpdate.execution.order.leavesQuantity, 'number');
    assert.equal(told.accountBalanceSnapshot[0].accountBalancesSnapshot.balances[0].currency, 'USD');
    await until(() => told.message.some(frame => frame.positionSubscription) && told.message.some(frame => frame.accountBalancesUpdate), 'an entry of the ledger');
    assert.deepEqual([told.positionUpdate.length, told.accountBalanceUpdate.length], [0, 0]);
    assert.deepEqual(told.error, []);
  });

  await t.test('is told of an id and a slug that are taken, may have more than ten requests, and uses an id again', async t => {
    const sdk = await connect(t, gateway, 'markets');
    await isToldWhatIsTaken(sdk, first);
    for (let i = 0; i < 20; i++) sdk.socket.subscribeTrades(`t${i}`, [`no-such-market-${i}`]);
    await usesAnIdAgain(sdk, slugs[1]);
    assert.equal(sdk.told.error.length, 3);
  });

  await t.test('with a legacy key every named event fires, and with a revoked one the socket closes', async t => {
    const { socket, told } = await connect(t, gateway, 'private', await key(gateway, 'old', { us_legacy: true }));
    socket.subscribePositions('pos-1');
    socket.subscribeAccountBalance('bal-1');
    await until(() => told.positionSnapshot.some(frame => frame.positionSubscriptionSnapshot.eof) && told.accountBalanceSnapshot.length === 1, 'what is held');
    // The account does something every few seconds, and about one time in three it is filled.
    await until(() => told.positionUpdate.length >= 1 && told.accountBalanceUpdate.length >= 1, 'a position and a balance');
    assert.equal(typeof told.positionUpdate[0].positionSubscriptionUpdate.position.netPosition, 'string');
    assert.equal(typeof told.accountBalanceUpdate[0].accountBalanceSubscriptionUpdate.buyingPower, 'number');
    await api(gateway, 'DELETE', '/keys/old');
    await until(() => told.close === 1, 'the close');
  });

  await t.test('with a key for snake_case it gets frames that it knows no event of', async t => {
    const { socket, told } = await connect(t, gateway, 'markets', await key(gateway, 'snake', { us_snake: true }));
    socket.send({ subscribe: { request_id: 'md-1', subscription_type: 1, market_slugs: [first] } });
    await until(() => told.message.some(frame => frame.market_data?.market_slug === first && frame.subscription_type === 1), 'a book in snake_case');
    assert.equal(told.marketData.length, 0);
  });

  await t.test('after a restart of the gateway it comes back to one that remembers nothing', async t => comesBackToOneThatRemembersNothing(
    await connect(t, gateway, 'markets'), first, async () => assert.equal(await gateway.stop(), 0), () => gateway.run()));
});
