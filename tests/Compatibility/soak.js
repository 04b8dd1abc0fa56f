// The real gateway for long, at ten times what the venues tell: clients come, follow others and leave all the time, some do not read, and the venues drop their connections.
// At the end every fill is on the tape and with everybody who stayed, memory has not grown beyond what is remembered of fills, and handles are back.
//   node soak.js [--minutes 10] [--rate 500] [--seed 1]
import { parseArgs } from 'node:util';
import { Durable, Resuming } from './crash/clients.js';
import { Churn } from './crash/churn.js';
import { Desk } from './crash/desk.js';
import { note, pause, pick, seeded, until } from './crash/small.js';
import { Stage } from './crash/stage.js';
import { account, fillsOf } from './crash/truth.js';
import { Vitals } from './crash/vitals.js';

const { values: options } = parseArgs({ options: {
  minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' },
} });

const comers = 50;
const deaf = 3;
// 200,000 fills are remembered, a kilobyte or so each: at this rate that is seven minutes in which memory has to grow, and part of the later half of ten.
const leastMinutes = 10;
const mostMiBPerMinute = 40;

const random = seeded(Number(options.seed));
const broken = [];
const stage = await Stage.set({ seed: options.seed, rate: options.rate });
const { sim, url, gateway } = stage;
try {
  await stage.start();
  const wallets = stage.wallets.slice(0, 10);
  const desk = new Desk(url, random);
  const durable = await Promise.all([desk.open(['*']), desk.open(wallets)]);
  const clients = [
    new Resuming(url, 'resuming', null), new Resuming(url, 'resuming, ten wallets', wallets),
    new Durable(url, 'durable', null, durable[0]), new Durable(url, 'durable, ten wallets', wallets, durable[1]),
  ];
  for (const client of clients) client.connect();
  await until(() => clients.every(client => client.events.size > 0), 'the first events', 60);
  const first = Math.max(...(await fillsOf(sim)).map(fill => fill.n));
  const vitals = new Vitals(gateway.child.pid);
  const { handles } = vitals.look();

  const churn = new Churn(url, stage.wallets, random, () => clients[0].events.size);
  const coming = [...Array.from({ length: comers }, () => churn.one()), ...Array.from({ length: deaf }, () => churn.deaf())];
  let drops = 0;
  const end = Date.now() + Number(options.minutes) * 60_000;
  for (let looks = 0; Date.now() < end; looks++, await pause(5000)) {
    vitals.look();
    if (random() < 0.4) drops += await drop();
    if (looks % 6 === 0) vitals.tell(`; ${churn.came} came, ${churn.changed} followed others, ${churn.cutOff} that did not read were cut off, ${drops} drops; ${clients[0].events.size} fills`);
  }
  churn.ended = true;
  await Promise.all(coming);
  await fetch(`${sim}/sim/faults`, { method: 'DELETE' });
  await pause(5000);
  await stage.quiet();

  broken.push(...await account(sim, url, clients, first, true), ...churn.faults.slice(0, 5).map(fault => `who came and left was told: ${fault}`));
  await until(() => vitals.look().handles <= handles + 20, 'handles to be given back', 60).catch(cause => broken.push(`${cause.message}: ${handles} at first`));
  vitals.tell(` (${handles} at first, ${vitals.most} at most); memory grew by ${vitals.slope.toFixed(1)} MiB a minute in the later half`);
  note(`${churn.came} came, followed others ${churn.changed} times and were told ${churn.told} fills; ${churn.cutOff} that did not read were cut off; ${drops} drops`);
  if (Number(options.minutes) >= leastMinutes && vitals.slope > mostMiBPerMinute) broken.push(`memory grew by ${vitals.slope.toFixed(1)} MiB a minute`);
  if (drops === 0 || churn.changed === 0 || churn.told === 0 || (churn.cutOff === 0 && Number(options.minutes) > 2)) broken.push('nothing happened');
  for (const client of clients) client.end();
} catch (cause) {
  broken.push(cause.stack);
} finally {
  await stage.clear(broken);
}
for (const what of broken) note(`BROKEN  ${what}`);
console.log(`1 runs, ${broken.length > 0 ? 1 : 0} failed`);
process.exit(broken.length > 0 ? 1 : 0);

async function drop() {
  const fault = { venue: pick(random, ['rtds', 'polygon']), kind: pick(random, ['drop', 'close', 'freeze']), share: 1, for: `${1 + Math.floor(random() * 5)}s`, code: 1001 };
  const answer = await fetch(`${sim}/sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) });
  if (answer.status !== 201) throw new Error(await answer.text());
  return 1;
}
