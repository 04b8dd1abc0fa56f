// Clients of Polymarket's order books, unmodified, against the real gateway: only the URL differs from what their users wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ws from 'ws';
import { Gateway, until } from './gateway.js';
import * as python from './python.js';

// Both are written for a newer Node, which has a WebSocket of its own.
globalThis.WebSocket ??= ws;
const { createPublicClient, forkEnvironmentConfig } = await import('@polymarket/client');
const { ClobMarketClient } = await import('polymarket-websocket-client');

async function world(gateway) {
  const response = await fetch(`http://127.0.0.1:${gateway.settings['simulator.port']}/sim`);
  return response.json();
}

// The tokens of the market in which most happens.
async function busiest(gateway) {
  const { markets } = await world(gateway);
  const [market] = markets.filter(market => market.state === 'open').sort((a, b) => b.rate - a.rate);
  return market.tokens.map(token => token.token_id);
}

async function strike(gateway, fault) {
  const response = await fetch(`http://127.0.0.1:${gateway.settings['simulator.port']}/sim/faults`, { method: 'POST', body: JSON.stringify(fault) });
  assert.equal(response.status, 201);
}

test('@polymarket/client', async t => {
  const gateway = await Gateway.start(t);
  const tokens = await busiest(gateway);
  const clob = { market: { ws: `${gateway.url}/ws/market` } };
  const client = createPublicClient({ environment: forkEnvironmentConfig({ name: 'local', clob }) });
  const events = [];
  const handle = await client.subscribe([{ topic: 'market', tokenIds: tokens, customFeatureEnabled: true }]);
  t.after(() => handle.close());
  void (async () => {
    for await (const event of handle) events.push(event);
  })();
  const seen = type => events.some(event => event.type === type);

  await t.test('gets the books of its tokens, and what happens to them', async () => {
    await until(() => ['book', 'price_change', 'last_trade_price', 'best_bid_ask'].every(seen), `four kinds of events, not only ${[...new Set(events.map(event => event.type))]}`);
  });

  await t.test('does not notice that the venue has dropped the gateway', async () => {
    await strike(gateway, { venue: 'clob-market', kind: 'drop' });
    events.length = 0;
    await until(() => seen('book') && seen('price_change'), 'books after the venue was away');
  });

  await t.test('is one subscription at the venue, together with others', async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => createPublicClient({ environment: forkEnvironmentConfig({ name: 'local', clob }) })
      .subscribe([{ topic: 'market', tokenIds: tokens }])));
    t.after(() => Promise.all(others.map(other => other.close())));
    await until(() => events.length > 20, 'events');
    const { venues } = await world(gateway);
    assert.equal(venues['clob-market'].connections, 1);
    assert.deepEqual([...venues['clob-market'].subscriptions[0].assets_ids].sort(), [...tokens].sort());
  });
});

test('polymarket-websocket-client', async t => {
  const gateway = await Gateway.start(t);
  const tokens = await busiest(gateway);
  const client = new ClobMarketClient({ url: `${gateway.url}/ws/market` });
  const changes = [];
  const trades = [];
  client.onPriceChange(event => changes.push(event));
  client.onLastTradePrice(event => trades.push(event));
  await client.connect();
  t.after(() => client.disconnect());
  client.subscribe(tokens);
  await until(() => changes.length > 5 && trades.length > 1, 'changes and trades');
  assert.ok(changes.every(event => event.price_changes.every(change => tokens.includes(change.asset_id))));
});

test('the quickstart in Python, with PING every ten seconds', { skip: python.skip }, async t => {
  const gateway = await Gateway.start(t);
  const tokens = await busiest(gateway);
  const printed = await python.run(t, 'quickstart-market.py', `${gateway.url}/ws/market`, ...tokens);
  assert.match(printed, /^\[\{"market"/m);
  assert.match(printed, /"price_changes"/);
  assert.match(printed, /^PONG$/m);
});
