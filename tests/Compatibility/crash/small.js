const began = Date.now();

export const note = text => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)}  ${text}`);

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

// Resolves with what the condition gave when it holds; a condition that throws does not hold yet. It is looked at ten times a second: time in
// which the whole machine stood still does not count.
export async function until(condition, what, seconds = 30) {
  for (let looks = 0; looks < seconds * 10; looks++) {
    const holds = await Promise.resolve().then(condition).catch(() => false);
    if (holds) return holds;
    await pause(100);
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

// mulberry32: numbers in [0, 1), the same for the same seed.
export function seeded(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = (random, list) => list[Math.floor(random() * list.length)];
