// What a visitor likes, kept in this browser only: what was opened, searched for, saved and hidden.
import { keep, kept } from './shelf.js';

const KEY = 'visearch.taste';
const MOST = 200;
const KINDS = new Set(['view', 'search', 'like', 'save']);

export class Taste {
  read() {
    try {
      const { events = [], hidden = [], off = false } = JSON.parse(kept(KEY) || '{}');
      return {
        events: events.filter((one) => KINDS.has(one?.kind) && Number.isFinite(one.at)),
        hidden: hidden.filter((one) => typeof one === 'string'),
        off: off === true,
      };
    } catch {
      // What was kept may be anything.
      return { events: [], hidden: [], off: false };
    }
  }

  write(taste) {
    keep(KEY, JSON.stringify(taste));
  }

  // Newest first; the same thing counts once, at its last time.
  note(kind, what) {
    const taste = this.read();
    const { id, text } = what;
    if (taste.off || !(id || text?.trim())) return;
    const others = taste.events.filter((one) => !(one.kind === kind && one.id === id && one.text === text));
    this.write({ ...taste, events: [{ kind, id, text, at: Date.now() }, ...others].slice(0, MOST) });
  }

  drop(kind, id) {
    const taste = this.read();
    this.write({ ...taste, events: taste.events.filter((one) => !(one.kind === kind && one.id === id)) });
  }

  hide(id, on = true) {
    const taste = this.read();
    const others = taste.hidden.filter((one) => one !== id);
    this.write({ ...taste, hidden: on ? [id, ...others].slice(0, MOST) : others });
  }

  reset() {
    this.write({ events: [], hidden: [], off: this.read().off });
  }

  turn(off) {
    this.write({ ...this.read(), off });
  }

  // As it is sent: how long ago instead of when.
  brought() {
    const { events, hidden, off } = this.read();
    if (off) return { events: [], hidden, off };
    const now = Date.now();
    return { events: events.map(({ kind, id, text, at }) => ({ kind, id, text, ago: Math.max(0, now - at) })), hidden, off };
  }
}
