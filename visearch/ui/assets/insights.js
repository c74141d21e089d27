// The room Insights: which part is open, the map, and the photo of a comparison. All else is done by its buttons.
import { Atlas } from './atlas.js';

const PART = 'visearch.insights';
const WAIT_MS = 900;

export function open(root, call, tools) {
  const room = new Insights(root, call, tools);
  room.wanted = kept();
  room.listen();
  room.drawn();
  return () => room.close();
}

class Insights {
  constructor(root, call, tools) {
    Object.assign(this, { root, call, tools });
    this.ended = new AbortController();
  }

  part() {
    return this.root.querySelector('.part-body')?.dataset.part;
  }

  listen() {
    const { signal } = this.ended;
    // Another part, another language, another evaluation: whatever was put in place is looked at anew.
    this.watcher = new MutationObserver(() => this.drawn());
    this.watcher.observe(this.root, { childList: true, subtree: true });
    // Before the room's own listener, which lets no click on a button with a task go on.
    this.root.addEventListener('click', (event) => this.clicked(event), { signal, capture: true });
    document.addEventListener('click', (event) => {
      for (const open of this.root.querySelectorAll('.export[open]')) if (!open.contains(event.target)) open.open = false;
    }, { signal });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') for (const open of this.root.querySelectorAll('.export[open]')) open.open = false;
    }, { signal });
  }

  drawn() {
    this.wait();
    const part = this.part();
    if (!part) return;
    // Another language draws the room from its first part on.
    if (this.wanted && part !== this.wanted && !this.going) this.go(this.wanted);
    if (part !== this.seen) {
      this.seen = part;
      const current = this.root.querySelector('.part[aria-current]');
      // Sideways only: the page itself shall not jump.
      if (current) current.parentElement.scrollLeft = current.offsetLeft - (current.parentElement.clientWidth - current.offsetWidth) / 2;
    }
    const canvas = this.root.querySelector('#ins-canvas');
    if (canvas && canvas !== this.canvas) this.map(canvas);
    if (!canvas) this.leaveMap();
  }

  // No catalogue answers yet: asks again until one does.
  async wait() {
    if (this.waiting) return;
    this.waiting = true;
    while (this.root.querySelector('#ins-waiting') && !this.ended.signal.aborted) {
      await new Promise((done) => { setTimeout(done, WAIT_MS); });
      if (!this.ended.signal.aborted) await this.call('open');
    }
    this.waiting = false;
  }

  async go(part) {
    this.going = true;
    await this.call('show', { part });
    this.going = false;
  }

  // The part that is gone to, for the way back to the room.
  remember(part) {
    this.wanted = part;
    try {
      sessionStorage.setItem(PART, part);
    } catch { /* forbidden: the first part opens next time */ }
  }

  // ---------------------------------------------------------------- the map

  async map(canvas) {
    this.leaveMap();
    this.canvas = canvas;
    const reply = await this.call('map');
    if (this.canvas !== canvas) return;
    if (reply.refused) return;
    if (!reply.ready) {
      this.timer = setTimeout(() => { if (this.canvas === canvas) { this.canvas = null; this.map(canvas); } }, WAIT_MS);
      return;
    }
    this.root.querySelector('#ins-map-wait').hidden = true;
    this.atlas = new Atlas(canvas, this.root.querySelector('#ins-tip'), reply.points);
  }

  leaveMap() {
    clearTimeout(this.timer);
    this.atlas?.close();
    this.atlas = this.canvas = null;
  }

  // ---------------------------------------------------------------- what a person does

  clicked(event) {
    const part = event.target.closest('.part');
    if (part) this.remember(part.dataset.part);
    const map = event.target.closest('[data-map]');
    if (map) return this.atlas?.act(map.dataset.map);
    const key = event.target.closest('.key-button');
    if (key) return this.only(key);
    const duel = event.target.closest('[data-duel]');
    if (duel?.dataset.duel === 'photo') return this.choosePhoto();
    if (duel) return this.photo('');
    const anchor = event.target.closest('.found-chips a');
    if (anchor) {
      // No step of the history: the room has one address.
      event.preventDefault();
      const goal = this.root.querySelector(anchor.hash);
      goal?.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
      goal?.focus({ preventScroll: true });
    }
    return undefined;
  }

  only(key) {
    const pressed = key.getAttribute('aria-pressed') !== 'true';
    for (const one of this.root.querySelectorAll('.key-button')) one.setAttribute('aria-pressed', String(one === key && pressed));
    this.atlas?.only(pressed ? Number(key.dataset.group) : null);
  }

  choosePhoto() {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*,.heic,.heif';
    input.addEventListener('change', async () => {
      const [file] = input.files;
      if (!file) return;
      try {
        const reply = await this.tools.photo(file);
        if (reply.refused) this.tools.alert(this.tools.say.went_wrong || '', '');
        else this.photo(reply.photo);
      } catch {
        this.tools.alert(this.tools.say.unreachable, this.tools.say.unreachable_hint);
      }
    });
    input.click();
  }

  photo(key) {
    const form = this.root.querySelector('.duel-form');
    const fields = Object.fromEntries(new FormData(form));
    this.call('duel', { ...fields, photo: key });
  }

  close() {
    this.watcher.disconnect();
    this.ended.abort();
    this.leaveMap();
  }
}

function kept() {
  try {
    return sessionStorage.getItem(PART);
  } catch {
    return null;
  }
}
