// The page's script: keeps the state, asks the server, and puts the answer's parts in place.
import { Camera } from './camera.js';
import { Door } from './door.js';
import { drawing } from './drawing.js';
import { History, fitting } from './history.js';
import { Noted } from './noted.js';
import { Photos } from './photos.js';
import { Shelf, keep, language, theme } from './shelf.js';
import { Suggest } from './suggest.js';
import { Taste } from './taste.js';
import { View } from './view.js';

// Changes that leave the list of results as long as it was.
const KEEP_LENGTH = new Set(['product', 'compare', 'view', 'saved', 'lang']);
// Changes that ask another question: the present cards are no longer what is looked for.
const QUESTION = ['text', 'photo', 'box', 'like', 'view'];
const COMPARED = 3;
const LATER_MS = 10_000;
const BUSY_TRIES = 4;
const plain = (text) => (text || '').split(/\s+/).filter(Boolean).join(' ');
// Until the first answer brings the page's language.
const FIRST_SAY = {
  unreachable: 'The server does not answer.',
  unreachable_hint: 'The page tries again by itself.',
  dismiss: 'Dismiss',
};

export function start(root, server) {
  if (root.dataset.started) return;
  root.dataset.started = 'yes';
  new Page(root, server).open();
}

class Page {
  constructor(root, server) {
    this.root = root;
    this.server = answering(server);
    this.state = { lang: language() };
    this.good = null;
    this.turn = 0;
    this.generation = null;
    this.say = FIRST_SAY;
    this.shelf = new Shelf();
    this.taste = new Taste();
    this.view = new View(root, this.shelf);
    this.history = new History(root.dataset.space);
    this.photos = new Photos(this);
    this.camera = new Camera(this);
    this.suggest = new Suggest(this);
    this.door = new Door(this);
    this.noted = new Noted();
    this.acts = this.actions();
  }

  open() {
    theme();
    this.listen();
    this.photos.listen();
    this.suggest.listen();
    drawing(this);
    const before = this.history.kept();
    const asked = new URLSearchParams(location.search);
    const first = before || { photo: asked.get('photo'), like: asked.get('like'), text: asked.get('q') };
    this.view.about(first);
    this.send(before ? { ...before, lang: this.state.lang } : { link: location.search, lang: this.state.lang }, { push: false });
    if (this.root.dataset.room) this.door.enter(this.root.dataset.room, false);
  }

  // ---------------------------------------------------------------- state

  go(changes, options = {}) {
    const next = { ...this.state, ...changes };
    const longer = Object.keys(changes).every((name) => KEEP_LENGTH.has(name));
    if (!('shown' in changes) && !longer) delete next.shown;
    // What was taken away belongs to the words that it was read from.
    if (!('ignore' in changes) && 'text' in changes && plain(changes.text) !== plain(this.state.text)) next.ignore = [];
    const asksAnew = QUESTION.some((name) => name in changes && (changes[name] || '') !== (this.state[name] || ''));
    this.state = next;
    this.liked(changes);
    // Another question is for the search, and leads out of a room.
    if (asksAnew && this.door.inside) this.door.left();
    return this.send(next, { push: true, asksAnew, opens: Boolean(changes.product), ...options });
  }

  // What this says of the visitor's taste, which stays in the browser.
  liked({ product, like, more, text }) {
    if (product) this.taste.note('view', { id: product });
    for (const id of [like, ...(more || []).slice(-1)]) if (id) this.taste.note('like', { id });
    if (text?.trim()) this.taste.note('search', { text: plain(text) });
  }

  async send(sent, { push = true, asksAnew = false, opens = false, tries = BUSY_TRIES } = {}) {
    const turn = (this.turn += 1);
    clearTimeout(this.busy);
    this.view.working(true, asksAnew);
    let reply;
    try {
      reply = await this.server.ask({ ...sent, noted: this.noted.of(sent, asksAnew, opens) });
    } catch {
      reply = { refused: true, message: this.view.alert(this.say.unreachable, this.say.unreachable_hint, this.say.dismiss) };
    }
    if (turn !== this.turn) return;
    const photo = reply.forgotten && tries && (await this.photos.again(sent.photo));
    if (turn !== this.turn) return;
    if (photo) return this.send({ ...sent, photo }, { push, asksAnew, opens, tries: 0 });
    this.view.working(false);
    if (reply.refused && reply.again_ms && tries) {
      // Busy: said, and asked again by itself.
      this.view.region('message', reply.message);
      this.busy = setTimeout(() => this.send(sent, { push, asksAnew, opens, tries: tries - 1 }), reply.again_ms);
      return;
    }
    if (reply.refused) return this.refused(reply);
    this.take(reply, push, asksAnew);
  }

  take(reply, push, asksAnew) {
    const before = this.good;
    const fits = fitting(reply.state, this.catalog, reply.catalog);
    this.catalog = reply.catalog;
    if (fits !== reply.state) return this.send(fits, { push: false });
    this.state = this.good = reply.state;
    this.say = reply.say;
    this.generation = reply.generation;
    this.private = reply.private;
    this.link = reply.link;
    if (reply.state.text && !reply.state.photo) this.shelf.remember(reply.state.text);
    this.view.show(reply, before);
    if (this.root.dataset.room) this.door.speak(reply.state.lang);
    else this.history.record(reply, before, push);
    if (asksAnew) this.view.reveal();
    // Read by visearch.evaluate.in_browser, and seen in a browser's own timeline.
    requestAnimationFrame(() => performance.mark('visearch:answered', { detail: reply.timings_ms }));
    this.pollIn(reply.again_ms);
  }

  // What could not be answered changes nothing: the page goes back to what it showed.
  refused(reply) {
    this.view.region('message', reply.message);
    this.view.reveal('message');
    if (this.good) {
      this.state = this.good;
      this.view.put(this.good);
    } else if (!this.fellBack) {
      // A link that leads nowhere still opens the page.
      this.fellBack = true;
      const message = reply.message;
      this.send({ lang: this.state.lang }, { push: false }).then(() => this.view.region('message', message));
    } else {
      this.pollIn(LATER_MS);
    }
  }

  pollIn(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), ms);
  }

  async poll() {
    if (!this.good) return this.send({ lang: this.state.lang }, { push: false });
    let told = { again_ms: LATER_MS };
    if (!document.hidden) {
      try {
        told = await this.server.poll({ lang: this.state.lang });
        this.view.regions(told.regions);
      } catch { /* the next question will say that the server is away */ }
    }
    if (told.generation !== undefined && told.generation !== this.generation && this.good) {
      this.generation = told.generation;
      this.send(fitting(this.state, this.catalog, told.catalog), { push: false });
    }
    this.pollIn(told.again_ms);
  }

  // ---------------------------------------------------------------- what a person does

  listen() {
    this.root.addEventListener('click', (event) => this.clicked(event));
    this.root.addEventListener('change', (event) => this.changed(event));
    this.root.addEventListener('input', (event) => { if (event.target.id === 'words') this.view.words(); });
    this.root.addEventListener('submit', (event) => {
      // Signing out is a form of the browser's own.
      if ('native' in event.target.dataset) return;
      event.preventDefault();
      if (this.suggest.composing) return;
      const { act } = event.target.dataset;
      if (act === 'seen') this.go({ text: this.root.querySelector('#seen').value, view: '' });
      else if (act === 'words') this.search(this.root.querySelector('#words').value);
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target.dataset.field) event.target.blur();
      if (event.key === 'Enter' && event.target.id === 'address') { event.preventDefault(); this.acts.fetch(); }
    });
    for (const [id, changes] of [['panel', { product: '' }], ['comparison', { view: '' }]]) {
      const dialog = this.root.querySelector(`#${id}`);
      dialog.addEventListener('cancel', (event) => { event.preventDefault(); this.close(changes); });
      dialog.addEventListener('click', (event) => { if (event.target === dialog) this.close(changes); });
    }
    addEventListener('popstate', (event) => {
      if (this.door.stepped()) return;
      const lang = this.state.lang;
      const kept = event.state?.visearch && fitting(event.state.visearch, event.state.catalog, this.catalog);
      if (kept && !kept.product) this.view.closePanel();
      // At once: what is chosen before the answer is there builds on where the visitor went.
      if (kept) this.state = { ...kept, lang };
      this.send(kept ? { ...kept, lang } : { link: location.search, lang }, { push: false });
    });
  }

  search(text) {
    this.suggest.close();
    this.go({ text, view: this.state.view === 'look' ? 'look' : '' });
  }

  clicked(event) {
    this.view.foldRanking(event.target);
    const target = event.target.closest('[data-act], [data-set], [data-toggle]');
    if (!target || target.tagName === 'FORM' || target.tagName === 'INPUT') return;
    if (target.tagName === 'A' && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    if (target.dataset.act) return this.acts[target.dataset.act]?.(target);
    if (target.dataset.toggle) return this.toggle(target.dataset.toggle, target.dataset.value);
    const changes = JSON.parse(target.dataset.set);
    if (changes.product === '' && Object.keys(changes).length === 1) return this.close(changes);
    this.go(changes);
  }

  close(changes) {
    if ('product' in changes) {
      this.view.closePanel();
      this.state = { ...this.state, ...changes };
      // In a room nothing of the search is a step of the history.
      if (this.door.inside) return this.send(this.state, { push: false });
      if (this.history.back()) return;
    }
    this.go(changes);
  }

  changed(event) {
    const { toggle, value, field } = event.target.dataset;
    if (toggle) this.toggle(toggle, value);
    else if (field) this.set(field, event.target);
    else if (event.target.type === 'file') this.photos.chosen(event.target);
  }

  // "filters.color" is a list in the state: the value is put in, or taken out again.
  toggle(path, value) {
    const [outer, inner] = path.split('.');
    const list = (inner ? this.state.filters?.[inner] : this.state[outer]) || [];
    const has = list.includes(value);
    if (outer === 'compare' && !has && list.length >= COMPARED) return this.view.toast(this.say.compare_full);
    const changed = has ? list.filter((one) => one !== value) : [...list, value];
    const changes = inner ? { filters: { ...this.state.filters, [inner]: changed } } : { [outer]: changed };
    // A product cannot be both liked and not.
    const other = { more: 'less', less: 'more' }[outer];
    if (other) changes[other] = (this.state[other] || []).filter((one) => one !== value);
    this.go(changes);
  }

  set(field, input) {
    const value = input.type === 'checkbox' ? input.checked : input.value;
    const [outer, name, end] = field.split('.');
    if (outer !== 'filters') return this.go({ [outer]: input.type === 'range' ? Number(value) : value });
    const filters = { ...this.state.filters };
    if (end) filters[name] = { ...filters[name], [end]: value === '' ? null : Number(value) };
    else filters[name] = value;
    this.go({ filters });
  }

  actions() {
    return {
      upload: () => this.root.querySelector('#file').click(),
      camera: () => this.camera.open(),
      shoot: () => this.camera.shoot(),
      'close-camera': () => this.camera.close(),
      link: (target) => {
        const form = this.root.querySelector('.link-form');
        form.hidden = !form.hidden;
        target.setAttribute('aria-expanded', String(!form.hidden));
        if (!form.hidden) form.querySelector('input').focus();
      },
      fetch: () => this.photos.address(this.root.querySelector('#address').value),
      'clear-words': () => { this.view.clearWords(); this.go({ text: '' }); },
      filters: () => this.view.toggleFilters(),
      // Not the link's own doing: a change of the address would be a step of the history.
      skip: () => this.root.querySelector('#results').focus(),
      dismiss: () => this.view.region('message', ''),
      picture: (target) => this.view.picture(target),
      copy: () => this.copy(),
      ...this.door.acts(),
      theme: () => theme(document.body.classList.contains('dark') ? 'light' : 'dark'),
      language: (target) => {
        keep('visearch.lang', target.dataset.value);
        this.go({ lang: target.dataset.value }, { push: false });
      },
      save: (target) => {
        this.shelf.toggle(target.dataset.id);
        const { id } = target.dataset;
        if (this.shelf.saved().includes(id)) this.taste.note('save', { id });
        else this.taste.drop('save', id);
        this.view.hearts();
        if (this.state.view === 'saved') this.go({ saved: this.shelf.saved() }, { push: false });
      },
      'show-saved': () => this.go({ view: 'saved', saved: this.shelf.saved(), product: '' }),
      'forget-saved': () => { this.shelf.forgetSaved(); this.view.hearts(); this.go({ saved: [] }, { push: false }); },
      'only-words': () => this.go({ text: this.root.querySelector('#seen').value, photo: '', box: '', view: '' }),
    };
  }

  async copy() {
    const address = this.history.address(this.link);
    try {
      await navigator.clipboard.writeText(address);
      this.view.toast(this.private ? this.say.copied_no_photo : this.say.copied);
    } catch {
      this.view.toast(`${this.say.copy_failed} ${address}`, 15_000);
    }
  }
}

// Gradio's calls come back empty, and do not fail, when the server cannot be reached.
function answering(server) {
  const call = (name) => async (sent) => {
    const told = await server[name](sent);
    if (!told) throw new Error(`no answer to ${name}`);
    return told;
  };
  return Object.fromEntries(['ask', 'receive', 'poll', 'suggest', 'room'].map((name) => [name, call(name)]));
}
