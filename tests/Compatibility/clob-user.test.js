// Clients of the CLOB's user channel, unmodified, against the real gateway: only the URL differs from what their users wrote.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import WebSocket from 'ws';
import { Gateway, until } from './gateway.js';
import * as python from './python.js';

// Both clients want the browser's class, which Node.js has from version 22 on.
globalThis.WebSocket ??= WebSocket;
const { ClobUserClient } = await import('./node_modules/polymarket-websocket-client/dist/esm/index.js');
const { createSecureClient, forkEnvironmentConfig } = await import('@polymarket/client');
const { ethers } = createRequire(import.meta.url)('./node_modules/@dome-api/sdk/node_modules/ethers');

const credentials = { apiKey: 'demo-user', secret: 'demo', passphrase: 'demo' };
const quiet = { debug() {}, info() {}, warn() {}, error() {}, log() {} };

async function busiest(gateway) {
  const response = await fetch(`http://127.0.0.1:${gateway.settings['simulator.port']}/sim`);
  const { markets } = await response.json();
  return markets.reduce((a, b) => (b.rate > a.rate ? b : a)).condition_id;
}

// The official client asks the venue's REST for credentials before it opens a socket: what it gets there are those that the gateway issued.
async function desk(t) {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(credentials)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

// Hardhat's account 0, which is nobody's.
function signer() {
  const wallet = new ethers.Wallet('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
  return {
    getAddress: async () => wallet.address,
    signTypedData: ({ domain, types: { EIP712Domain, ...types }, message }) => wallet._signTypedData(domain, types, message),
    signMessage: message => wallet.signMessage(ethers.utils.arrayify(message)),
    sendTransaction: async () => { throw new Error('there is no chain here'); },
  };
}

test('clients of the user channel', async t => {
  const gateway = await Gateway.start(t);

  await t.test('polymarket-websocket-client sees orders and trades of the account', async t => {
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

  await t.test('polymarket-websocket-client changes its markets by saying everything again', async t => {
    const market = await busiest(gateway);
    const client = new ClobUserClient(credentials, { url: `${gateway.url}/ws/user`, logger: quiet });
    t.after(() => client.disconnect());
    const events = [];
    client.onUserMessage(event => events.push(event));
    await client.connect();
    client.subscribe([market]);
    await until(() => events.some(event => event.market === market), 'an event of the market');
    await new Promise(resolve => setTimeout(resolve, 200));
    events.length = 0;
    await until(() => events.length >= 3, 'more events');
    assert.deepEqual([...new Set(events.map(event => event.market))], [market]);
  });

  await t.test('@polymarket/client subscribes to the user topic', async t => {
    const environment = forkEnvironmentConfig({
      name: 'local', clob: { rest: await desk(t), market: { ws: `${gateway.url}/ws/market` }, user: { ws: `${gateway.url}/ws/user` } },
    });
    const wallet = signer();
    const client = await createSecureClient({ environment, signer: wallet, wallet: await wallet.getAddress() });
    const subscription = await client.subscribe([{ topic: 'user' }]);
    t.after(() => subscription.close());
    const seen = new Set();
    for await (const event of subscription) {
      assert.equal(event.topic, 'user');
      seen.add(event.type);
      if (seen.size === 2) break;
    }
    assert.deepEqual([...seen].sort(), ['order', 'trade']);
  });

  await t.test('the quickstart in Python, with PING every ten seconds', { skip: python.skip }, async t => {
    const printed = await python.run(t, 'quickstart-user.py', `${gateway.url}/ws/user`, ...Object.values(credentials));
    assert.match(printed, /"event_type":"trade"/);
    assert.match(printed, /^PONG$/m);
  });

  await t.test('a wrong secret is closed with 1008', async () => {
    const socket = new WebSocket(`${gateway.url}/ws/user`);
    socket.on('open', () => socket.send(JSON.stringify({ auth: { ...credentials, secret: 'wrong' }, type: 'user', markets: [] })));
    const [code] = await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    assert.equal(code, 1008);
  });
});
