// The catalogue room's own script: files are chosen or dropped, sent with progress, and columns are tried out.
const TABLES = ['.csv', '.tsv', '.jsonl', '.ndjson', '.parquet'];
const PICTURES = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf])$/i;

export function open(root, call, tools) {
  const room = new Catalogue(root, call, tools);
  const off = new AbortController();
  for (const [name, act] of Object.entries(room.listeners())) root.addEventListener(name, act, { signal: off.signal });
  return () => { off.abort(); room.stop(); };
}

class Catalogue {
  constructor(root, call, tools) {
    Object.assign(this, { root, call, tools, files: {} });
  }

  at(id) {
    return this.root.querySelector(`#${id}`);
  }

  // The sentence that the form carries, with its fields filled in.
  said(key, fields = {}) {
    const text = this.at('cat-upload').getAttribute(`data-cat-${key}`) || '';
    return Object.entries(fields).reduce((told, [name, value]) => told.replace(`{${name}}`, value), text);
  }

  listeners() {
    return {
      click: (event) => this.clicked(event),
      change: (event) => this.changed(event),
      submit: (event) => this.submitted(event),
      dragover: (event) => this.over(event),
      dragleave: (event) => { if (!this.root.contains(event.relatedTarget)) this.over(event, false); },
      drop: (event) => this.dropped(event),
      'room:answered': (event) => this.answered(event.detail),
    };
  }

  clicked(event) {
    if (event.target.closest('[data-pick]')) this.at('cat-files').click();
    else if (event.target.closest('[data-forget]')) this.forget();
    else if (event.target.closest('[data-stop]')) this.stop();
  }

  changed(event) {
    if (event.target.id === 'cat-files') {
      this.choose([...event.target.files]);
      event.target.value = '';
    } else if (event.target.closest('#cat-map')) {
      this.call('look', Object.fromEntries(new FormData(this.at('cat-map'))));
    }
  }

  submitted(event) {
    if (event.target.id !== 'cat-upload') return;
    event.preventDefault();
    event.stopPropagation();
    this.send();
  }

  over(event, on = true) {
    if (!this.at('cat-drop') || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.at('cat-drop').toggleAttribute('data-over', on);
  }

  dropped(event) {
    this.over(event, false);
    if (!this.at('cat-drop') || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.choose([...event.dataTransfer.files]);
  }

  // ---------------------------------------------------------------- choosing

  choose(files) {
    for (const file of files) {
      const ending = `.${file.name.split('.').pop().toLowerCase()}`;
      const table = TABLES.includes(ending);
      if (!table && ending !== '.zip') {
        const why = PICTURES.test(file.name) ? this.said('only-zip', { name: file.name }) : this.said('type-not', { name: file.name });
        return this.tools.alert(why, this.said('type-hint'));
      }
      const most = Number(this.at('cat-files').getAttribute(`data-most${ending.replace('.', '-')}`));
      if (file.size > most) return this.tools.alert(this.said('too-big', { name: file.name, mb: most >> 20 }));
      this.files[table ? 'table' : 'archive'] = file;
    }
    this.list();
  }

  list() {
    const { table, archive } = this.files;
    const chosen = [table, archive].filter(Boolean);
    this.at('cat-list').replaceChildren(...chosen.map((file) => {
      const line = document.createElement('li');
      const size = document.createElement('small');
      line.textContent = file.name;
      size.textContent = bytes(file.size);
      line.append(' ', size);
      return line;
    }));
    this.at('cat-chosen').hidden = !chosen.length;
    const title = this.at('cat-title');
    if (chosen.length && !title.value) title.value = stem(chosen);
    if (chosen.length) title.focus();
  }

  forget() {
    this.files = {};
    this.at('cat-upload').reset();
    this.list();
  }

  // ---------------------------------------------------------------- sending

  async send() {
    const chosen = Object.values(this.files);
    const [title, licence] = [this.at('cat-title').value, this.at('cat-licence').value];
    if (!chosen.length || this.sending) return;
    this.sending = true;
    this.given = false;
    this.shown(true);
    const { draft } = await this.call('draft');
    try {
      if (!draft) return;
      for (const file of chosen) await this.post(draft, file);
      this.progress(this.said('unpacking'), '', null);
      const reply = this.given ? null : await this.call('finish', { draft, title, licence });
      if (!reply || reply.refused) return await this.away(draft);
      this.forget();
    } catch (error) {
      if (!this.given) this.tools.alert(error.message || this.said('broke-off'));
      await this.away(draft);
    } finally {
      this.sending = false;
      this.shown(false);
    }
  }

  // What was not wanted after all is not left lying about; what went wrong stays on the page.
  away(draft) {
    return this.call('drop', { draft, quiet: true });
  }

  post(draft, file) {
    return new Promise((done, fail) => {
      const request = (this.request = new XMLHttpRequest());
      const address = new URL(`room/catalogue/upload/${draft}?name=${encodeURIComponent(file.name)}`, document.baseURI);
      request.open('POST', address.href);
      request.responseType = 'json';
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('X-Visearch-Key', this.tools.key());
      request.upload.onprogress = ({ loaded, total }) => this.progress(
        this.said('sending', { name: file.name }), `${bytes(loaded)} / ${bytes(total)}`, total ? loaded / total : null,
      );
      request.onload = () => (request.status === 200 ? done() : fail(new Error(request.response?.message || '')));
      request.onerror = request.onabort = () => fail(new Error(''));
      this.progress(this.said('sending', { name: file.name }), '', 0);
      request.send(file);
    });
  }

  stop() {
    this.given = true;
    this.request?.abort();
  }

  progress(title, told, share) {
    const place = this.at('cat-sending');
    if (!place) return;
    place.querySelector('strong').textContent = title;
    place.querySelector('span').textContent = told;
    const bar = place.querySelector('.track');
    const filled = bar.querySelector('i');
    filled.className = share === null ? 'unknown' : '';
    filled.style.width = share === null ? '' : `${Math.round(100 * share)}%`;
    if (share === null) bar.removeAttribute('aria-valuenow');
    else bar.setAttribute('aria-valuenow', Math.round(100 * share));
  }

  shown(sending) {
    if (!this.at('cat-sending')) return;
    this.at('cat-sending').hidden = !sending;
    this.at('cat-drop').hidden = sending;
    this.at('cat-chosen').hidden = sending || !Object.keys(this.files).length;
  }

  // ---------------------------------------------------------------- answers

  answered({ reply }) {
    if (reply.toast) this.tools.toast(reply.toast);
    const place = reply.show && this.at(reply.show);
    if (!place) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const box = place.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight * 0.6) place.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
    if (place.tabIndex === -1 && place.hasAttribute('tabindex')) place.focus({ preventScroll: true });
  }
}

function bytes(count) {
  return count < 2 ** 20 ? `${Math.max(1, Math.round(count / 1024))} KB` : `${(count / 2 ** 20).toFixed(count < 10 * 2 ** 20 ? 1 : 0)} MB`;
}

// "products" says nothing: then the archive may have a better name.
function stem(files) {
  const names = files.map((file) => file.name.replace(/\.[^.]*$/, ''));
  return (names.find((name) => !/^(products?|data|items|images?|pictures?|photos?)$/i.test(name)) || names[0]).slice(0, 40);
}
