import assert from 'node:assert/strict';
import { PolymarketUS } from 'polymarket-us';
import { until } from './gateway.js';

// RFC 8032, vector 1: the demo's key, and the same with its public key behind the seed.
export const seed = 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=';
const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
export const long = Buffer.concat([Buffer.from(seed, 'base64'), Buffer.from(publicKey, 'hex')]).toString('base64');

const events = {
  markets: ['marketData', 'marketDataLite', 'trade'],
  private: ['orderSnapshot', 'orderUpdate', 'positionSnapshot', 'positionUpdate', 'accountBalanceSnapshot', 'accountBalanceUpdate'],
};

// A socket of the unmodified SDK, and all that it told by the names of its events.
export async function connect(t, url, kind, options = {}) {
  const client = new PolymarketUS({ keyId: 'demo-us', secretKey: seed, apiBaseUrl: url, ...options });
  const socket = client.ws[kind]();
  const told = { message: [], error: [], heartbeat: [], close: 0 };
  for (const name of events[kind]) told[name] = [];
  for (const name of [...events[kind], 'message', 'error', 'heartbeat']) socket.on(name, (...args) => told[name].push(args[0]));
  socket.on('close', () => { told.close += 1; });
  t.after(() => socket.close());
  await socket.connect();
  return { socket, told };
}

// What every server of this protocol does, whoever it is.
export async function getsBooksTopsAndTrades({ socket, told }, slugs) {
  const [first] = slugs;
  socket.subscribeMarketData('md-1', slugs);
  socket.subscribeMarketDataLite('lite-1', slugs);
  socket.subscribeTrades('tr-1', [first]);
  await until(() => told.marketData.length >= 12 && told.marketDataLite.length >= 12 && told.trade.length >= 2, 'books, tops and trades');
  for (const { requestId, marketData } of told.marketData) {
    assert.equal(requestId, 'md-1');
    assert.ok(slugs.includes(marketData.marketSlug));
    assert.ok(Number(marketData.bids[0].px.value) < Number(marketData.offers[0].px.value));
  }
  assert.deepEqual([...new Set(told.marketDataLite.map(lite => lite.marketDataLite.marketSlug))].sort(), [...slugs].sort());
  for (const { trade } of told.trade) assert.equal(trade.marketSlug, first);
  await until(() => told.heartbeat.length >= 1, 'a heartbeat');
  assert.deepEqual(told.error, []);
}

export async function isRefused({ socket, told }, error, id) {
  await until(() => told.error.some(known => known.message === error && known.requestId === id), error);
  assert.equal(socket.isConnected, true);
}

// Afterwards the request a, of MARKET_DATA for the first market, is in force.
export async function isToldWhatIsTaken(sdk, first) {
  sdk.socket.subscribeMarketData('a', [first]);
  sdk.socket.subscribeTrades('a', [first]);
  await isRefused(sdk, 'request id already exists', 'a');
  sdk.socket.subscribeMarketData('b', ['no-such-market', first]);
  await isRefused(sdk, `slug already subscribed: ${first}`, 'b');
  sdk.socket.send({ subscribe: { requestId: 'c', subscriptionType: 'SUBSCRIPTION_TYPE_TRADE', odd: 1 } });
  await isRefused(sdk, 'invalid_message', undefined);
}

export async function usesAnIdAgain({ socket, told }, other) {
  await until(() => told.marketData.length >= 1, 'a book');
  socket.unsubscribe('a');
  await until(() => told.message.some(frame => frame.unsubscribed === true && frame.requestId === 'a'), 'the acknowledgement');
  told.marketData.length = 0;
  socket.subscribeMarketData('a', [other]);
  await until(() => told.marketData.length >= 2, 'books under the same id');
  assert.deepEqual([...new Set(told.marketData.map(frame => frame.marketData.marketSlug))], [other]);
}

export async function comesBackToOneThatRemembersNothing({ socket, told }, first, close, open) {
  socket.subscribeMarketData('a', [first]);
  await until(() => told.marketData.length >= 1, 'a book');
  await close();
  await until(() => told.close === 1, 'the close');
  assert.throws(() => socket.subscribeMarketData('b', [first]), /not connected/);
  await open?.();
  told.marketData.length = 0;
  await socket.connect();
  socket.subscribeTrades('t', [first]);
  await until(() => told.trade.length >= 1, 'a trade');
  assert.equal(told.marketData.length, 0);
  socket.subscribeMarketData('a', [first]);
  await until(() => told.marketData.length >= 2, 'books');
}
