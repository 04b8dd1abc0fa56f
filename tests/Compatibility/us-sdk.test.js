// The official TypeScript SDK of Polymarket US, unmodified, against the simulator itself: only the address differs from what its users wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './gateway.js';
import { Simulator } from './simulator.js';
import { comesBackToOneThatRemembersNothing, connect as dial, getsBooksTopsAndTrades, isRefused, isToldWhatIsTaken, long, seed, usesAnIdAgain } from './us.js';

const connect = (t, simulator, kind, options) => dial(t, simulator.url, kind, options);

test('the Polymarket US SDK at the simulator', async t => {
  const simulator = await Simulator.start(t, '--venue', 'us', '--set', 'simulator.us.heartbeat=1s');
  const slugs = (await simulator.state()).us.markets.map(market => market.slug);
  const [first] = slugs;

  await t.test('shakes hands with a secret of 32 and of 64 bytes', async t => {
    for (const secretKey of [seed, long]) {
      for (const kind of ['markets', 'private']) {
        const { socket } = await connect(t, simulator, kind, { secretKey });
        assert.equal(socket.isConnected, true);
      }
    }
  });

  await t.test('is refused with a wrong secret, an unknown key, and by faults', async t => {
    const wrong = Buffer.alloc(32, 7).toString('base64');
    await assert.rejects(connect(t, simulator, 'markets', { secretKey: wrong }), /WebSocket connection failed/);
    await assert.rejects(connect(t, simulator, 'private', { keyId: 'someone' }), /WebSocket connection failed/);
    for (const status of [401, 403, 429]) {
      await simulator.fault({ venue: 'us-private', kind: 'status', status });
      await assert.rejects(connect(t, simulator, 'private'), /WebSocket connection failed/);
      await simulator.heal();
    }
  });

  await t.test('gets books, tops and trades by the names of its events', async t => getsBooksTopsAndTrades(await connect(t, simulator, 'markets'), slugs));

  await t.test('gets order updates and snapshots of orders and balance; positions only as raw messages, as at the venue', async t => {
    const { socket, told } = await connect(t, simulator, 'private');
    socket.subscribeOrders('ord-1');
    socket.subscribePositions('pos-1');
    socket.subscribeAccountBalance('bal-1');
    socket.subscribe('os-1', 'SUBSCRIPTION_TYPE_ORDER_SNAPSHOT');
    await until(() => told.orderUpdate.length >= 1 && told.accountBalanceSnapshot.length === 1 && told.orderSnapshot.some(frame => frame.orderSubscriptionSnapshot.eof), 'orders and balance');
    assert.ok(told.orderSnapshot.length >= 2);
    assert.equal(typeof told.orderUpdate[0].orderSubscriptionUpdate.execution.order.leavesQuantity, 'number');
    assert.equal(told.accountBalanceSnapshot[0].accountBalancesSnapshot.balances[0].currency, 'USD');
    await until(() => told.message.some(frame => frame.positionSubscription) && told.message.some(frame => frame.accountBalancesUpdate), 'an entry of the ledger');
    assert.deepEqual([told.positionUpdate.length, told.accountBalanceUpdate.length], [0, 0]);
  });

  await t.test('is told of an id, a slug and an eleventh request too many, and uses an id again', async t => {
    const sdk = await connect(t, simulator, 'markets');
    await isToldWhatIsTaken(sdk, first);
    for (let i = 0; i < 9; i++) sdk.socket.subscribeTrades(`t${i}`, [`no-such-market-${i}`]);
    sdk.socket.subscribeTrades('t9', ['no-such-market-9']);
    await isRefused(sdk, 'max subscriptions per connection reached', 't9');
    await usesAnIdAgain(sdk, slugs[1]);
  });

  await t.test('is closed, and comes back to a venue that remembers nothing', async t => comesBackToOneThatRemembersNothing(
    await connect(t, simulator, 'markets'), first, () => simulator.fault({ venue: 'us-markets', kind: 'close', code: 1001 })));
});

test('with older keys, every named event of the SDK fires', async t => {
  const simulator = await Simulator.start(t, '--venue', 'us', '--set', 'simulator.us.legacy_payloads=true');
  const { socket, told } = await connect(t, simulator, 'private');
  socket.subscribePositions('pos-1');
  socket.subscribeAccountBalance('bal-1');
  // The account does something every few seconds, and about one time in three it is filled.
  await until(() => told.positionUpdate.length >= 1 && told.accountBalanceUpdate.length >= 1, 'a position and a balance');
  assert.equal(typeof told.positionUpdate[0].positionSubscriptionUpdate.position.netPosition, 'string');
  assert.equal(typeof told.accountBalanceUpdate[0].accountBalanceSubscriptionUpdate.buyingPower, 'number');
});
