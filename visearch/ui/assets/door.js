// The door to the rooms beside searching; what happens in there is fetched when somebody goes in.
export class Door {
  constructor(page) {
    this.page = page;
  }

  get inside() {
    return this.page.root.dataset.room;
  }

  acts() {
    return { room: (target) => this.enter(target.dataset.value), leave: () => this.leave() };
  }

  async enter(name, push = name !== this.inside) {
    const { page } = this;
    if (push) page.history.enter(name, page.good, page.catalog);
    page.root.dataset.room = name;
    const { Rooms } = await import('./rooms.js');
    this.rooms ??= new Rooms(page);
    if (this.inside === name) await this.rooms.open(name);
  }

  // By the way back where one came in, so that "back" does not lead in again.
  leave() {
    const { page } = this;
    if (page.history.back()) return;
    history.replaceState(null, '', page.history.query(''));
    this.left();
    page.send(page.good || { lang: page.state.lang }, { push: false });
  }

  left() {
    delete this.page.root.dataset.room;
    this.rooms?.close();
  }

  // The address is another now -> whether it is a room's.
  stepped() {
    const name = new URLSearchParams(location.search).get('room');
    const known = this.page.root.dataset.rooms.split(' ').includes(name);
    if (known) this.enter(name, false);
    else this.left();
    return known;
  }

  speak(lang) {
    this.rooms?.speak(lang);
  }
}
