// Favourites and recent searches: in this browser only.
const SAVED = 'visearch.saved';
const RECENT = 'visearch.recent';
const MOST_SAVED = 100;
const MOST_RECENT = 6;

export class Shelf {
  saved() {
    return read(SAVED);
  }

  toggle(id) {
    const saved = this.saved();
    write(SAVED, saved.includes(id) ? saved.filter((one) => one !== id) : [id, ...saved].slice(0, MOST_SAVED));
  }

  forgetSaved() {
    localStorage.removeItem(SAVED);
  }

  recent() {
    return read(RECENT);
  }

  remember(text) {
    write(RECENT, [text, ...this.recent().filter((one) => one !== text)].slice(0, MOST_RECENT));
  }

  forgetRecent() {
    localStorage.removeItem(RECENT);
  }
}

// A browser may refuse to keep anything, and what it kept may be anything.
function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) || '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function write(key, values) {
  try {
    localStorage.setItem(key, JSON.stringify(values));
  } catch { /* full or forbidden: the page works without */ }
}
