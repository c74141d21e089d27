// Ways for a photo to come in: chosen, dropped, pasted, or as an address.
const SIDE = 2048;
// The server forgets a photo after ten minutes; this tab has the last ones still, as they were sent.
const KEPT = 10;

export class Photos {
  constructor(page) {
    this.page = page;
    this.kept = new Map();
  }

  listen() {
    document.addEventListener('paste', (event) => {
      if (this.page.root.dataset.room) return;
      const file = firstPicture(event.clipboardData?.files);
      if (file) {
        event.preventDefault();
        this.give(file);
      } else if (!event.target.closest?.('input, textarea')) {
        const text = event.clipboardData?.getData('text/plain').trim();
        if (text?.startsWith('https://')) this.address(text);
      }
    });
    document.addEventListener('dragover', (event) => {
      const types = [...(event.dataTransfer?.types || [])];
      if (!types.includes('Files') && !types.includes('text/uri-list')) return;
      event.preventDefault();
      this.page.root.toggleAttribute('data-dropping', !this.page.root.dataset.room);
    });
    document.addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) this.page.root.removeAttribute('data-dropping');
    });
    document.addEventListener('drop', (event) => {
      this.page.root.removeAttribute('data-dropping');
      const transfer = event.dataTransfer;
      const file = firstPicture(transfer?.files) || transfer?.files?.[0];
      const address = transfer?.getData('text/uri-list').trim();
      if (!file && !address) return;
      event.preventDefault();
      // A room takes its own files.
      if (this.page.root.dataset.room) return;
      if (file) this.give(file);
      else this.address(address);
    });
  }

  chosen(input) {
    const [file] = input.files;
    // Without this the same file could not be chosen twice.
    input.value = '';
    if (file) this.give(file);
  }

  address(text) {
    const { say, view } = this.page;
    const address = text.trim().replace(/^http:/, 'https:');
    if (!/^https:\/\/[^\s/]+\S*$/.test(address)) {
      return view.region('message', view.alert(say.link_not, say.link_not_hint, say.dismiss));
    }
    this.page.go({ photo: address, text: this.words(), box: '', like: '', view: '' });
  }

  async give(file) {
    const { page } = this;
    performance.mark('visearch:chosen');
    page.view.region('message', '');
    this.preview(file);
    const small = await smaller(file);
    if (small.size > Number(page.root.dataset.mostMb) * 2 ** 20) {
      return this.fail(page.say.photo_big.replace('{mb}', page.root.dataset.mostMb), '');
    }
    let reply;
    try {
      reply = await this.post(small);
    } catch {
      return this.fail(page.say.unreachable, page.say.unreachable_hint);
    }
    this.sent();
    if (reply.refused) page.view.region('message', reply.message);
    else page.go({ photo: reply.photo, text: this.words(), box: '', like: '', view: '' });
  }

  // For a room that asks with a photo of its own: {photo: its key} or {refused, message}.
  async keyOf(file) {
    return this.post(await smaller(file));
  }

  // The bytes as they are; while the server is busy, a few times.
  async post(file, tries = 3) {
    const address = new URL(`photos?lang=${this.page.state.lang}`, document.baseURI);
    const answer = await fetch(address, { method: 'POST', body: file, headers: { 'content-type': file.type || 'application/octet-stream' } });
    const reply = await answer.json();
    if (reply.refused && reply.again_ms && tries > 1) {
      await new Promise((done) => setTimeout(done, reply.again_ms));
      return this.post(file, tries - 1);
    }
    if (!reply.photo && !reply.refused) throw new Error(reply.detail);
    if (reply.photo) this.keep(reply.photo, file);
    return reply;
  }

  keep(key, file) {
    this.kept.delete(key);
    this.kept.set(key, file);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
  }

  // A photo that the server has forgotten -> its new key, or undefined where this tab has it no more.
  async again(key) {
    const file = this.kept.get(key);
    if (!file) return undefined;
    try {
      const { photo } = await this.post(file);
      // Steps back in the history ask by the old name.
      if (photo) this.keep(key, file);
      return photo;
    } catch {
      return undefined;
    }
  }

  // Words that are typed and not yet sent go along with the photo.
  words() {
    return this.page.root.querySelector('#words')?.value ?? '';
  }

  // The photo is in its place at once; the boxes come with the answer.
  preview(file) {
    const stage = this.page.root.querySelector('#stage');
    stage.setAttribute('aria-busy', 'true');
    this.address_ = URL.createObjectURL(file);
    stage.style.setProperty('--preview', `url("${this.address_}")`);
  }

  sent() {
    const stage = this.page.root.querySelector('#stage');
    stage.removeAttribute('aria-busy');
    stage.style.removeProperty('--preview');
    URL.revokeObjectURL(this.address_);
  }

  fail(message, hint) {
    const { view, say } = this.page;
    this.sent();
    view.region('message', view.alert(message, hint, say.dismiss));
  }
}

function firstPicture(files) {
  return [...(files || [])].find((file) => file.type.startsWith('image/') || /\.hei[cf]$/i.test(file.name));
}

// A phone's photo has twelve megapixels and more: sent smaller, and upright, it is there in a fraction of the time.
// What the browser cannot decode goes as it is: the server reads more kinds.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.92));
    return blob ? new File([blob], 'photo.jpg', { type: 'image/jpeg' }) : file;
  } catch {
    return file;
  }
}
