// The real gateway under load, killed with SIGKILL at random moments: against a simulator of another process, on SQLite and on PostgreSQL.
// At the end everybody who was told something must have it: every acknowledged command, every fill once on the tape, once with each
// client that resumes and, by position, with each durable subscription, also those made while no gateway ran.
//   node crash.js [--kills 20] [--seed 1] [--rate 150]                      half of the kills on each store
//   node crash.js --minutes 10 --faults [--seed 1]                          the soak: venues that misbehave as well, on SQLite
//   --store sqlite|postgres                                                 only that one; PostgreSQL is ODDSWIRE_TEST_POSTGRES
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Durable, Resuming } from './crash/clients.js';
import { Desk } from './crash/desk.js';
import { Faults } from './crash/faults.js';
import { Program } from './crash/program.js';
import { note, pause, seeded, until } from './crash/small.js';
import { account, fillsOf } from './crash/truth.js';
import { freePort } from './gateway.js';

const { values: options } = parseArgs({ options: {
  kills: { type: 'string', default: '20' }, minutes: { type: 'string' }, seed: { type: 'string', default: '1' }, rate: { type: 'string', default: '150' },
  store: { type: 'string' }, faults: { type: 'boolean', default: false },
} });
const postgres = process.env.ODDSWIRE_TEST_POSTGRES;
const stores = options.store ? [options.store] : postgres && !options.faults ? ['sqlite', 'postgres'] : ['sqlite'];
if (stores.includes('postgres') && !postgres) throw new Error('PostgreSQL: tests/services.sh postgres -- node crash.js ...');

let failed = 0;
for (const [turn, store] of stores.entries()) {
  const kills = options.minutes ? Infinity : Math.floor((Number(options.kills) + turn) / stores.length);
  const broken = await run(store, kills, Number(options.seed) + turn);
  for (const what of broken) note(`BROKEN  ${what}`);
  if (broken.length > 0) failed++;
}
console.log(`${stores.length} runs, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function run(store, kills, seed) {
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), 'oddswire-crash-'));
  const [http, operations, simulator] = [await freePort(), await freePort(), await freePort()];
  const [sim, url] = [`http://127.0.0.1:${simulator}`, `http://127.0.0.1:${http}`];
  note(`${store}, seed ${seed}: gateway ${http}, simulator ${simulator}, ${folder}`);
  const world = new Program(['simulate'], { 'simulator.port': simulator, 'simulator.seed': seed, 'simulator.rate': options.rate }, /\d/);
  const gateway = new Program(['run'], {
    'http.port': http, 'operations.port': operations, 'simulator.port': simulator, 'simulator.enabled': false, 'storage.path': folder,
    ...(store === 'postgres' && { 'tape.store': 'postgres' }),
  }, /^ready/, store === 'postgres' ? { ODDSWIRE__STORAGE__POSTGRES: postgres } : {});
  const broken = [];
  const clients = [];
  try {
    await world.start();
    await until(async () => (await fetch(`${sim}/sim`)).ok, 'the simulator');
    await gateway.start();
    await until(async () => (await (await fetch(`${url}/api/v1/feeds`, { headers: { authorization: 'Bearer demo-admin' } })).json())
      .feeds.filter(feed => ['rtds', 'polygon'].includes(feed.name)).every(feed => feed.state === 'live'), 'live feeds');
    const wallets = (await (await fetch(`${sim}/sim`)).json()).wallets.slice(0, 10);
    const desk = new Desk(url, random);
    const durable = await Promise.all([desk.open(['*']), desk.open(wallets)]);
    clients.push(
      new Resuming(url, 'resuming', null), new Resuming(url, 'resuming, ten wallets', wallets),
      new Durable(url, 'durable', null, durable[0]), new Durable(url, 'durable, ten wallets', wallets, durable[1]),
    );
    for (const client of clients) client.dense = !client.wallets && !options.faults;
    for (const client of clients) client.connect();
    await until(() => clients.every(client => client.events.size > 0), 'the first events');
    const first = Math.max(...(await fillsOf(sim)).map(fill => fill.n));
    const working = [desk.work(), desk.work(), desk.work()];

    const faults = options.faults ? new Faults(sim, random) : null;
    const end = Date.now() + Number(options.minutes ?? Infinity) * 60_000;
    const progress = () => desk.done > 0 && clients.reduce((sum, client) => sum + client.events.size, desk.done);
    let killed = 0;
    while (killed < kills && Date.now() < end) {
      if (faults) await faults.befall(() => killed++, gateway, end);
      else killed += await kill(gateway, random, Math.min(2, kills - killed), progress);
    }
    note(`${killed} kills; ${desk.done} commands were acknowledged`);
    await faults?.heal();
    desk.ended = true;
    await Promise.all(working);
    await pause(1000);
    await fetch(`${sim}/sim/pause`, { method: 'POST' });
    broken.push(...await account(sim, url, clients, first), ...await desk.lost());

    // A planned stop, and once more from what is on disk.
    for (const client of clients) client.end();
    const code = await gateway.stop();
    if (code !== 0) broken.push(`the planned stop ended with ${code}`);
    await gateway.start();
    broken.push(...await desk.lost());
  } catch (cause) {
    broken.push(cause.stack, ...clients.map(client => `${client.name}: ${client.events.size} events, ${client.faults.slice(0, 5).join('; ') || 'no faults'}`));
  } finally {
    await gateway.stop();
    await world.stop();
  }
  if (broken.length === 0) rmSync(folder, { recursive: true });
  else note(`kept for a look: ${folder}`);
  return broken;
}

// One kill, after some work or whenever it comes, and now and then a second one while it starts.
async function kill(gateway, random, most, progress) {
  const before = progress();
  if (random() < 0.7) await until(() => progress() > before + 100, 'work between two kills');
  await pause(random() * 2000);
  await gateway.kill();
  await pause(random() * 1200);
  let kills = 1;
  if (most > 1 && random() < 0.25) {
    gateway.spawn();
    await pause(random() * 1500);
    await gateway.kill();
    kills++;
  }
  await gateway.start();
  return kills;
}
