import { PolymarketUS } from 'polymarket-us';

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
