// The mood board: what is pinned, moved and taken out here, kept in this browser, and undone.
import { fields } from './rooms.js';
import { keep, kept } from './shelf.js';

const BOARDS = 'visearch.boards';
const MOST_BOARDS = 12;
const MOST_UNDONE = 50;
const BETWEEN = '|';
const IN_LINK = ['name', 'words', 'category', 'color', 'min', 'max', 'in_stock', 'on_offer', 'k', 'ids', 'pins'];

// The board that was open last, as the server takes it; nothing when a link says what shall be opened.
export function remembered() {
  const asked = new URLSearchParams(location.search);
  if (['ids', 'photos', 'words'].some((name) => asked.has(name))) return {};
  const { boards, current } = read();
  const board = boards.find((one) => one.key === current);
  return board && (asked.get('part') || 'mood') === 'mood' ? board.holds : {};
}

function read() {
  try {
    const found = JSON.parse(kept(BOARDS));
    return { current: '', ...found, boards: Array.isArray(found?.boards) ? found.boards : [] };
  } catch {
    return { boards: [], current: '' };
  }
}

export class Mood {
  constructor(room) {
    this.room = room;
    this.undo = [];
    this.ended = new AbortController();
    const { root } = room;
    const { signal } = this.ended;
    root.addEventListener('submit', (event) => this.submitted(event), { signal, capture: true });
    root.addEventListener('change', (event) => this.changed(event), { signal, capture: true });
    for (const kind of ['dragstart', 'dragover', 'dragend', 'drop']) root.addEventListener(kind, (event) => this[kind](event), { signal });
  }

  get form() { return this.room.root.querySelector('#board-form'); }

  get list() { return this.room.root.querySelector('.picks'); }

  cards() { return [...(this.list?.children || [])]; }

  // The part was drawn: from a link, from what was kept, or empty.
  entered() {
    const { boards, current } = read();
    const linked = new URLSearchParams(location.search).has('ids');
    this.key = (!linked && boards.some((one) => one.key === current) && current) || fresh();
    this.undo = [];
    this.settle();
  }

  answered({ what, reply }) {
    if (reply.refused || !this.form) return;
    if (what === 'board_make') {
      if (this.now) this.past(this.now);
      this.hidden('photos', [...this.room.root.querySelectorAll('#board-mood [data-photo]:is(li)')].map((one) => one.dataset.photo));
      this.settle();
    } else if (what === 'open' || what === 'show') this.settle();
  }

  // ---------------------------------------------------------------- asking

  holds() { return fields(this.form); }

  names(field) { return this.form.elements[field].value.split(BETWEEN).filter(Boolean); }

  hidden(field, values) { this.form.elements[field].value = values.join(BETWEEN); }

  add(photos) {
    const all = [...new Set([...this.names('photos'), ...photos])].slice(0, 8);
    return this.make({ photos: all });
  }

  async make(more = {}) {
    const { form } = this;
    form.setAttribute('aria-busy', 'true');
    try {
      const asked = { ...this.holds(), photos: this.names('photos'), ...more };
      const reply = await this.room.call('board_make', asked);
      // Photos that neither side has any more: the board goes on from the others.
      if (reply.refused && reply.forgotten && (asked.words || asked.photos.length > 1)) await this.room.call('board_make', { ...asked, lenient: true });
    } finally {
      form.removeAttribute('aria-busy');
    }
  }

  submitted(event) {
    if (event.target !== this.form) return;
    event.preventDefault();
    event.stopPropagation();
    this.make();
  }

  changed(event) {
    if (event.target.id === 'board-which') {
      event.stopPropagation();
      this.turn(event.target.value);
    } else if (this.form?.contains(event.target)) this.store();
  }

  // ---------------------------------------------------------------- what buttons say

  clicked(event) {
    const tried = event.target.closest('.picker .try-photo');
    if (tried && this.form?.contains(tried)) {
      this.add([tried.dataset.photos]);
      return true;
    }
    const target = event.target.closest('[data-board]');
    if (!target || target.disabled) return false;
    const act = this[`do_${target.dataset.board}`];
    act?.call(this, target.closest('.pick'), target);
    return Boolean(act);
  }

  do_example(_, target) {
    this.add(target.dataset.photos.split(BETWEEN));
  }

  do_drop(_, target) {
    const left = this.names('photos').filter((one) => one !== target.dataset.photo);
    this.hidden('photos', left);
    if (left.length || this.form.elements.words.value.trim()) this.make({ photos: left });
    else {
      target.closest('.mood').remove();
      this.store();
    }
  }

  do_pin(card, target) {
    this.change(() => {
      const pinned = card.toggleAttribute('data-pinned');
      target.setAttribute('aria-pressed', String(pinned));
      this.tell(this.text(pinned ? 'pin' : 'unpin'));
    });
  }

  do_prune(card) {
    const next = card.nextElementSibling || card.previousElementSibling;
    this.change(() => {
      this.hidden('pruned', [...this.names('pruned'), card.dataset.id]);
      card.remove();
      this.tell(this.text('away', { title: card.dataset.title }));
    });
    next?.querySelector('[data-board="prune"]')?.focus();
  }

  do_first(card, target) { this.move(card, 0, target); }

  do_earlier(card, target) { this.move(card, this.cards().indexOf(card) - 1, target); }

  do_later(card, target) { this.move(card, this.cards().indexOf(card) + 1, target); }

  move(card, place, target) {
    const others = this.cards().filter((one) => one !== card);
    if (place < 0 || place > others.length) return;
    this.change(() => {
      this.list.insertBefore(card, others[place] || null);
      this.tell(this.text('moved', { title: card.dataset.title, n: place + 1 }));
    });
    target?.focus();
  }

  do_undo() {
    const before = this.undo.pop();
    if (!before) return;
    this.restore(before);
    this.settle();
    this.tell(this.text('undone'));
  }

  do_new() {
    this.key = fresh();
    this.show({});
  }

  do_forget() {
    const { boards } = read();
    const left = boards.filter((one) => one.key !== this.key);
    this.write(left, left[0]?.key || '');
    if (left.length) this.turn(left[0].key);
    else this.do_new();
  }

  async do_link() {
    const link = this.link();
    const text = this.names('photos').some(own) ? 'linkPhotos' : 'link';
    try {
      await navigator.clipboard.writeText(link);
      this.tell(this.text(text), true);
    } catch {
      this.tell(link, true);
    }
  }

  do_csv() { this.fetched('board.csv'); }

  do_png() { this.fetched('sheet.png'); }

  fetched(file) {
    const asked = new URLSearchParams({ name: this.form.elements.name.value, ids: this.ids().join(BETWEEN), lang: this.room.tools.lang() });
    const link = document.createElement('a');
    link.href = `room/boards/${file}?${asked}`;
    link.download = '';
    link.click();
  }

  link() {
    const holds = this.holds();
    const asked = new URLSearchParams({ room: 'boards', part: 'mood' });
    for (const name of IN_LINK) if (holds[name] && !(name === 'k' && holds[name] === '24')) asked.set(name, holds[name]);
    const photos = this.names('photos').filter((one) => !own(one));
    if (photos.length) asked.set('photos', photos.join(BETWEEN));
    return new URL(`?${asked}`, document.baseURI).href;
  }

  // ---------------------------------------------------------------- dragging

  dragstart(event) {
    const card = event.target.closest?.('.pick');
    if (!card) return;
    this.dragged = card;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', card.dataset.title);
    card.setAttribute('data-dragged', '');
  }

  dragover(event) {
    const over = this.dragged && event.target.closest?.('.pick');
    if (!this.dragged || !event.target.closest?.('.picks')) return;
    event.preventDefault();
    if (!over || over === this.dragged) return;
    const place = over.getBoundingClientRect();
    const after = event.clientX > place.left + place.width / 2;
    this.list.insertBefore(this.dragged, after ? over.nextSibling : over);
  }

  drop(event) {
    if (this.dragged) event.preventDefault();
  }

  dragend() {
    if (!this.dragged) return;
    this.dragged.removeAttribute('data-dragged');
    const { title } = this.dragged.dataset;
    const n = this.cards().indexOf(this.dragged) + 1;
    this.dragged = null;
    this.change(() => this.tell(this.text('moved', { title, n })));
  }

  // ---------------------------------------------------------------- what it is now

  ids() { return this.cards().map((card) => card.dataset.id); }

  // The board as it is, with its cards, so that going back needs no server.
  snapshot() {
    const cards = this.cards();
    return { cards, pinned: cards.filter((card) => card.hasAttribute('data-pinned')), pruned: this.names('pruned') };
  }

  restore({ cards, pinned, pruned }) {
    this.list?.replaceChildren(...cards);
    for (const card of cards) {
      const on = pinned.includes(card);
      card.toggleAttribute('data-pinned', on);
      card.querySelector('[data-board="pin"]').setAttribute('aria-pressed', String(on));
    }
    this.hidden('pruned', pruned);
  }

  past(before) {
    if (!before.cards.length) return;
    this.undo = [...this.undo, before].slice(-MOST_UNDONE);
  }

  change(work) {
    this.past(this.now);
    work();
    this.settle();
  }

  settle() {
    if (!this.form) return;
    const cards = this.cards();
    this.hidden('ids', this.ids());
    this.hidden('pins', cards.filter((card) => card.hasAttribute('data-pinned')).map((card) => card.dataset.id));
    cards.forEach((card, n) => {
      for (const act of ['first', 'earlier']) card.querySelector(`[data-board="${act}"]`).disabled = n === 0;
      card.querySelector('[data-board="later"]').disabled = n === cards.length - 1;
    });
    const count = this.room.root.querySelector('#board-count');
    if (count) count.textContent = cards.length === 1 ? count.dataset.one : count.dataset.many.replace('{n}', cards.length);
    const undo = this.room.root.querySelector('[data-board="undo"]');
    if (undo) undo.disabled = !this.undo.length;
    this.now = this.snapshot();
    this.store();
  }

  // ---------------------------------------------------------------- the boards in this browser

  store() {
    const holds = this.holds();
    const { boards } = read();
    const others = boards.filter((one) => one.key !== this.key);
    const filled = holds.ids || holds.words || holds.photos || holds.name;
    // Photos of one's own are gone in ten minutes: only names of examples and addresses are worth keeping.
    const photos = this.names('photos').filter((one) => !own(one)).join(BETWEEN);
    const all = filled ? [{ key: this.key, holds: { ...holds, photos } }, ...others].slice(0, MOST_BOARDS) : others;
    this.write(all, this.key);
    this.listed(all);
  }

  write(boards, current) {
    keep(BOARDS, JSON.stringify({ boards, current }));
  }

  listed(boards) {
    const which = this.room.root.querySelector('#board-which');
    if (!which) return;
    const names = [...boards];
    if (!names.some((one) => one.key === this.key)) names.unshift({ key: this.key, holds: {} });
    which.replaceChildren(...names.map((one) => new Option(one.holds.name || which.dataset.untitled, one.key, false, one.key === this.key)));
  }

  turn(key) {
    const board = read().boards.find((one) => one.key === key);
    this.key = key;
    this.show(board?.holds || {});
  }

  async show(holds) {
    this.undo = [];
    this.now = null;
    await this.room.call('show', { part: 'mood', ...holds });
  }

  // ---------------------------------------------------------------- words

  text(name, values = {}) {
    const text = this.room.root.querySelector('.board')?.dataset[name] || '';
    return Object.entries(values).reduce((told, [key, value]) => told.replace(`{${key}}`, value), text);
  }

  tell(text, loud = false) {
    const said = this.room.root.querySelector('#board-said');
    if (said) said.textContent = text;
    if (loud) this.room.tools.toast(text);
  }

  close() {
    this.ended.abort();
  }
}

function own(photo) {
  return !photo.startsWith('example:') && !photo.startsWith('https://');
}

function fresh() {
  return `b${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}
