// What is new about a question, so that timings and counts are of questions and not of opening a panel or turning a page.
export class Noted {
  constructor() {
    this.counted = new Set();
  }

  of(sent, asks, opens) {
    const noted = [];
    const link = new URLSearchParams(sent.link || '');
    if (asks || link.has('q') || link.has('photo')) noted.push('asked');
    if (opens) noted.push('opened');
    if (noted.length && !unwatched() && this.first(sent, opens)) noted.push('count');
    return noted;
  }

  // The same words, or the same product, of one visitor count once until the page is loaded anew.
  first(sent, opens) {
    const what = opens ? `product ${sent.product}` : `words ${(sent.text || '').trim().toLowerCase()} ${sent.photo || ''}`;
    if (sent.link || this.counted.has(what)) return false;
    this.counted.add(what);
    return true;
  }
}

// Whoever asks not to be tracked is no part of any count.
function unwatched() {
  return navigator.globalPrivacyControl === true || navigator.doNotTrack === '1' || window.doNotTrack === '1';
}
