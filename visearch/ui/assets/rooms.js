// The rooms beside searching: asks the server for a room's parts, puts them in place, and does what its buttons say.
const OWNER = 'visearch.owner';
const TRY_AGAIN_MS = 10_000;

export class Rooms {
  constructor(page) {
    this.page = page;
    this.section = page.view.at('room');
    this.tools = { get say() { return page.say; }, lang: () => page.state.lang, toast: (text) => page.view.toast(text), key: () => session(OWNER), alert: (...told) => this.alert(...told), message: (html) => this.message(html), photo: (file) => page.photos.keyOf(file), shelf: page.shelf, taste: page.taste, history: page.history };
    this.modules = {};
    this.turn = 0;
    this.asked = {};
    // What a room's script adds to all that is asked.
    this.brings = () => ({});
    this.listen();
  }

  // ---------------------------------------------------------------- coming and going

  async open(name) {
    this.name = name;
    this.scrolled ??= scrollY;
    const section = this.section;
    this.page.view.at('message').replaceChildren();
    this.page.view.whereabouts();
    section.className = `room ${name}`;
    section.replaceChildren();
    section.hidden = false;
    section.setAttribute('aria-busy', 'true');
    const [module] = await Promise.all([this.module(name), style('rooms'), style(name)]);
    // What a link to the room says beside its name.
    this.brings = () => module?.brings?.(this.tools) || {};
    const reply = await this.call('open', { link: location.search });
    if (this.name !== name) return;
    section.removeAttribute('aria-busy');
    if (reply.refused) return;
    scrollTo({ top: 0 });
    section.querySelector('#room-title')?.focus({ preventScroll: true });
    this.shut = module?.open?.(section, (what, more) => this.call(what, more), this.tools);
  }

  close() {
    if (!this.name) return;
    clearTimeout(this.timer);
    if (typeof this.shut === 'function') this.shut();
    this.shut = null;
    this.name = null;
    this.section.hidden = true;
    this.section.replaceChildren();
    this.page.view.at('message').replaceChildren();
    const top = this.scrolled || 0;
    this.scrolled = undefined;
    requestAnimationFrame(() => { this.page.view.whereabouts(); scrollTo({ top }); });
  }

  // Another language: the whole room anew, its script going on.
  speak(lang) {
    if (this.spoken && this.spoken !== lang && this.name) {
      // Where the visitor was, with what the part's form holds.
      const form = this.section.querySelector('form[data-state]');
      this.call('open', { ...(form ? fields(form) : {}), part: this.section.querySelector('.part-body')?.dataset.part });
    }
    this.spoken = lang;
  }

  async module(name) {
    // A room without a script of its own is fine.
    if (!(name in this.modules)) this.modules[name] = import(`./${name}.js`).catch(() => null);
    return this.modules[name];
  }

  // ---------------------------------------------------------------- asking

  async call(what, more = {}) {
    const { page, name } = this;
    const turn = (this.turn += 1);
    this.asked[what] = turn;
    clearTimeout(this.timer);
    let reply;
    try {
      reply = await page.server.room({ ...this.brings(), ...more, room: name, do: what, lang: page.state.lang, key: session(OWNER) });
    } catch {
      reply = { refused: true, away: true, message: page.view.alert(page.say.unreachable, page.say.unreachable_hint, page.say.dismiss) };
    }
    if (this.name !== name) return reply;
    const fresh = reply.forgotten && !more.again && (await this.sentAgain(more));
    if (fresh) return this.call(what, fresh);
    if (reply.refused) {
      // A server that is away for a moment is no news while it is only asked how far it is.
      if (what !== 'poll' && !more.quiet) this.message(reply.message);
      if (this.pace) this.later(what === 'poll' ? TRY_AGAIN_MS : this.pace);
      return reply;
    }
    if (reply.key !== undefined) session(OWNER, reply.key);
    if (what !== 'poll' && !more.quiet) this.message('');
    // What was asked once more since, or before something else was done, is old by now.
    const old = this.asked[what] !== turn || (what === 'poll' && turn !== this.turn);
    if (!old) this.put(reply.regions);
    document.title = reply.title;
    this.spoken ??= page.state.lang;
    if (turn === this.turn) {
      // Something has begun or ended: the masthead shall say so too.
      if (Boolean(this.pace) !== Boolean(reply.again_ms)) page.poll();
      this.pace = reply.again_ms;
      if (this.pace) this.later(this.pace);
    }
    this.section.dispatchEvent(new CustomEvent('room:answered', { detail: { what, reply } }));
    return reply;
  }

  // What was asked, with photos that the server has forgotten under their new keys; undefined when there are none.
  async sentAgain(more) {
    const { photos } = this.page;
    const renewed = {};
    for (const name of ['photo', 'photos']) {
      if (!more[name]) continue;
      const keys = await Promise.all([more[name]].flat().map(async (key) => (await photos.again(key)) || key));
      renewed[name] = Array.isArray(more[name]) ? keys : keys[0];
    }
    return JSON.stringify(renewed) === JSON.stringify({ photo: more.photo, photos: more.photos }) ? undefined : { ...more, ...renewed, again: true };
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (document.hidden ? this.later(ms) : this.call('poll')), ms);
  }

  put(regions) {
    const { view } = this.page;
    for (const [id, html] of Object.entries(regions)) {
      if (!view.at(id)) continue;
      // A part may have been replaced from within since it was last put.
      delete view.last[id];
      view.region(id, html);
    }
  }

  message(html) {
    const { view } = this.page;
    delete view.last.message;
    view.region('message', html);
    if (html) view.reveal('message');
  }

  alert(message, hint = '') {
    this.message(this.page.view.alert(message, hint, this.page.say.dismiss));
  }

  // ---------------------------------------------------------------- what a person does

  listen() {
    const { section } = this;
    section.addEventListener('click', (event) => {
      const target = event.target.closest('[data-do]');
      if (!target || target.matches('form, input, select, textarea') || target.disabled) return;
      event.preventDefault();
      event.stopPropagation();
      // An example photo goes along with what the form around it holds.
      const around = target.form && target.closest('.picker') ? fields(target.form) : {};
      this.act(target, { ...around, ...target.dataset });
    });
    section.addEventListener('change', (event) => {
      // Not for the search, whatever it is.
      event.stopPropagation();
      const target = event.target.closest('input[data-do], select[data-do], textarea[data-do]');
      // A form that answers to every change of its fields.
      if (!target) return void event.target.form?.closest('form[data-live]')?.requestSubmit();
      const value = target.type === 'checkbox' ? target.checked : target.value;
      this.act(target, { ...target.dataset, value });
    });
    section.addEventListener('submit', (event) => {
      const form = event.target.closest('form[data-do]');
      if (!form) return;
      event.preventDefault();
      event.stopPropagation();
      this.act(event.submitter || form, { ...form.dataset, ...fields(form) });
    });
  }

  async act(target, { do: what, sure, ...more }) {
    if (target.getAttribute('aria-busy') === 'true') return null;
    if (sure && !confirm(sure)) return null;
    target.setAttribute('aria-busy', 'true');
    try {
      return await this.call(what, more);
    } finally {
      target.removeAttribute('aria-busy');
    }
  }
}

// What a form holds; several fields of one name are a list.
export function fields(form) {
  const data = new FormData(form);
  return Object.fromEntries([...new Set(data.keys())].map((key) => {
    const values = data.getAll(key).filter((one) => typeof one === 'string');
    return [key, values.length > 1 ? values : values[0]];
  }));
}

// A room's styles, once; a missing file holds nothing up.
const sheets = {};
function style(name) {
  sheets[name] ??= new Promise((done) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL(`./${name}.css`, import.meta.url).href;
    link.onload = link.onerror = done;
    document.head.append(link);
  });
  return sheets[name];
}

function session(name, value) {
  try {
    if (value === undefined) return sessionStorage.getItem(name) || '';
    sessionStorage.setItem(name, value);
  } catch { /* forbidden: the token is asked for again */ }
  return value ?? '';
}
