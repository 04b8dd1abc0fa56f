// The real gateway against a simulator of another process, with faults in random order and kill -9 now and then.
// At the end everything is healed, and every fill of the simulator must be on the tape once, and with the client that resumes.
//   node soak.js [--minutes 10] [--seed 1] [--kill-every 40] [--rate 60]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { freePort } from './gateway.js';

const { values: options } = parseArgs({ options: {
  minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' },
  'kill-every': { type: 'string', default: '40' }, rate: { type: 'string', default: '60' },
} });
const program = fileURLToPath(new URL('../../src/Host/bin/Release/net10.0/oddswire.dll', import.meta.url));
const random = mulberry32(Number(options.seed));
const folder = mkdtempSync(join(tmpdir(), 'oddswire-soak-'));
const [http, operations, simulator] = [await freePort(), await freePort(), await freePort()];
const sim = `http://127.0.0.1:${simulator}`;
const started = Date.now();
const note = text => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(7)}  ${text}`);
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

function mulberry32(a) {
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const pick = list => list[Math.floor(random() * list.length)];

async function program_of(args, until) {
  const child = spawn('dotnet', [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', line => note(`stderr  ${line}`));
  await new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', line => { if (until.test(line)) resolve(); });
    child.on('exit', code => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return child;
}

const sets = values => Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
const gateway = () => program_of(['run', ...sets({
  'http.port': http, 'operations.port': operations, 'simulator.port': simulator, 'simulator.enabled': false, 'storage.path': folder,
})], /^ready/);

// A client with ?ext=1 that comes back and resumes: what it holds must be everything, once.
class Resuming {
  events = new Map();
  removed = new Set();
  twice = 0;
  disordered = 0;
  position = null;

  connect() {
    const socket = this.socket = new WebSocket(`ws://127.0.0.1:${http}/demo-dev?ext=1`);
    socket.on('error', () => {});
    socket.on('close', () => { if (!this.ended) setTimeout(() => this.connect(), 200); });
    socket.on('open', () => socket.send(JSON.stringify({
      action: 'subscribe', platform: 'polymarket', version: 1, type: 'orders', filters: { users: ['*'] }, ...(this.position && { resume: this.position }),
    })));
    socket.on('message', text => this.heard(JSON.parse(text)));
  }

  heard(frame) {
    if (frame.type === 'error') {
      note(`client refused: ${JSON.stringify(frame)}`);
      setTimeout(() => this.socket.close(), 500);
    }
    if (frame.type === 'gateway.removed') this.removed.add(`${frame.tx_hash}/${frame.log_index}`);
    if (frame.type !== 'event' || !frame.position) return;
    const offset = Number(frame.position.split('-')[1]);
    if (this.events.has(offset)) this.twice++;
    if (this.position && offset <= Number(this.position.split('-')[1])) this.disordered++;
    this.events.set(offset, frame.data);
    this.position = frame.position;
  }
}

async function fills() {
  const all = [];
  for (let after = 0; ;) {
    const page = await (await fetch(`${sim}/sim/fills?after=${after}&limit=1000`)).json();
    all.push(...page.fills);
    if (page.fills.length === 0) return all;
    after = page.next;
  }
}

async function stored() {
  const all = [];
  for (let key = ''; ;) {
    const answer = await fetch(`http://127.0.0.1:${http}/v1/polymarket/orders?limit=1000${key && `&pagination_key=${encodeURIComponent(key)}`}`,
      { headers: { authorization: 'Bearer demo-enterprise' } });
    const page = await answer.json();
    if (!page.orders) throw new Error(JSON.stringify(page));
    all.push(...page.orders);
    if (!page.pagination.has_more) return all;
    key = page.pagination.pagination_key;
  }
}

const faults = () => {
  const venue = pick(['rtds', 'rtds', 'polygon', 'polygon', 'gamma']);
  const kind = venue === 'gamma' ? pick(['status', 'hang', 'delay', 'garbage'])
    : pick(['drop', 'close', 'freeze', 'freeze_keep_pongs', 'mute', 'lose', 'duplicate', 'reorder', 'delay', 'garbage', 'text', 'half_frame', 'status', 'accept_then_close', 'hang',
      ...(venue === 'polygon' ? ['reorg', 'reorg'] : [])]);
  return { venue, kind, share: pick([0.1, 0.5, 1]), for: `${1 + Math.floor(random() * 25)}s`, code: pick([1000, 1001, 1006, 1008, 1011, 1012, 1013]), status: pick([429, 500, 503]), retry_after: 2 };
};

const world = await program_of(['simulate', ...sets({ 'simulator.port': simulator, 'simulator.seed': options.seed, 'simulator.rate': options.rate })], /\d/);
await until(async () => (await fetch(`${sim}/sim`)).ok);
let running = await gateway();

async function until(what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await Promise.resolve(what()).catch(() => false)) return true;
    if (Date.now() > deadline) return false;
    await pause(200);
  }
}

note(`gateway ${http}, simulator ${simulator}`);
await pause(3000);
const client = new Resuming();
client.connect();

await until(() => client.events.size > 0);
const firstFill = (await fills()).length;
const end = Date.now() + Number(options.minutes) * 60_000;
let nextKill = Date.now() + Number(options['kill-every']) * 1000;
while (Date.now() < end) {
  const fault = faults();
  if (fault.code === 1006) fault.code = 1011;
  const answer = await fetch(`${sim}/sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) });
  note(`${answer.status} ${fault.venue} ${fault.kind} ${fault.share} ${fault.for}`);
  await pause(1000 + random() * 6000);
  if (Date.now() > nextKill) {
    note('kill -9');
    running.kill('SIGKILL');
    await once(running, 'exit');
    await pause(random() * 8000);
    running = await gateway();
    nextKill = Date.now() + Number(options['kill-every']) * 1000 * (0.5 + random());
  }
}

note('healed');
await fetch(`${sim}/sim/faults`, { method: 'DELETE' });
await pause(5000);
await fetch(`${sim}/sim/pause`, { method: 'POST' });
const key = row => `${row.tx_hash}/${row.order_hash}`;
let truth, tape, missing, extra;
const whole = await until(async () => {
  truth = (await fills()).slice(firstFill).filter(fill => !fill.removed);
  tape = await stored();
  const known = new Set(tape.map(key));
  missing = truth.filter(fill => !known.has(key(fill)));
  const real = new Set((await fills()).filter(fill => !fill.removed).map(key));
  extra = tape.filter(row => !real.has(key(row)));
  return missing.length === 0 && extra.length === 0;
}, 90);
const twice = tape.length - new Set(tape.map(key)).size;
await pause(3000);
// An event may have gone out before its log was known, without its order's hash: so by what every source knows, counted.
const kind = row => `${row.tx_hash}/${row.user}/${row.token_id}/${row.side}`;
const had = new Map();
for (const row of client.events.values()) had.set(kind(row), (had.get(kind(row)) ?? 0) + 1);
const notSent = truth.filter(fill => {
  const left = had.get(kind(fill)) ?? 0;
  had.set(kind(fill), left - 1);
  return left < 1;
});
const gaps = await (await fetch(`http://127.0.0.1:${http}/api/v1/gaps`, { headers: { authorization: 'Bearer demo-admin' } })).json();
client.ended = true;
client.socket.close();
note(`${truth.length} fills; missing on the tape ${missing.length}, extra ${extra.length}, twice ${twice}; client: missing ${notSent.length}, twice ${client.twice}, out of order ${client.disordered}`);
note(`gaps: ${gaps.gaps.map(gap => `${gap.state} ${gap.source} ${gap.from}..${gap.to} (${gap.reason}; ${gap.filled})`).join('\n         ')}`);
for (const fill of [...missing.slice(0, 5), ...notSent.slice(0, 5)]) note(`not there: ${JSON.stringify(fill)}`);
for (const row of extra.slice(0, 5)) note(`extra: ${JSON.stringify(row)}`);
running.kill('SIGTERM');
const [code] = await once(running, 'exit');
world.kill('SIGTERM');
await once(world, 'exit');
const passed = whole && twice === 0 && notSent.length === 0 && client.twice === 0 && client.disordered === 0 && code === 0;
if (passed) rmSync(folder, { recursive: true });
else note(`kept for a look: ${folder}`);
console.log(passed ? '1 passed, 0 failed, 0 skipped' : '0 passed, 1 failed, 0 skipped');
process.exit(passed ? 0 : 1);
