// What is kept in this browser only: favourites, recent searches, language, light or dark.
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
    write(SAVED, []);
  }

  recent() {
    return read(RECENT);
  }

  remember(text) {
    write(RECENT, [text, ...this.recent().filter((one) => one !== text)].slice(0, MOST_RECENT));
  }

  forgetRecent() {
    write(RECENT, []);
  }
}

// A browser may refuse to keep anything, as it does for a Space's frame when foreign cookies are blocked.
export function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch { /* full or forbidden: the page works without */ }
}

export function language() {
  const asked = new URLSearchParams(location.search).get('lang') || kept('visearch.lang') || navigator.language;
  return asked.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

// Light or dark: as named, which is kept, or as it was kept.
export function theme(name) {
  const wanted = name || kept('visearch.theme');
  if (wanted) document.body.classList.toggle('dark', wanted === 'dark');
  if (name) keep('visearch.theme', name);
}

// What was kept may be anything.
function read(key) {
  try {
    const values = JSON.parse(kept(key) || '[]');
    return Array.isArray(values) ? values.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function write(key, values) {
  keep(key, JSON.stringify(values));
}
