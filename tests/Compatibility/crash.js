// The real gateway under load, killed with SIGKILL at random moments, in a start, in a stop, in a checkpoint: against a simulator of another process, on SQLite and on PostgreSQL.
// At the end everybody who was told something must have it: every acknowledged command, every fill once on the tape, once with each
// client that resumes and, by position, with each durable subscription, also those made while no gateway ran.
//   node crash.js [--kills 20] [--seed 1] [--rate 150]                      half of the kills on each store
//   node crash.js --minutes 10 --faults [--seed 1]                          venues that misbehave as well, on SQLite
//   --store sqlite|postgres                                                 only that one; PostgreSQL is ODDSWIRE_TEST_POSTGRES
import { parseArgs } from 'node:util';
import { Durable, Resuming } from './crash/clients.js';
import { Desk } from './crash/desk.js';
import { Faults } from './crash/faults.js';
import { Kills } from './crash/kills.js';
import { note, pause, seeded, until } from './crash/small.js';
import { Stage } from './crash/stage.js';
import { account, fillsOf } from './crash/truth.js';

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
  // storage.timeout: whether a busy machine's server answers in five seconds is not the question here.
  const stage = await Stage.set({ seed, rate: options.rate, postgres: store === 'postgres' && postgres, settings: { 'storage.timeout': '30s' } });
  const { sim, url, gateway, record } = stage;
  const broken = [];
  const clients = [];
  try {
    await stage.start();
    const wallets = stage.wallets.slice(0, 10);
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

    const end = Date.now() + Number(options.minutes ?? Infinity) * 60_000;
    const progress = () => desk.done > 0 && clients.reduce((sum, client) => sum + client.events.size, desk.done);
    const killing = options.faults ? new Faults(sim, random, gateway) : new Kills(gateway, random, progress, record, store === 'sqlite' && stage.store);
    while (killing.all < kills && Date.now() < end) broken.push(...await killing.one(kills - killing.all, end));
    note(`${killing.all} kills (${killing.told}); ${desk.done} commands were acknowledged`);
    await killing.heal();
    desk.ended = true;
    await Promise.all(working);
    await pause(1000);
    await stage.quiet();
    broken.push(...await account(sim, url, clients, first, !options.faults), ...await desk.lost(), ...await record.verify('beside the gateway'));

    // A planned stop, and once more from what is on disk.
    for (const client of clients) client.end();
    const code = await gateway.stop();
    if (code !== 0) broken.push(`the planned stop ended with ${code}`);
    broken.push(...await record.verify('after a planned stop'));
    await gateway.start();
    broken.push(...await desk.lost());
  } catch (cause) {
    broken.push(cause.stack, ...clients.map(client => `${client.name}: ${client.events.size} events, ${client.faults.slice(0, 5).join('; ') || 'no faults'}`));
  } finally {
    await stage.clear(broken);
  }
  return broken;
}
