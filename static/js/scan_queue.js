/* Scans that are not answered yet, one item of the browser's storage each, in the order of scanning; without storage they live with
   the page. Each tab has a queue of its own and holds a lock of its name: what a tab that is gone left is taken over. Where the
   browser has no locks (no HTTPS) all tabs share one queue. Scans that the server refused for good are kept until somebody saw them. */
"use strict";

window.scanQueue = (user, newKey) => {
  const mine = `scan:${user}:`, refusedOnes = `scan-refused:${user}:`, TAB = "scan-tab";
  const { locks } = navigator;
  const memory = new Map();
  let tab = "shared";

  const names = (prefix) => {
    const found = [...memory.keys()].filter((name) => name.startsWith(prefix));
    try { for (let n = 0; n < localStorage.length; n += 1) if (localStorage.key(n).startsWith(prefix)) found.push(localStorage.key(n)); } catch { /* memory only */ }
    return found.sort();
  };
  const put = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { memory.set(name, value); return false; } };
  const read = (name) => memory.get(name) || JSON.parse(localStorage.getItem(name) || "null");
  const forget = (name) => { memory.delete(name); try { localStorage.removeItem(name); } catch { /* memory only */ } };

  const prefix = () => `${mine}${tab}:`;
  const waiting = () => names(prefix());
  const keep = (scan) => { /* behind the newest that waits, also when the clock was put back meanwhile */
    const [then, number] = (waiting().at(-1) || `${prefix()}0:0`).slice(prefix().length).split(":").map(Number);
    const now = Date.now();
    const place = now > then ? [now, 1] : [then, number + 1];
    put(`${prefix()}${String(place[0]).padStart(15, "0")}:${String(place[1]).padStart(6, "0")}`, scan);
  };

  const called = (name) => { tab = name; try { sessionStorage.setItem(TAB, name); } catch { /* a new name after a reload */ } };
  const hold = (name) => new Promise((done) => {
    locks.request(`${TAB}:${name}`, { ifAvailable: true }, (lock) => { done(Boolean(lock)); return lock && new Promise(() => { /* until the tab is gone */ }); });
  });
  const takeOver = async (gone) => locks.request(`${TAB}:${gone}`, { ifAvailable: true }, (lock) => {
    if (!lock) return;
    for (const name of names(`${mine}${gone}:`)) { put(prefix() + name.slice(mine.length + gone.length + 1), read(name)); forget(name); }
  });
  const takeOverAll = async () => {
    if (!locks) return;
    const others = new Set(names(mine).map((name) => name.slice(mine.length).split(":")[0]));
    others.delete(tab);
    for (const gone of others) await takeOver(gone);
  };
  if (locks) {
    let name;
    try { name = sessionStorage.getItem(TAB); } catch { /* a name of its own each time */ }
    called(name || newKey());
  }
  /* A tab that was copied has the name of the other one. */
  const ready = locks ? hold(tab).then((held) => held || (called(newKey()), hold(tab))) : Promise.resolve();

  return {
    waiting, keep, read, forget, takeOverAll, ready,
    /* Whether it will be there after a reload. */
    replace: (name, scan) => { const isKept = put(name, scan); if (isKept) memory.delete(name); return isKept; },
    isOnlyHere: () => memory.size > 0,
    refuse: (scan, status) => put(`${refusedOnes}${newKey()}`, { code: (scan.fields.find(([field]) => field === "code") || [])[1] || "", at: Date.now(), status }),
    refused: () => names(refusedOnes).map((name) => ({ name, ...read(name) })).sort((one, other) => one.at - other.at),
  };
};
