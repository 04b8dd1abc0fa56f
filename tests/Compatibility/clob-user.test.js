// Clients of the CLOB's user channel, unmodified, against the real gateway: only the URL differs from what their users wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import WebSocket from 'ws';
import { Gateway, until } from './gateway.js';

// Both clients want the browser's class, which Node.js has from version 22 on.
globalThis.WebSocket ??= WebSocket;
const { ClobUserClient } = await import('./node_modules/polymarket-websocket-client/dist/esm/index.js');

const credentials = { apiKey: 'demo-user', secret: 'demo', passphrase: 'demo' };
const quiet = { debug() {}, info() {}, warn() {}, error() {}, log() {} };

async function busiest(gateway) {
  const response = await fetch(`http://127.0.0.1:${gateway.settings['simulator.port']}/sim`);
  const { markets } = await response.json();
  return markets.reduce((a, b) => (b.rate > a.rate ? b : a)).condition_id;
}

test('clients of the user channel', async t => {
  const gateway = await Gateway.start(t);

  await t.test('polymarket-websocket-client sees orders and trades of the account', async () => {
    const client = new ClobUserClient(credentials, { url: `${gateway.url}/ws/user`, logger: quiet });
    t.after(() => client.disconnect());
    const [orders, trades] = [[], []];
    client.onOrder(order => orders.push(order));
    client.onTrade(trade => trades.push(trade));
    await client.connect();
    await until(() => orders.length >= 2 && new Set(trades.map(trade => trade.status)).size === 3, 'orders, and trades in all three states');
    for (const event of [...orders, ...trades]) assert.equal(event.owner, 'demo-user');
    const states = trades.map(trade => `${trade.id} ${trade.status}`);
    assert.equal(new Set(states).size, states.length);
  });

  await t.test('polymarket-websocket-client changes its markets by saying everything again', async () => {
    const market = await busiest(gateway);
    const client = new ClobUserClient(credentials, { url: `${gateway.url}/ws/user`, logger: quiet });
    t.after(() => client.disconnect());
    const events = [];
    client.onUserMessage(event => events.push(event));
    await client.connect();
    client.subscribe([market]);
    await until(() => events.some(event => event.market === market), 'an event of the market');
    events.length = 0;
    await until(() => events.length >= 3, 'more events');
    assert.deepEqual([...new Set(events.map(event => event.market))], [market]);
  });

  await t.test('polymarket-websocket-client is closed with 1008 when its secret is wrong', async () => {
    const socket = new WebSocket(`${gateway.url}/ws/user`);
    const closed = new Promise(resolve => socket.on('close', resolve));
    socket.on('open', () => socket.send(JSON.stringify({ auth: { ...credentials, secret: 'wrong' }, type: 'user', markets: [] })));
    assert.equal(await closed, 1008);
  });
});
