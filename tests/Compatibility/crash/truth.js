import { note, pause, until } from './small.js';

// What is compared of a row, of which there are hundreds of thousands, several times each; its wallet and token are few, and each is kept once.
const texts = new Map();
const once = text => texts.get(text) ?? (texts.set(text, text), text);
export const briefly = ({ tx_hash, order_hash, user, token_id, side }) => ({ tx_hash, order_hash, user: once(user), token_id: once(token_id), side: once(side) });

// Every fill that the simulator has made.
export async function fillsOf(sim) {
  const all = [];
  for (let after = 0; ;) {
    const page = await (await fetch(`${sim}/sim/fills?after=${after}&limit=1000`)).json();
    all.push(...page.fills.map(fill => ({ ...briefly(fill), n: fill.n, time: fill.time, removed: fill.removed })));
    if (page.fills.length === 0) return all;
    after = page.next;
  }
}

async function tapeOf(url) {
  const all = [];
  for (let key = ''; ;) {
    const answer = await fetch(`${url}/v1/polymarket/orders?limit=1000${key && `&pagination_key=${encodeURIComponent(key)}`}`,
      { headers: { authorization: 'Bearer demo-enterprise' } });
    const page = await answer.json();
    if (!page.orders) throw new Error(JSON.stringify(page));
    all.push(...page.orders.map(briefly));
    if (!page.pagination.has_more) return all;
    key = page.pagination.pagination_key;
  }
}

export const rowOf = row => `${row.tx_hash}/${row.order_hash}`;

// An event may have gone out before its log was known, without its order's hash: compared by what every source knows, and counted.
const kindOf = row => `${row.tx_hash}/${row.user}/${row.token_id}/${row.side}`;

// What is not as it must be, a sentence each. Everything that is still on its way has a minute and a half.
export async function account(sim, url, clients, first, exact) {
  let found;
  for (let looks = 0; looks < 90; looks++) {
    found = await differences(sim, url, clients, first, exact);
    if (found.length === 0) break;
    await pause(1000);
  }
  const gaps = await gapsOf(url);
  for (const gap of gaps.filter(gap => gap.state !== 'filled')) note(`gap ${gap.state}: ${gap.source} ${gap.from}..${gap.to} (${gap.reason}; ${gap.filled})`);
  note(`gaps: ${['open', 'filled', 'lost'].map(state => `${gaps.filter(gap => gap.state === state).length} ${state}`).join(', ')}`);
  return [...found, ...clients.flatMap(client => client.faults.slice(0, 5).map(fault => `${client.name}: ${fault}`))];
}

// The ledger may take half a minute to come back behind its journal; until then the answer is 503.
export async function gapsOf(url) {
  const answer = () => fetch(`${url}/api/v1/gaps`, { headers: { authorization: 'Bearer demo-admin' } });
  return until(async () => (await (await answer()).json()).gaps, 'the gaps on record', 60);
}

async function differences(sim, url, clients, first, exact) {
  const made = await fillsOf(sim);
  const all = made.filter(fill => !fill.removed);
  const truth = all.filter(fill => fill.n > first);
  const tape = await tapeOf(url);
  // A row that went out before its log was known, of a fill that a reorg took back before anybody saw that log: the gateway waits for the
  // log for ten minutes of blocks, and then takes it back.
  const logged = tape.filter(row => row.order_hash);
  const waiting = tape.filter(row => !row.order_hash);
  const [known, real] = [new Set(logged.map(rowOf)), new Set(all.map(rowOf))];
  const broken = [
    ...some(truth.filter(fill => !known.has(rowOf(fill))), 'not on the tape'),
    ...some(logged.filter(row => !real.has(rowOf(row))), 'on the tape and not real'),
    ...some(beyond(waiting, made.filter(fill => fill.removed)), 'on the tape without a log that will come'),
  ];
  if (known.size !== logged.length) broken.push(`${logged.length - known.size} fills are on the tape twice`);
  for (const client of clients) {
    const { had } = client;
    broken.push(...some(beyond(truth.filter(fill => !client.wallets || client.wallets.includes(fill.user)), had), `never sent to ${client.name}`));
    // Without reorgs, nothing that was sent is ever taken back.
    if (exact) broken.push(...some(beyond(had, all), `sent to ${client.name} and not real, or too often`));
  }
  if (broken.length === 0) note(`${truth.length} fills, ${tape.length} on the tape${waiting.length > 0 ? `, ${waiting.length} of them taken back before their log was seen` : ''}; ${clients.map(client => `${client.name} ${client.events.size}`).join(', ')}`);
  return broken;
}

// What of the first is not in the second, each as often as it is there.
function beyond(some, others) {
  const left = new Map();
  for (const row of others) left.set(kindOf(row), (left.get(kindOf(row)) ?? 0) + 1);
  return some.filter(row => {
    const count = left.get(kindOf(row)) ?? 0;
    left.set(kindOf(row), count - 1);
    return count < 1;
  });
}

const some = (rows, what) => rows.length === 0 ? [] : [`${rows.length} fills ${what}, such as ${JSON.stringify(rows[0])}`];
